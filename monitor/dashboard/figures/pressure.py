"""Blood pressure as what it is: a bar from diastolic to systolic at each determination, never joined."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.figures.labels import Label, placed
from monitor.dashboard.views import words
from monitor.dashboard.views.limits import crossed
from monitor.dashboard.views.readings import describe
from monitor.store.history import LimitSpan
from monitor.store.snapshot import CuffPoint

Trace = dict[str, Any]

LABEL_PX = 54
"""Width of `184/102` at the label's size."""
LABEL_MMHG = 26
"""Room above the highest reading for its label."""


def pressure_traces(cuffs: list[CuffPoint], limits: list[LimitSpan], axis: TimeAxis, row: str) -> list[Trace]:
    """Return the bars: one trace of stems per colour, and one of ends with values, colours and shapes."""
    colours = [_colour(cuff, limits) for cuff in cuffs]
    stems = [_stems(cuffs, colours, colour, axis, row) for colour in dict.fromkeys(colours)]
    return [
        *stems,
        _ends(cuffs, colours, axis, row, upper=True),
        _ends(cuffs, colours, axis, row, upper=False),
    ]


def pressure_range(cuffs: list[CuffPoint]) -> list[float]:
    """Return the span of mmHg to show: 60 to 190 at least, more where readings ask for it."""
    lowest = min((cuff.diastolic for cuff in cuffs), default=60)
    highest = max((cuff.systolic for cuff in cuffs), default=190)
    return [min(60.0, lowest) - 8, max(190.0, highest) + LABEL_MMHG]


def _colour(cuff: CuffPoint, limits: list[LimitSpan]) -> str:
    if cuff.in_error:
        return palette.STRUCK
    priority = crossed(cuff, limits)
    return palette.PRESSURE if priority is None else palette.ALARM[priority]


def _stems(cuffs: list[CuffPoint], colours: list[str], colour: str, axis: TimeAxis, row: str) -> Trace:
    mine = [cuff for cuff, its in zip(cuffs, colours, strict=True) if its == colour]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for cuff in mine for x in (axis.at(cuff.at_ms), axis.at(cuff.at_ms), None)],
        "y": [y for cuff in mine for y in (cuff.diastolic, cuff.systolic, None)],
        "yaxis": row,
        "line": {"color": colour, "width": 3, "dash": "dot" if colour == palette.STRUCK else "solid"},
        "hoverinfo": "skip",
        "name": "pressure",
    }


def _ends(cuffs: list[CuffPoint], colours: list[str], axis: TimeAxis, row: str, *, upper: bool) -> Trace:
    trace: Trace = {
        "type": "scatter",
        "mode": "markers+text" if upper else "markers",
        "x": [axis.at(cuff.at_ms) for cuff in cuffs],
        "y": [cuff.systolic if upper else cuff.diastolic for cuff in cuffs],
        "yaxis": row,
        "marker": {
            "color": colours,
            "size": 11,
            "symbol": [_symbol(cuff, upper=upper) for cuff in cuffs],
            "line": {"color": colours, "width": 2},
        },
        "hovertext": [_hover(cuff) for cuff in cuffs],
        "hoverinfo": "text",
        "name": "systolic" if upper else "diastolic",
    }
    if upper:
        trace["text"] = _labels(cuffs, axis)
        trace["cliponaxis"] = False
        trace["textposition"] = "top center"
        trace["textfont"] = {"size": 15, "color": colours, "shadow": palette.HALO}
    return trace


def _symbol(cuff: CuffPoint, *, upper: bool) -> str:
    if cuff.in_error:
        return "x-thin"
    solid = "triangle-down" if upper else "triangle-up"
    return f"{solid}-open" if cuff.validity == "questionable" else solid


def _labels(cuffs: list[CuffPoint], axis: TimeAxis) -> list[str]:
    """Name the newest reading, then the highest ones; the rest only where there is room."""
    wanted = [
        Label(
            axis.px(cuff.at_ms) - LABEL_PX / 2,
            LABEL_PX,
            -1 if cuff.in_error else 1000 if index == len(cuffs) - 1 else cuff.systolic,
        )
        for index, cuff in enumerate(cuffs)
    ]
    return [
        words.pressure(cuff.systolic, cuff.diastolic) if room and not cuff.in_error else ""
        for cuff, room in zip(cuffs, placed(wanted), strict=True)
    ]


def _hover(cuff: CuffPoint) -> str:
    lines = [
        f"<b>{words.pressure(cuff.systolic, cuff.diastolic, cuff.mean)}</b> mmHg",
        words.clock_seconds(cuff.at_ms),
        describe(cuff),
    ]
    return "<br>".join(line for line in lines if line)
