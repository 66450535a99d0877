"""Reads a TOML table key by key and collects every fault: file, key, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field


class ScenarioFault(ValueError):
    """A scenario or a control line cannot be used; the text names every fault, one a line."""


@dataclass(slots=True)
class Table:
    """One table of a file. A wrong key is noted and replaced by its default, so that all faults show."""

    source: str
    """What a fault names as the place: a file, or the control line."""
    data: Mapping[str, object]
    faults: list[str]
    path: str = ""
    _asked: set[str] = field(default_factory=set)

    def note(self, key: str, expected: str, got: object) -> None:
        """Note one fault; a key that is missing is passed as None."""
        found = "nothing" if got is None else repr(got)
        self.faults.append(f"{self.source}: {self._name(key)}: expected {expected}, got {found}")

    def close(self) -> None:
        """Note every key that nobody asked for (a misspelt key must not be silently without effect)."""
        for key in self.data:
            if key not in self._asked:
                self.note(key, "one of " + ", ".join(sorted(self._asked)), key)

    def check(self) -> None:
        """Raise all faults noted so far, if there are any."""
        if self.faults:
            raise ScenarioFault("\n".join(self.faults))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty string."""
        got = self._get(key)
        if got is None and default is not None:
            return default
        if isinstance(got, str) and got:
            return got
        self.note(key, "a text", got)
        return default or ""

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """Return one of the words offered."""
        got = self._get(key)
        if got is None and default is not None:
            return default
        if isinstance(got, str) and got in options:
            return got
        self.note(key, "one of " + ", ".join(options), got)
        return default or next(iter(options), "")

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number within bounds, both allowed."""
        got = self._get(key)
        if got is None and default is not None:
            return default
        if isinstance(got, int | float) and not isinstance(got, bool) and low <= got <= high:
            return float(got)
        self.note(key, f"a number from {low:g} to {high:g}", got)
        return low if default is None else default

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds, both allowed."""
        got = self._get(key)
        if got is None and default is not None:
            return default
        if isinstance(got, int) and not isinstance(got, bool) and low <= got <= high:
            return got
        self.note(key, f"a whole number from {low} to {high}", got)
        return low if default is None else default

    def flag(self, key: str) -> bool:
        """Return true or false; false if it is missing."""
        got = self._get(key)
        if got is None or isinstance(got, bool):
            return bool(got)
        self.note(key, "true or false", got)
        return False

    def words(self, key: str, options: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of some of the words offered; an empty one only where that is the default."""
        got = self._get(key)
        if got is None:
            return default
        if isinstance(got, list) and (got or not default) and all(word in options for word in got):
            return tuple(str(word) for word in got)
        self.note(key, "a list of " + ", ".join(options), got)
        return default

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        self._asked.add(key)
        return key in self.data

    def table(self, key: str) -> Table:
        """Return the table under a key; an empty one if it is missing."""
        got = self._get(key)
        if got is not None and not isinstance(got, dict):
            self.note(key, "a table", got)
        return self._child(key, got if isinstance(got, dict) else {})

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables of a list; none if it is missing."""
        got = self._get(key)
        if got is not None and not (isinstance(got, list) and all(isinstance(row, dict) for row in got)):
            self.note(key, "a list of tables", got)
        elif got is not None:
            yield from (self._child(f"{key}[{n}]", row) for n, row in enumerate(got))

    def named_tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """Yield the name and the table of every entry under a key, in the order of the file."""
        parent = self.table(key)
        yield from ((name, parent.table(name)) for name in parent.data)

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self.data.get(key)

    def _child(self, key: str, data: Mapping[str, object]) -> Table:
        return Table(self.source, data, self.faults, self._name(key))

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
