"""Units as senders spell them, and what makes a value of ours of them; an unknown one is refused.

    mm[Hg] = mmHg = MDC 266016      kPa = MDC 265987, × 7.50062      /min = bpm = MDC 264864, 264928

Source: UCUM; ISO/IEEE 11073-10101, 4 × 65536 + the code of the unit.
"""

from __future__ import annotations

import math

from devices.model import METRICS, MetricCode

MMHG_PER_KPA = 7.50062

_SPELLINGS: dict[str, dict[str, tuple[float, float]]] = {
    "mm[Hg]": {
        **dict.fromkeys(("mm[Hg]", "mmHg", "mmhg", "MDC_DIM_MMHG", "266016"), (1.0, 0.0)),
        **dict.fromkeys(("kPa", "kpa", "MDC_DIM_KILO_PASCAL", "265987"), (MMHG_PER_KPA, 0.0)),
    },
    "/min": dict.fromkeys(
        (
            *(
                "/min",
                "1/min",
                "bpm",
                "BPM",
                "rpm",
                "beats/min",
                "breaths/min",
                "beats/minute",
                "breaths/minute",
            ),
            *("{beat}/min", "{breath}/min", "{beats}/min", "{breaths}/min"),
            *("MDC_DIM_BEAT_PER_MIN", "264864", "MDC_DIM_RESP_PER_MIN", "264928"),
        ),
        (1.0, 0.0),
    ),
    "%": dict.fromkeys(("%", "MDC_DIM_PERCENT", "262688"), (1.0, 0.0)),
    "Cel": {
        **dict.fromkeys(("Cel", "C", "°C", "degC", "MDC_DIM_DEGC", "268192"), (1.0, 0.0)),
        **dict.fromkeys(("[degF]", "F", "°F", "degF"), (1 / 1.8, -32 / 1.8)),
    },
}
"""By unit of ours: spelling → factor and what is added."""


class UnknownUnit(ValueError):
    """A unit that a metric cannot have; the text says which ones it can."""


def spellings_of(metric: MetricCode) -> tuple[str, ...]:
    """Return every spelling of a unit that a value of this metric may have."""
    return tuple(_SPELLINGS[METRICS[metric].unit])


def in_unit_of(metric: MetricCode, value: float | None, unit: str) -> float | None:
    """Return the value in the metric's own unit; raises `UnknownUnit` also where there is no value."""
    known = _SPELLINGS[METRICS[metric].unit]
    if unit not in known:
        words = ", ".join(spelling for spelling in known if not spelling.isdecimal())
        msg = f"{metric} unit: expected one of {words}; got {unit[:32]!r}"
        raise UnknownUnit(msg)
    factor, offset = known[unit]
    if value is None or not math.isfinite(value):
        return None
    return value if (factor, offset) == (1.0, 0.0) else round(value * factor + offset, 1)
