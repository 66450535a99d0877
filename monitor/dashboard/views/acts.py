"""The acts of a chair page as one table: their names, what they ask, and how answers make an Act."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import msgspec

from monitor.dashboard.views.fields import Field, FormFault, answers
from monitor.language import t
from monitor.sessions.actions import Act
from monitor.terms import IV_ARMS, LIMBS

Tone = Literal["primary", "plain", "stop"]


class Target(NamedTuple):
    """What a button is for: the act, the chair, the visit shown on it, and the value or event meant."""

    act: str
    """The tag of an Act."""
    chair: str
    session: str = ""
    """Empty for a free chair."""
    subject: str = ""
    """The event of a mark, the key of a cuff value, a limit such as `sbp_high.high`; else empty."""


@dataclass(frozen=True, slots=True)
class ActForm:
    """How one act is offered; an act without `confirm` is done at the first tap."""

    label: str
    """On its button."""
    done: str
    """What the notification says of the chair once the act is accepted."""
    tone: Tone = "plain"
    confirm: str = ""
    """On the button of its form."""
    lead: str = ""
    """What the form says first."""
    fields: tuple[Field, ...] = ()


_SEVERITY = Field(
    "severity", "How strong, 0–10", "choice", options=tuple(str(n) for n in range(11)), numeric=True
)
_REASON = Field("reason", "Reason", "text", required=True, longest=120)
_NOTE = Field("note", "Note", "text", longest=280)
_IV_ARM = Field("iv_arm", "IV line, arm", "choice", options=IV_ARMS)

_OVERRIDE = Field("override_reason", "Anesthesia only: reason to go on all the same", "text", longest=280)
_ASSESSED = Field(
    "assessed", "Assessment", "checks", options=("I have assessed the patient: fit to go home",)
)
_ESCORT = Field("escort", "Escort", "checks", options=("Somebody is here to take the patient home",))

FORMS: dict[str, ActForm] = {
    "seat": ActForm(
        "Seat a patient",
        "Patient seated",
        tone="primary",
        confirm="Seat patient",
        lead="Use a short label that does not identify the patient, such as initials.",
        fields=(
            Field("label", "Label", "text", required=True, longest=12),
            Field(
                "identifiers_confirmed",
                "Two identifiers, asked of the patient and compared with the order",
                "checks",
                required=True,
                options=("Full name matches", "Date of birth matches"),
            ),
            Field(
                "planned_min",
                "Planned infusion, minutes",
                "choice",
                required=True,
                options=("40", "45", "50", "55", "60"),
                default="40",
                numeric=True,
            ),
            Field(
                "series",
                "Series code: no name, no birth date",
                "text",
                longest=20,
            ),
            Field("weight_kg", "Weight, kg", "number", low=20, high=300, decimals=1),
            Field("dose_mg_per_kg", "Dose, mg/kg", "number", low=0.05, high=5, decimals=2),
            _IV_ARM,
        ),
    ),
    "begin_baseline": ActForm("Begin baseline", "Baseline readings begun", tone="primary"),
    "confirm_baseline": ActForm(
        "Confirm baseline", "Baseline confirmed", tone="primary", confirm="Confirm this baseline"
    ),
    "start": ActForm(
        "Start infusion",
        "Infusion started",
        tone="primary",
        confirm="Start infusion",
        lead="The infusion clock starts and the baseline is locked.",
    ),
    "pause": ActForm("Pause infusion", "Infusion paused"),
    "resume": ActForm("Resume infusion", "Infusion resumed", tone="primary"),
    "extend": ActForm(
        "Extend infusion",
        "Infusion extended",
        confirm="Extend infusion",
        lead="The infusion is planned longer from now on.",
        fields=(
            Field(
                "minutes",
                "Minutes more",
                "choice",
                required=True,
                options=("5", "10", "15", "20"),
                default="10",
                numeric=True,
            ),
            _REASON,
        ),
    ),
    "end": ActForm(
        "End infusion",
        "Infusion ended; recovery begins",
        tone="stop",
        confirm="End infusion",
        lead="The infusion clock stops for good and recovery begins.",
        fields=(Field("reason", "Reason, if it ends early", "text", longest=120),),
    ),
    "mark_ready": ActForm(
        "Ready to leave",
        "Ready to leave",
        tone="primary",
        confirm="Mark as ready to leave",
        fields=(_ASSESSED, _ESCORT, _OVERRIDE),
    ),
    "finish": ActForm(
        "Finish visit",
        "Visit finished; its record is being written",
        tone="primary",
        confirm="Finish visit",
        lead="The patient has left. The visit is closed, its record is written and the chair is free.",
    ),
    "abort": ActForm(
        "Abort visit",
        "Visit aborted",
        tone="stop",
        confirm="Abort visit",
        lead="The visit ends now. This cannot be undone.",
        fields=(_REASON,),
    ),
    "set_limbs": ActForm(
        "IV, cuff and probe",
        "Noted where they sit",
        confirm="Note it",
        lead="A cuff that inflates stops an IV line on its arm, and hides the saturation there.",
        fields=(
            _IV_ARM,
            Field("cuff", "Cuff sits on", "choice", options=LIMBS),
            Field("oximeter", "Oximeter sits on", "choice", options=LIMBS),
        ),
    ),
    "start_cuff": ActForm(
        "Start cuff",
        "Cuff started",
        confirm="Start the cuff now",
        lead="The cuff inflates now. Look at the arm first: no IV line, and nothing under the cuff.",
    ),
    "cancel_cuff": ActForm("Cancel cuff", "Cuff cancelled", tone="stop"),
    "manual_cuff": ActForm(
        "Enter cuff by hand",
        "Blood pressure entered",
        confirm="Enter reading",
        lead="The reading is marked as entered by hand, with your name.",
        fields=(
            Field("systolic", "Systolic, mmHg", "number", required=True, low=40, high=300),
            Field("diastolic", "Diastolic, mmHg", "number", required=True, low=20, high=200),
            Field("pulse_rate", "Pulse rate, /min", "number", low=20, high=250),
            Field(
                "minutes_ago", "Minutes ago", "number", required=True, low=0, high=60, default=0, whole=True
            ),
        ),
    ),
    "entered_in_error": ActForm(
        "Entered in error",
        "Reading struck out",
        tone="stop",
        confirm="Strike this reading",
        lead="The reading stays in the record, struck through, with your name. It no longer counts.",
        fields=(Field("reason", "Reason", "text", longest=120),),
    ),
    "standby": ActForm(
        "Standby",
        "On standby",
        confirm="Start standby",
        lead="Technical alarms wait while the patient is away from the sensors. "
        "Watching resumes by itself when valid values return or the time is up.",
        fields=(
            Field(
                "reason",
                "Reason",
                "choice",
                required=True,
                options=("Bathroom", "Moved to another chair", "Sensor change"),
                default="Bathroom",
            ),
            Field(
                "minutes",
                "For at most, minutes",
                "choice",
                required=True,
                options=("5", "10", "15", "30"),
                default="10",
                numeric=True,
            ),
        ),
    ),
    "change_limit": ActForm(
        "Change limit",
        "Limit changed",
        confirm="Set this limit",
        lead="For this patient only, until the visit ends.",
        fields=(Field("limit", "Limit", "number", high=300, decimals=1), _REASON),
    ),
    "reset_limits": ActForm(
        "Reset to the preset",
        "Limits as in the preset",
        confirm="Reset all limits",
        lead="Every change for this patient is taken back.",
    ),
    "end_standby": ActForm("Patient is back", "Watching again", tone="primary"),
}

MARKS: dict[str, ActForm] = {
    "nausea": ActForm("Nausea", "Nausea noted"),
    "dizziness": ActForm("Dizzy", "Dizziness noted"),
    "anxiety": ActForm("Anxious", "Anxiety noted"),
    "headache": ActForm("Headache", "Headache noted"),
    "dissociation": ActForm(
        "Dissociation", "Dissociation noted", confirm="Note dissociation", fields=(_SEVERITY, _NOTE)
    ),
    "sedation": ActForm("Sedation", "Sedation noted", confirm="Note sedation", fields=(_SEVERITY, _NOTE)),
    "medication": ActForm(
        "Medication",
        "Medication noted",
        confirm="Note medication",
        fields=(Field("note", "Medicine, dose and route", "text", required=True, longest=280),),
    ),
    "rate_change": ActForm(
        "Rate",
        "Rate change noted",
        confirm="Note rate change",
        fields=(Field("note", "New rate", "text", required=True, longest=280),),
    ),
    "note": ActForm(
        "Note",
        "Note kept",
        confirm="Keep note",
        fields=(Field("note", "Note", "text", required=True, longest=280),),
    ),
}
"""Forms of the events that are noted on the chart, in the order of their buttons."""

_WITHOUT_BASELINE = Field(
    "without_baseline",
    "No baseline is confirmed",
    "checks",
    required=True,
    options=("Start without one: limits against the baseline stay off",),
)

AT_TIMES: dict[str, tuple[Field, ...]] = {
    "start": (_WITHOUT_BASELINE, _OVERRIDE),
    "finish": (_ASSESSED, _ESCORT, _OVERRIDE),
}
"""What some forms ask only where the visit calls for it."""


def form_of(target: Target, asked: Container[str] = ()) -> ActForm:
    """Return the form of an act; `asked` names those of the fields `AT_TIMES` that it has now."""
    if target.act == "mark":
        return MARKS[target.subject]
    form = FORMS[target.act]
    more = tuple(field for field in AT_TIMES.get(target.act, ()) if field.name in asked)
    return replace(form, fields=(*form.fields, *more))


def act_from(target: Target, given: Mapping[str, Any]) -> Act:
    """Return the act that a form's answers make; raises FormFault with a sentence for staff."""
    form = form_of(target, given)
    content = answers(form.fields, given)
    if target.act == "mark":
        content["event"] = target.subject
    if target.act == "entered_in_error":
        content["cuff"] = target.subject
    if target.act == "change_limit":
        content["condition"], _, content["priority"] = target.subject.partition(".")
    try:
        made: Act = msgspec.convert({"type": target.act, **content}, Act)
    except msgspec.ValidationError as fault:
        raise FormFault(f"{t(form.label)}: {fault}.") from fault
    return made
