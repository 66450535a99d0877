"""The limits of a chair as a table: what is in force, where it comes from, and what may be changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.alarms import changes
from monitor.alarms.in_force import ConditionInForce, conditions_in_force
from monitor.dashboard.services import Viewer
from monitor.dashboard.views import retold, words
from monitor.dashboard.views.acts import Target, form_of
from monitor.dashboard.views.asking import Asked
from monitor.language import t
from monitor.limits import Band, LimitPreset
from monitor.store.snapshot import ChairView, SessionView
from monitor.terms import Baseline, LimitChange, Phase, Priority, Role, Vital

PRIORITIES = (Priority.LOW, Priority.MEDIUM, Priority.HIGH)
CONDITIONS = (
    ("sbp_high", "SYS ≥"),
    ("dbp_high", "DIA ≥"),
    ("map_high", "MAP ≥"),
    ("hr_high", "HR >"),
    ("hr_low", "HR <"),
    ("spo2_low", "SpO₂ <"),
    ("sbp_low", "SYS <"),
    ("map_low", "MAP <"),
)


@dataclass(frozen=True, slots=True)
class LimitCell:
    """One limit in force."""

    text: str
    """The number, `off`, or empty where the preset has no such band."""
    source: str = ""
    """`relative`: against the baseline; `changed`: for this patient. Empty for the preset's own."""
    edit: Target | None = None
    """For who may change it."""
    label: str = ""
    """For screen readers."""


@dataclass(frozen=True, slots=True)
class LimitTable:
    """All limits of one patient."""

    preset: str
    rows: tuple[tuple[str, tuple[LimitCell, ...]], ...]
    """What is compared, and a cell for each of `PRIORITIES`."""
    changed: tuple[str, ...] = ()
    """Each change with its author, time and reason."""
    reset: Target | None = None


def limit_table(chair: ChairView, viewer: Viewer, preset: LimitPreset | None) -> LimitTable | None:
    """Return the limits of a chair for this viewer; None for a free one."""
    session = chair.session
    if session is None:
        return None
    may = preset is not None and viewer.role is Role.ANESTHESIA and not viewer.locked
    rows = []
    for condition, name in CONDITIONS:
        cells = tuple(_cell(chair, session, condition, priority, preset, may=may) for priority in PRIORITIES)
        if any(cell.text for cell in cells):
            rows.append((name, cells))
    held = session.limit_changes
    reset = Target("reset_limits", chair.id, session.id) if may and held else None
    return LimitTable(chair.preset, tuple(rows), tuple(difference(change) for change in held), reset)


def difference(change: LimitChange) -> str:
    """Return one change, e.g. `SYS high, high 180 → 170 · Ruiz 14:02 · stroke last year`."""
    name = words.limit_name(change.condition, change.priority)
    moved = f"{name} {_number(change.was)} → {_number(change.limit)}"
    return f"{moved} · {change.by} {words.clock(change.at_ms)} · {change.reason}"


def asking_limit(target: Target, chair: ChairView, preset: LimitPreset | None) -> Asked:
    """Return the form that changes one limit, with the bounds it may move in."""
    condition, priority = named(target)
    form = form_of(target)
    band = None if preset is None else changes.band_of(preset, condition, priority)
    if band is None or band.bounds is None:
        return Asked(target, form, (t("This limit is not changed for one patient."),))
    low, high = band.bounds
    off = t("; empty switches it off") if priority in changes.MAY_BE_OFF else ""
    limit, *others = form.fields
    label = t("Limit, {low} to {high}", low=words.number(low), high=words.number(high)) + off
    bounded = replace(limit, label=label, low=low, high=high)
    held = _number(_in_force(chair, condition, priority))
    said = t(
        "{limit}: in force {held}, in the preset {preset}.",
        limit=words.limit_name(condition, priority),
        held=held,
        preset=_number(band.limit),
    )
    return Asked(target, replace(form, fields=(bounded, *others)), (said,))


def preview(chair: ChairView, preset: LimitPreset, target: Target, limit: float | None) -> str:
    """Return what would follow from a limit, as it is typed: refused, not reached, or an alarm now."""
    session = chair.session
    if session is None:
        return ""
    condition, priority = named(target)
    refusal = changes.refusal(preset, session.limit_changes, condition, priority, limit)
    if refusal:
        return retold.refusal(refusal)
    made = LimitChange(condition, priority, limit, None, 0, "", "")
    held = changes.holding((*session.limit_changes, made))
    baseline = None if session.baseline is None else Baseline(*session.baseline)
    judged = conditions_in_force(preset, Phase(session.phase), baseline, held).get(condition)
    if judged is None:
        return ""
    return f"{_nearer(judged, priority, limit)}{_now(judged, _value(chair, judged.vital))}"


def named(target: Target) -> tuple[str, Priority]:
    """Return the condition and the priority that a target is about."""
    condition, _, priority = target.subject.partition(".")
    return condition, Priority(priority)


def _cell(
    chair: ChairView,
    session: SessionView,
    condition: str,
    priority: Priority,
    preset: LimitPreset | None,
    *,
    may: bool,
) -> LimitCell:
    limit = _in_force(chair, condition, priority)
    band = None if preset is None else changes.band_of(preset, condition, priority)
    if limit is None and band is None:
        return LimitCell("")
    changed = any((c.condition, c.priority) == (condition, priority) for c in session.limit_changes)
    source = _source(session, condition, priority, limit, band, changed=changed)
    edit = None
    if may and band is not None and band.bounds is not None:
        edit = Target("change_limit", chair.id, session.id, f"{condition}.{priority}")
    label = f"{words.limit_name(condition, priority)} {_number(limit)}"
    return LimitCell(_number(limit), source, edit, f"{label}, {t(source)}" if source else label)


def _source(
    session: SessionView,
    condition: str,
    priority: Priority,
    limit: float | None,
    band: Band | None,
    *,
    changed: bool,
) -> str:
    own = [c.limit for c in session.limit_changes if (c.condition, c.priority) == (condition, priority)]
    absolute = own[0] if own else None if band is None else band.limit
    if limit != absolute and limit is not None and band is not None:
        return "relative"
    return "changed" if changed else ""


def _in_force(chair: ChairView, condition: str, priority: Priority) -> float | None:
    lines = (line for line in chair.limits if (line.condition, line.priority) == (condition, priority))
    return next((line.limit for line in lines), None)


def _nearer(judged: ConditionInForce, priority: Priority, limit: float | None) -> str:
    """Say so where the limit against the baseline is reached first."""
    effective = next((band.limit for band in judged.bands if band.priority is priority), None)
    if limit is None or effective is None or effective == limit:
        return ""
    return t("The baseline brings it to {limit}.", limit=words.number(effective)) + " "


def _now(judged: ConditionInForce, value: float | None) -> str:
    label = t(changes.LABELS[judged.vital])
    if value is None:
        return t("No {vital} to hold against it now.", vital=label)
    for band in judged.bands:
        if judged.comparison.beyond(value, band.limit):
            bound = words.number(band.limit)
            beyond = f"{label} {words.number(value)} {judged.comparison.value} {bound}"
            return t("Would alarm now: {beyond}, {priority}.", beyond=beyond, priority=t(band.priority))
    return t("Would not alarm now: {vital} {value}.", vital=label, value=words.number(value))


def _value(chair: ChairView, vital: Vital) -> float | None:
    cuff = chair.cuff
    pressures = (None, None, None) if cuff is None else (cuff.systolic, cuff.diastolic, cuff.mean)
    found = dict(zip((Vital.SBP, Vital.DBP, Vital.MAP), pressures, strict=True))
    found[Vital.HR] = None if chair.hr is None else chair.hr.value
    found[Vital.SPO2] = None if chair.spo2 is None else chair.spo2.value
    return found[vital]


def _number(limit: float | None) -> str:
    return t("off") if limit is None else words.number(limit)
