"""What the monitor said in English with names and numbers in it, in the language of whoever reads it.

Each text is held against the tables of `said`. What stands in a gap is retold in its turn: a number in the
digits of the language, a list one by one, a name as it is. What no table has stays English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from monitor import language
from monitor.alarms.inactivation import TECHNICAL, named
from monitor.config import Fault
from monitor.dashboard.views import said, words
from monitor.dashboard.views.acts import FORMS, MARKS
from monitor.language import t
from monitor.store.history import AlarmRecord
from monitor.terms import Phase

NUMBER = r"-?\d+(?:\.\d+)?"
_VITAL = "(?:baseline )?(?:HR|PR|SYS|DIA|MAP|SpO₂)"
_PRIORITY = "high|medium|low|advisory"
PATTERNS = {
    **dict.fromkeys(("n", "count", "most", "low", "high", "value"), NUMBER),
    **dict.fromkeys(("was", "becomes"), f"(?:{NUMBER}|off)"),
    "pressure": f"{NUMBER}/{NUMBER}",
    "bound": f"{NUMBER}(?:/{NUMBER})?",
    "vital": _VITAL,
    "side": "high|low",
    "limit": rf"(?:{_VITAL} (?:high|low)|\w+)(?:, (?:{_PRIORITY}))?",
    "priority": _PRIORITY,
    "sign": "[<>≤≥]",
    "fast": "fast|slow",
    "limb": "(?:left|right)(?: arm| leg)?|none",
    "which": "baseline|pressure",
}
"""What may stand in a gap of this name; anything in one of another name."""
VERBATIM = frozenset(
    {"who", "label", "name", "names", "device", "chair", "other_chair", "place", "channel", "detail", "got"}
    | {"error", "reason", "unit", "line", "share"}
)
"""Gaps that hold what people, devices and the system call themselves and say."""

SAME_MS = 10_000
"""A change of an alarm that came no later than this after its value was measured says it at the same time."""
VALUE = re.compile(
    r"(?P<vital>SYS|DIA|MAP|HR|PR|SpO₂) (?P<value>-?[\d.]+|--)"
    r"(?: (?P<sign>[<>≤≥]) (?P<bound>[\d.]+)|, limit (?P<limit>[\d.]+))?"
    r"(?P<waiting>, unconfirmed|, repeat cuff)?"
)
CONDITIONS = frozenset(named(condition) for condition in TECHNICAL)
"""What staff call the technical alarms that can be switched off."""
NEXT = ("anesthesia", "everyone and outside")
"""Whom an alarm called on, in the words of the record."""
WRITTEN = frozenset(
    {"seat", "set_limbs", "confirm_baseline", "start", "mark_ready", "finish", "standby", "pause_audio"}
    | {"alarm_off", "alarm_on", "change_limit", "reset_limits", "start_cuff", "cancel_cuff"}
)
"""Acts of which the monitor writes the record; of the others it holds what people wrote."""
OPTIONS = frozenset(said.CHOSEN) | {
    option
    for form in (*FORMS.values(), *MARKS.values())
    for field in form.fields
    if field.kind == "choice"
    for option in field.options
}
"""Reasons that people choose and do not write."""

ACTS = {
    "accept": "Accept",
    "acknowledge": "Acknowledge",
    "alarm_off": "Switch off",
    "alarm_on": "Switch on",
    "assign_nurse": "Change nurse",
    "call_back": "Call back…",
    "call_heard": "Heard",
    "hand_over": "Hand over",
    "mark": "Mark",
    "pause_audio": "Pause sound",
    "reject": "Reject",
    "resume_audio": "Sound on again",
    "take_over": "Take over",
}
"""On the buttons of the acts that have no form."""


def refusal(text: str) -> str:
    """Say what the monitor refuses."""
    return _told(text, said.REFUSALS) or text


def gate(text: str) -> str:
    """Say one thing that stands in the way of a start or of leaving."""
    return _told(text, said.GATES) or text


def note(what: str, text: str) -> str:
    """Say what the record adds to an act or a mark; what people wrote stays as they wrote it."""
    if language.current() == language.SOURCE:
        return text
    if text in OPTIONS:
        return t(text)
    if what not in WRITTEN:
        return text
    return "; ".join(map(_switched if what in ("alarm_off", "alarm_on") else _recorded, text.split("; ")))


def alarm(text: str) -> str:
    """Say the text of an alarm that was journalled, its numbers as they stood."""
    if language.current() == language.SOURCE:
        return text
    what, arrow, called = text.rpartition(" → ")
    if arrow and called in NEXT:
        return f"{alarm(what)} → {t(called)}"
    told = _value(text) or _told(text, said.ALARMS)
    return told or _with_reason(text) or text


def link(text: str) -> str:
    """Say why a device stands as it does."""
    return _told(text, said.LINKS) or text


def port(text: str) -> str:
    """Say what a serial port is, or who was heard there."""
    return _told(text, said.PORTS) or text


def audited(event: str, detail: str) -> tuple[str, str]:
    """Say a line of the audit: what was done, and more of it."""
    return _told(event, said.AUDIT) or event, _told(detail, said.AUDITED) or detail


def trouble(text: str) -> str:
    """Say what store, file or port do not allow now."""
    return _told(text, said.TROUBLE) or t(text)


def fault(wrong: Fault) -> str:
    """Say what is wrong with a configuration."""
    return _told(str(wrong), said.FAULTS) or str(wrong)


def _value(text: str) -> str | None:
    found = VALUE.fullmatch(text)
    if found is None:
        return None
    number = {name: _number(found[name]) for name in ("value", "bound", "limit") if found[name]}
    beyond = f" {found['sign']} {number['bound']}" if found["sign"] else ""
    if found["limit"]:
        beyond = t(", limit {limit}", limit=number["limit"])
    return f"{t(found['vital'])} {number['value']}{beyond}{t(found['waiting']) if found['waiting'] else ''}"


def measured(record: AlarmRecord) -> str:
    """Say what an alarm was about when it changed; of a value measured earlier, when."""
    words_of_it = alarm(record.text)
    if record.value_ms is None or record.at_ms - record.value_ms < SAME_MS:
        return words_of_it
    return f"{words_of_it}, {t('measured {time}', time=words.clock_seconds(record.value_ms))}"


def _with_reason(text: str) -> str | None:
    """Why somebody rejected an alarm stands behind its text."""
    cuts = [cut for cut, letter in enumerate(text) if letter == " "]
    for cut in reversed(cuts):
        told = _value(text[:cut]) or _told(text[:cut], said.ALARMS)
        if told:
            reason = text[cut + 1 :]
            return f"{told} {t(reason) if reason in OPTIONS else reason}"
    return None


def _told(text: str, templates: tuple[str, ...]) -> str | None:
    """The text in the present language; None where it stays as it is."""
    if language.current() == language.SOURCE:
        return None
    for template in templates:
        found = _pattern(template).fullmatch(text)
        if found:
            return t(template, **{name: _gap(name, value) for name, value in found.groupdict().items()})
    return None


def _gap(name: str, value: str) -> str:
    return GAPS.get(name, _usual)(value) if name not in VERBATIM else value


def _usual(value: str) -> str:
    return _number(value) if re.fullmatch(NUMBER, value) else t(value)


def _listed(text: str, templates: tuple[str, ...]) -> str:
    """Each of a list; one of them may hold a comma of its own."""
    parts, told, at = text.split(", "), [], 0
    while at < len(parts):
        ends = range(at + 1, len(parts) + 1)
        found = ((end, _part(", ".join(parts[at:end]), templates)) for end in ends)
        end, said_so = next(((end, part) for end, part in found if part), (at + 1, parts[at]))
        told.append(said_so)
        at = end
    return ", ".join(told)


def _part(text: str, templates: tuple[str, ...]) -> str | None:
    return _told(text, templates) or _value(text)


def _number(value: str) -> str:
    return words.number(float(value)) if re.fullmatch(NUMBER, value) else value


def _pair(value: str) -> str:
    return "/".join(map(_number, value.split("/")))


def _limit(value: str) -> str:
    return _told(value, said.LIMITS) or t(value)


def _alarm(text: str) -> str:
    return _told(text, (*said.LIMITS, *said.ALARMS)) or _value(text) or t(text)


def _alarms(text: str) -> str:
    return ", ".join(_told(part, said.RECORD) or part for part in re.split(r"(?<=\)), ", text))


def _switched(text: str) -> str:
    """What was switched off or on, or why."""
    return t(text) if text in OPTIONS or text in CONDITIONS else _told(text, said.LIMITS) or text


def _recorded(text: str) -> str:
    return t(text) if text in OPTIONS else _told(text, said.RECORD) or _listed(text, said.RECORD)


def _act(title: str) -> str:
    tag = title.lower().replace(" ", "_")
    return t(FORMS[tag].label if tag in FORMS else ACTS.get(tag, title))


def _phases(names: str) -> str:
    return ", ".join(words.phase(name) if name in set(Phase) else name for name in names.split(", "))


GAPS: dict[str, Callable[[str], str]] = {
    "listed": lambda value: _listed(value, (*said.GATES, *said.RECORD)),
    "pressure": _pair,
    "bound": _pair,
    "limit": _limit,
    "alarm": _alarm,
    "alarms": _alarms,
    "act": _act,
    "phase": _phases,
    "phases": _phases,
    "door": lambda value: _told(value, said.DOOR) or value,
    "expected": lambda value: _told(value, said.EXPECTED) or value,
    "remedy": lambda value: _told(value, said.REMEDIES) or value,
    "trouble": lambda value: trouble(value),
    "found": lambda value: t(value) if value in ("nothing", "a table") else value,
    "here": lambda value: _told(value, said.HERE) or value,
}
"""How what stands in a gap is said, where it is no single word or number."""


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    named = (
        f"(?P<{part}>{PATTERNS.get(part, '.+?')})" if n % 2 else re.escape(part)
        for n, part in enumerate(parts)
    )
    return re.compile("".join(named))
