"""A table of measured values, played as if its patient sat there; docs/replay.md describes the columns."""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.cuff import Cuff, Determination, Pressure
from simulators.scenario import ChairPlan, CuffMinutes, DevicePlan, Scenario
from simulators.tables import ScenarioFault

STANDS_S = 10.0
"""A value stands until the next row, at most so long: what a recorder did not say is not made up."""
INFLATES_MS = 30_000
"""How long before its row a determination begins."""
_COLUMNS = ("time_s", "hr", "spo2", "sbp", "dbp", "map")
_HIGHEST = {"spo2": 100.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One row; None where nothing was measured."""

    at_s: float
    """Seconds since the first row."""
    heart_rate: int | None
    spo2: int | None
    pressure: Pressure | None


def load(path: Path) -> tuple[Row, ...]:
    """Read a table; ScenarioFault names the first line that is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            lines = list(csv.reader(file))
        except (csv.Error, UnicodeDecodeError) as error:
            raise ScenarioFault(f"{path}: expected comma-separated UTF-8 text, got {error}") from error
    names = [cell.strip().lower() for cell in lines[0]] if lines else []
    if "time_s" not in names:
        raise ScenarioFault(f"{path}, line 1: expected a header with the column time_s, got {names[:8]}")
    rows: list[Row] = []
    for number, cells in enumerate(lines[1:], 2):
        if cells:
            rows.append(_row(names, cells, f"{path}, line {number}"))
            if rows[-1].at_s < rows[max(0, len(rows) - 2)].at_s:
                raise ScenarioFault(
                    f"{path}, line {number}, column time_s: expected a time that does not go back"
                )
    if not rows:
        raise ScenarioFault(f"{path}: expected rows, got none")
    return tuple(Row(row.at_s - rows[0].at_s, row.heart_rate, row.spo2, row.pressure) for row in rows)


class MeasuredBedside(Bedside):
    """A chair as a table has it, from `begin` on; nothing is measured before."""

    def __init__(self, rows: tuple[Row, ...], device: DevicePlan) -> None:
        chair = ChairPlan("replay", "replay", "", None, None, (device,))
        scenario = Scenario("replay", "Replay", "", (chair,), (), CuffMinutes(2, 5, 15))
        super().__init__(chair, scenario, 0)
        self._rows = rows
        self._times = [row.at_s for row in rows]
        self._began_ms: int | None = None

    def begin(self, now_ms: int) -> None:
        """Let the first row be now."""
        self._began_ms = now_ms
        self.cuff = MeasuredCuff(_determinations(self._rows, now_ms))

    def ended(self, now_ms: int) -> bool:
        """Whether the last row has stood for its time."""
        return self._into_s(now_ms) > self._times[-1] + STANDS_S

    def advance(self, now_ms: int) -> list[Determination]:
        """Let time pass up to now; return the determinations completed meanwhile."""
        return self.cuff.advance(now_ms, self.truth, lambda _: ())

    def oximetry(self, now_ms: int) -> Oximetry:
        """Return what the table has now; where it has neither number, the oximeter searches."""
        into_s = self._into_s(now_ms)
        row = self._rows[max(0, bisect_right(self._times, into_s) - 1)]
        if not 0 <= into_s - row.at_s <= STANDS_S or (row.spo2 is None and row.heart_rate is None):
            return Oximetry(Probe.SEARCHING)
        return Oximetry(Probe.READING, row.spo2, row.heart_rate)

    def _into_s(self, now_ms: int) -> float:
        return -1.0 if self._began_ms is None else (now_ms - self._began_ms) / 1000


class MeasuredCuff(Cuff):
    """A cuff that finds what a table says, when it says it; it takes no orders."""

    def __init__(self, determinations: list[Determination]) -> None:
        super().__init__("replay")
        self._coming = determinations

    def start(self, now_ms: int) -> None:
        """Do nothing: what was measured is fixed."""

    def busy(self, now_ms: int) -> bool:
        """Whether the next determination has begun."""
        return bool(self._coming) and self._coming[0].started_ms <= now_ms < self._coming[0].ended_ms

    def advance(self, now_ms: int, *_: object) -> list[Determination]:
        """Return the determinations completed up to now, oldest first."""
        done = [each for each in self._coming if each.ended_ms <= now_ms]
        self._coming = self._coming[len(done) :]
        self.last = done[-1] if done else self.last
        return done


def _determinations(rows: tuple[Row, ...], began_ms: int) -> list[Determination]:
    """Return one for each pressure; equal ones on consecutive rows are one, rows without are passed over."""
    found: list[Determination] = []
    last: tuple[int, int, int] | None = None
    for row in rows:
        if row.pressure is None:
            continue
        values = (row.pressure.systolic, row.pressure.diastolic, row.pressure.mean)
        if values != last:
            ended_ms = began_ms + round(row.at_s * 1000)
            found.append(Determination(len(found) + 1, ended_ms - INFLATES_MS, ended_ms, row.pressure))
        last = values
    return found


def _row(names: list[str], cells: list[str], where: str) -> Row:
    values = {
        name: _number(cell, f"{where}, column {name}")
        for name, cell in zip(names, cells, strict=False)
        if name in _COLUMNS
    }
    at_s = values.pop("time_s", None)
    if at_s is None or not math.isfinite(at_s):
        raise ScenarioFault(f"{where}, column time_s: expected seconds, got {at_s}")
    measured = {name: _measured(name, value) for name, value in values.items()}
    rate, systolic, diastolic = (measured.get(name) for name in ("hr", "sbp", "dbp"))
    pressure = None
    if systolic is not None and diastolic is not None:
        mean = measured.get("map") or round(diastolic + (systolic - diastolic) / 3)
        pressure = Pressure(systolic, diastolic, mean, rate)
    return Row(at_s, rate, measured.get("spo2"), pressure)


def _measured(name: str, value: float | None) -> int | None:
    """Return a number that can be a measurement; anything else is no value."""
    return round(value) if value is not None and 1 <= value <= _HIGHEST.get(name, 300.0) else None


def _number(cell: str, where: str) -> float | None:
    text = cell.strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise ScenarioFault(f"{where}: expected a number or nothing, got {text[:40]!r}") from None
    return None if math.isnan(number) else number
