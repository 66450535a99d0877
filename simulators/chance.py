"""Random numbers that depend on their name alone, so that any moment can be asked for, in any order."""

from random import Random


def chance(*key: object) -> Random:
    """Return a generator for this key: the same key gives the same numbers in every process."""
    return Random("/".join(map(str, key)))
