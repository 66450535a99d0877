"""Blood pressure as what it is: a bar from diastolic to systolic at each determination, never joined."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.figures.labels import Span, meet
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
BESIDE_PX = 8
"""From the middle of a bar to a label that stands beside its top."""
BAR_PX = 12
"""Width of a bar with its ends."""
ANCHORS = {"top center": -LABEL_PX / 2, "top right": BESIDE_PX, "top left": -BESIDE_PX - LABEL_PX}
"""Where a label may stand at the top of its bar, the best first: its left edge from the bar, pixels."""


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
        places = _places(cuffs, axis)
        trace["text"] = [
            "" if place is None else words.pressure(cuff.systolic, cuff.diastolic)
            for cuff, place in zip(cuffs, places, strict=True)
        ]
        trace["cliponaxis"] = False
        trace["textposition"] = [place or "top center" for place in places]
        trace["textfont"] = {"size": 15, "color": colours, "shadow": palette.HALO}
    return trace


def _symbol(cuff: CuffPoint, *, upper: bool) -> str:
    if cuff.in_error:
        return "x-thin"
    solid = "triangle-down" if upper else "triangle-up"
    return f"{solid}-open" if cuff.validity == "questionable" else solid


def _places(cuffs: list[CuffPoint], axis: TimeAxis) -> list[str | None]:
    """Return where each reading is named, None where nowhere: the newest first, then the highest.

    A name stands upon no other, upon no bar and not over the axis; the newest is named always.
    """
    places: list[str | None] = [None] * len(cuffs)
    taken: list[Span] = []
    newest = len(cuffs) - 1
    for index in sorted(range(len(cuffs)), key=lambda i: (i != newest, -cuffs[i].systolic)):
        if cuffs[index].in_error:
            continue
        at = axis.px(cuffs[index].at_ms)
        bars = _bars_beside(cuffs, index, axis)
        for anchor, left in ANCHORS.items():
            span = Span(at + left, LABEL_PX)
            free = not any(meet(span, other) for other in (*taken, *bars))
            if free and _clear_of_the_edges(span, at, axis):
                places[index] = anchor
                taken.append(span)
                break
        else:
            if index == newest:
                places[index] = "top center"
                taken.append(Span(at - LABEL_PX / 2, LABEL_PX))
    return places


def _clear_of_the_edges(span: Span, at: float, axis: TimeAxis) -> bool:
    """Whether a name lies in the plot; that of a bar which is not in view may lie anywhere."""
    in_view = 0 <= at <= axis.width_px
    return not in_view or (span.left >= 0 and span.left + span.width <= axis.width_px)


def _bars_beside(cuffs: list[CuffPoint], index: int, axis: TimeAxis) -> list[Span]:
    """The bars that go up past the top of this one, where its name would stand."""
    return [
        Span(axis.px(cuff.at_ms) - BAR_PX / 2, BAR_PX)
        for n, cuff in enumerate(cuffs)
        if n != index and cuff.systolic > cuffs[index].systolic
    ]


def _hover(cuff: CuffPoint) -> str:
    lines = [
        f"<b>{words.pressure(cuff.systolic, cuff.diastolic, cuff.mean)}</b> mmHg",
        words.clock_seconds(cuff.at_ms),
        describe(cuff),
    ]
    return "<br>".join(line for line in lines if line)
