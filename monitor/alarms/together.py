"""Which readings are judged together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.model import Reading


def together(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield the readings one by one, but the components of one cuff result as one."""
    cuff: list[Reading] = []
    for reading in readings:
        belongs = (
            reading.vital in CUFF_VITALS
            and bool(cuff)
            and reading.at == cuff[0].at
            and reading.vital not in {r.vital for r in cuff}
        )
        if cuff and not belongs:
            yield cuff
            cuff = []
        if reading.vital in CUFF_VITALS:
            cuff.append(reading)
        else:
            yield [reading]
    if cuff:
        yield cuff
