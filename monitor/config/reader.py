"""Takes a TOML document apart by the table of keys and collects what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeGuard

from monitor.config.faults import Fault, choice, shown, suggestion
from monitor.config.keys import keys_of
from monitor.config.shapes import Absent, Key

Values = dict[str, Any]
"""Checked values of one table: a key is missing here exactly when it was at fault."""

NO_REMEDIES: Mapping[str, str] = {}


class Reader:
    """Reads tables of one file; `faults` grows as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, key: str, expected: str, found: str, remedy: str) -> None:
        """Note one fault of this file."""
        self.faults.append(Fault(self.file, key, expected, found, remedy))

    def is_table(self, raw: object, where: str) -> TypeGuard[dict[str, object]]:
        """Tell whether this is a table; a fault where it is not."""
        if isinstance(raw, dict):
            return True
        self.fault(where, "a table", shown(raw), f"write it as [{where}]")
        return False

    def unknown(self, where: str, name: str, known: Collection[str], remedy: str | None = None) -> None:
        """Note a name that nothing is known by."""
        key = f"{where}.{name}" if where else name
        self.fault(key, choice(known), shown(name), remedy or suggestion(name, known, "take it out"))

    def table(
        self,
        table: str,
        where: str,
        raw: object,
        inner: Collection[str] = (),
        elsewhere: Mapping[str, str] = NO_REMEDIES,
    ) -> Values:
        """Return the checked values of a table that stands at `where`, defaults filled in.

        Names in `inner` are tables of their own and passed over. Inherited keys that are absent stay absent.
        `elsewhere` says of unknown keys, by their full name, what there is instead.
        """
        if not self.is_table(raw, where):
            return {}
        keys = keys_of(table)
        for name in raw:
            if name not in keys and name not in inner:
                self.unknown(where, name, [*keys, *inner], elsewhere.get(f"{where}.{name}"))
        values: Values = {}
        for name, key in keys.items():
            if name in raw:
                if self._fits(key, f"{where}.{name}", raw[name]):
                    values[name] = None if key.shape.off and raw[name] == "off" else raw[name]
            elif key.default is Absent.REQUIRED:
                self.fault(f"{where}.{name}", key.shape.words, "nothing", f"add it: {key.help}")
            elif key.default is not Absent.INHERITED:
                values[name] = None if key.default is Absent.NONE else key.default
        return values

    def entries(self, table: str, raw: object) -> list[Values]:
        """Return the checked values of each entry of a list of tables."""
        if not isinstance(raw, list):
            remedy = f"write each under [[{table}]], in double brackets"
            self.fault(table, f"[[{table}]]", shown(raw), remedy)
            return []
        return [self.table(table, f"{table}[{number}]", entry) for number, entry in enumerate(raw, start=1)]

    def _fits(self, key: Key, where: str, value: object) -> bool:
        if key.shape.accepts(value):
            return True
        found = "something else" if key.secret else shown(value)
        self.fault(where, key.shape.words, found, f"change it: {key.help}")
        return False
