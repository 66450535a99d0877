"""Frames of `/live` as the server would send them, built from the snapshot's own structs."""

from __future__ import annotations

from typing import Any

import msgspec

from monitor.store.snapshot import (
    AlarmView,
    AudioPausedView,
    ChairView,
    CuffPoint,
    CuffView,
    DeviceView,
    ExpectedView,
    LimitLine,
    NumberView,
    ResponsePoint,
    SessionView,
    SwitchedOffView,
)
from monitor.terms import LimitChange, Priority

AT_MS = 1_790_000_000_000
MINUTE_MS = 60_000

LIMITS = [
    LimitLine("sbp_high", "medium", 160),
    LimitLine("sbp_high", "high", 180),
    LimitLine("dbp_high", "medium", 100),
    LimitLine("dbp_high", "high", 110),
    LimitLine("sbp_low", "medium", 90),
    LimitLine("hr_high", "medium", 120),
    LimitLine("hr_low", "medium", 50),
    LimitLine("spo2_low", "medium", 90),
]


def rate(value: float | None = 76, **more: Any) -> NumberView:
    """A pulse rate as an oximeter gives it; live and valid unless told otherwise."""
    return _number("/min", "PR", value, {"method": "oximeter", **more})


def saturation(value: float | None = 98, **more: Any) -> NumberView:
    return _number("%", "SpO₂", value, more)


def _number(unit: str, label: str, value: float | None, more: dict[str, Any]) -> NumberView:
    state = {"validity": "valid", "freshness": "live"} if value is not None else {"freshness": "gone"}
    return NumberView(unit, label, value, **{"source": "Radical-7", **state, **more})


def cuff(
    systolic: float | None = 124, diastolic: float | None = 78, minutes_ago: float = 3, **more: Any
) -> CuffView:
    at_ms = int(AT_MS - minutes_ago * MINUTE_MS)
    known = {"at_ms": at_ms, "due_ms": at_ms + 5 * MINUTE_MS, "source": "DINAMAP"}
    if systolic is None or diastolic is None:
        return CuffView(**{**known, "freshness": "gone", **more})
    mean = round(diastolic + (systolic - diastolic) / 3)
    shown = {"mean": mean, "validity": "valid", "freshness": "live"}
    return CuffView(systolic, diastolic, **{**known, **shown, **more})


def trend(systolic: float, diastolic: float, minutes: float, *, rise: float = 0.4) -> list[CuffPoint]:
    """Readings every five minutes up to now, rising to the last one."""
    count = int((minutes + 10) // 5) + 1
    points = []
    for back in range(count):
        low = rise * 10 * min(back, 8) / 2
        at_ms = int(AT_MS - (3 + 5 * back) * MINUTE_MS)
        points.append(
            CuffPoint(f"k{back}", at_ms, systolic - low, diastolic - low * 0.6, None, "valid", None, False)
        )
    return points[::-1]


def corridor(minutes: float, planned: int = 40) -> list[ResponsePoint]:
    """A rise of 20/12 in a straight line, over the baseline of `visit`."""
    started = int(AT_MS - minutes * MINUTE_MS)
    return [
        ResponsePoint(started + m * MINUTE_MS, 112 + m // 2, 124 + m // 2, 70 + m // 4, 78 + m // 4)
        for m in range(0, planned + 1, 2)
    ]


def visit(
    chair: str, label: str, phase: str = "infusion", minutes: float = 24.3, planned: int = 40, **more: Any
) -> SessionView:
    started = int(AT_MS - minutes * MINUTE_MS)
    begun = phase not in ("seated", "baseline")
    times = {
        "seated_ms": started - 14 * MINUTE_MS,
        "phase_since_ms": started if phase != "recovery" else started + planned * MINUTE_MS,
        "started_ms": started if begun else None,
        "ended_ms": started + planned * MINUTE_MS if phase in ("recovery", "ready") else None,
        "elapsed_s": min(minutes, planned) * 60 if begun else 0,
        "running": phase == "infusion",
        "baseline": (118, 74, 72) if begun else None,
        "weight_kg": 82.0,
        "dose_mg_per_kg": 0.5,
        "seated_by": "Ana Ruiz",
        "nurse": "Ana Ruiz" if int(chair) % 2 else "Leo",
    }
    return SessionView(f"s{chair}", label, phase, planned_min=planned, **{**times, **more})


def alarm(
    condition: str, priority: str, text: str, seconds: float = 38, *, by: str | None = None, **more: Any
) -> AlarmView:
    since = int(AT_MS - seconds * 1000)
    acknowledged = {"acknowledged_by": by, "acknowledged_ms": int(AT_MS - 25_000)} if by else {}
    technical = condition.startswith(("probe", "no_data", "device", "no_b"))
    calls = {"high": ("nurse", "anesthesia"), "medium": ("nurse",)}.get(priority, ()) if by is None else ()
    next_ms = since + {"high": 60_000, "medium": 120_000}[priority] if calls else None
    return AlarmView(
        more.pop("id", f"{condition}-1"),
        condition,
        "technical" if technical else "physiological",
        priority,
        "acknowledged" if by else "on",
        since,
        text,
        **{"audible": bool(calls), "calls": calls, "escalates_ms": next_ms, **acknowledged, **more},
    )


def seated(chair: str, label: str, **parts: Any) -> ChairView:
    """A chair in the midst of an infusion where all is well, but for what is told otherwise."""
    whole: dict[str, Any] = {
        "demo": True,
        "session": visit(chair, label),
        "hr": rate(),
        "spo2": saturation(),
        "pi": NumberView("%", "PI", 3.42, "valid", (), "live"),
        "cuff": cuff(),
        "trend": trend(124, 78, 24),
        "limits": LIMITS,
        "devices": [DeviceView(f"d{chair}", "dinamap", "DINAMAP", "connected", AT_MS)],
        **parts,
    }
    return ChairView(chair, chair, **whole)


def free(chair: str) -> ChairView:
    return ChairView(chair, chair, demo=True)


def clinic(count: int = 12) -> list[ChairView]:
    """Every state that a board must be able to show, in as many chairs as asked for."""
    shown = [
        seated(
            "1",
            "D. S.",
            session=visit("1", "D. S.", minutes=38.2),
            cuff=cuff(134, 83, 4),
            trend=trend(134, 83, 38),
        ),
        seated(
            "2",
            "A. L.",
            session=visit("2", "A. L.", "recovery", 57),
            hr=rate(76),
            cuff=cuff(124, 74, 9, due_ms=AT_MS + 340_000),
            trend=trend(124, 74, 57, rise=-0.2),
        ),
        seated(
            "3",
            "M. K.",
            session=visit("3", "M. K.", minutes=24.9, planned=50),
            hr=rate(92),
            spo2=saturation(97),
            cuff=cuff(164, 97, 1),
            trend=trend(164, 97, 24.9, rise=0.7),
            alarms=[alarm("sbp_high", "medium", "SYS 164 ≥ 160", 68, id="o-3")],
        ),
        seated(
            "4",
            "C. W.",
            session=visit("4", "C. W.", "baseline", -5, baseline_readings=1),
            cuff=cuff(130, 84, 1),
            trend=trend(130, 84, -5),
        ),
        seated(
            "5",
            "H. B.",
            session=visit("5", "H. B.", minutes=6.1, planned=45),
            cuff=cuff(115, 74, 1, measuring=True),
            trend=trend(115, 74, 6),
        ),
        free("6"),
        seated(
            "7",
            "R. T.",
            session=visit("7", "R. T.", minutes=31.85),
            hr=rate(104),
            spo2=saturation(96),
            cuff=cuff(184, 102, 0.7, expected=ExpectedView(1, 24, "above")),
            response=corridor(31.85),
            trend=trend(184, 102, 31.8, rise=1.1),
            alarms=[
                alarm("sbp_high", "high", "SYS 184 ≥ 180", id="o-7"),
                alarm("no_baseline", "low", "No baseline", 900),
            ],
        ),
        seated(
            "8",
            "S. O.",
            session=visit("8", "S. O.", minutes=19),
            hr=rate(126),
            cuff=cuff(135, 84, 4),
            trend=trend(135, 84, 19),
            alarms=[alarm("hr_high", "medium", "PR 126 > 120", 140, by="Ana Ruiz")],
        ),
        seated(
            "9",
            "E. N.",
            session=visit("9", "E. N.", "ready", 71),
            spo2=saturation(94, freshness="dim", at_ms=AT_MS - 7000),
            cuff=cuff(131, 76, 19, freshness="dim", due_ms=AT_MS - 70_000),
            trend=trend(131, 76, 71, rise=0),
        ),
        seated(
            "10",
            "F. G.",
            session=visit(
                "10",
                "F. G.",
                minutes=27.3,
                planned=60,
                standby_reason="bathroom",
                standby_until_ms=AT_MS + 370_000,
            ),
            hr=rate(None, last=77, at_ms=AT_MS - 42_000),
            spo2=saturation(None, last=97, at_ms=AT_MS - 40_000),
            cuff=cuff(None, None, 14, last=(151, 92)),
            trend=trend(128, 71, 27),
        ),
        seated(
            "11",
            "J. P.",
            session=visit("11", "J. P.", minutes=12.45),
            hr=rate(81),
            spo2=saturation(None, flags=("probe_off",), last=97, at_ms=AT_MS - 40_000),
            cuff=cuff(120, 78, 3, validity="questionable", flags=("motion",)),
            trend=trend(120, 78, 12),
            alarms=[alarm("probe_off", "low", "SpO₂ probe off", 21)],
        ),
        free("12"),
    ]
    shown[10].trend[-1].validity = "questionable"
    extra = [
        seated(
            str(n),
            f"P. {n}",
            session=visit(str(n), f"P. {n}", minutes=n % 40),
            hr=rate(60 + n),
            cuff=cuff(110 + n, 68 + n % 9, n % 5),
        )
        for n in range(13, count + 1)
    ]
    return (shown + extra)[:count]


def as_json(chair: ChairView) -> dict[str, Any]:
    """A chair as the server sends it: live numbers carry no time, a running clock its base."""
    view: dict[str, Any] = msgspec.to_builtins(chair)
    for name in ("hr", "spo2", "pi"):
        if name in view and view[name].get("freshness") == "live":
            view[name].pop("at_ms", None)
    session = view.get("session")
    if session and session.get("running"):
        session["clock_base_ms"] = round(AT_MS - session.pop("elapsed_s", 0) * 1000)
    return view


def full(chairs: list[ChairView], turn: int = 1, at: int = AT_MS, **more: Any) -> dict[str, Any]:
    frame = {
        "k": "full",
        "turn": turn,
        "at": at,
        "boot": "b1",
        "demo": True,
        "speed": 1,
        "clinic": "Infusion suite",
        "notices": [],
        "stations": {"sound": 3, "watching": 4},
        "order": [chair.id for chair in chairs],
        "chairs": {chair.id: as_json(chair) for chair in chairs},
    }
    return {**frame, **more}


def crowded(count: int) -> list[ChairView]:
    """The same with all that takes room at once: rooms, changed limits, what is off, a pause, a repeat."""
    chairs = clinic(count)
    for n, chair in enumerate(chairs):
        chair.room = ("Room 1", "River room", "Third floor, garden side")[n * 3 // len(chairs)]
        if n in (0, 2, 6, 7) and chair.session is not None:
            chair.session.limit_changes = (
                LimitChange("sbp_high", Priority.MEDIUM, 170, 160, AT_MS, "Dr. Osei", "known"),
            )
    for n, condition in ((0, "hr_low"), (2, "pressure_overdue")):
        if n < len(chairs):
            chairs[n].off = [SwitchedOffView(condition, "Ana Ruiz", AT_MS - MINUTE_MS, "known")]
    if count > 2:
        chairs[2].alarms[0].text = "SYS 164 ≥ 160, unconfirmed"
        assert chairs[2].cuff is not None
        chairs[2].cuff.repeat_ms = AT_MS + 55_000
    if count > 1:
        chairs[1].alarms = [
            alarm("pressure_overdue", "low", "pressure overdue 12 min", 700),
            alarm("no_baseline", "low", "no baseline", 900),
        ]
    if count > 3:
        chairs[3].hr = rate(112)
        chairs[3].spo2 = saturation(100, validity="questionable", flags=("cuff_running", "low_perfusion"))
    if count > 9:
        chairs[9].hr = rate(None, last=77, at_ms=AT_MS - 42_000, flags=("low_perfusion", "probe_off"))
    if count > 4:
        graver = {"priority_ms": AT_MS - 75_000, "value_ms": AT_MS - 400_000, "value": 166, "limit": 160}
        chairs[4].alarms = [alarm("sbp_high", "medium", "SYS 166 ≥ 160", 613, **graver)]
    if count > 7:
        chairs[7].alarms.append(alarm("spo2_low", "medium", "SpO₂ 88 < 90", 70, paused=True))
        chairs[7].audio_paused = AudioPausedView("Ana Ruiz", AT_MS + 80_000)
    return chairs
