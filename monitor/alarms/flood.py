"""An alarm flood: more alarms begin to sound in the whole clinic than anybody can take one by one. Pure.

Each chair keeps when its alarms began to sound, so that a restart forgets none of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from monitor.alarms.delays import elapsed
from monitor.limits import FloodRule


class Onsets(msgspec.Struct, frozen=True, omit_defaults=True):
    """When the alarms of one chair began to sound."""

    sounding: frozenset[str] = frozenset()
    """Names of the occurrences that sounded at the last look."""
    began_s: tuple[float, ...] = ()
    """Monotonic seconds, within the rule's time."""


NONE = Onsets()


def look(before: Onsets, sounding: Iterable[str], rule: FloodRule, now_s: float) -> Onsets:
    """Return the onsets after a look at what sounds now; what sounds again after a pause is none."""
    sounds = frozenset(sounding)
    kept = tuple(at_s for at_s in before.began_s if not elapsed(at_s, rule.seconds, now_s))
    return Onsets(sounds, kept + (now_s,) * len(sounds - before.sounding))


def is_flood(chairs: Iterable[Onsets], rule: FloodRule, now_s: float) -> bool:
    """Return whether more alarms began to sound than the rule counts as one flood."""
    began = (at_s for onsets in chairs for at_s in onsets.began_s)
    return sum(not elapsed(at_s, rule.seconds, now_s) for at_s in began) > rule.count
