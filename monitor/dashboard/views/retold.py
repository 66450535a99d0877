"""What the monitor said in English with names and numbers in it, in the language of whoever reads it."""

from __future__ import annotations

import re
from functools import cache

from monitor import language
from monitor.dashboard.views import words
from monitor.language import t
from monitor.store.history import AlarmRecord

SENTENCES = (
    "A baseline needs {n} valid readings a minute or more apart; there is {count} so far.",
    "A label has 1 to {most} characters; this one has {n}.",
    "A series code has 1 to 20 characters of A–Z, a–z, 0–9 and -; this one has {n}.",
    "A word to the nurse has 1 to {most} characters in one line; this one has {n}.",
    "Already acknowledged by {who} {n} s ago. Take it over instead.",
    "Already acknowledged by {who} {n} s ago.",
    "Already switched off by {who}.",
    "Chair {chair} has changed: this was meant for another visit. Nothing was done.",
    "Chair {chair} is not on standby.",
    "Chair {chair} is taken by {label}; finish that visit first.",
    "No cuff of chair {chair} may be started from here.",
    "No limit of {label} was changed.",
    "No {role} is called for this alarm now.",
    "Nobody has called back to chair {chair}.",
    "Nobody sits on chair {chair}.",
    "Only a nurse or anesthesia may act; {who} is signed in as {role}.",
    "Only anesthesia changes a patient's limits; {who} is signed in as {role}.",
    "Systolic must lie above diastolic; got {pressure}.",
    "The cuff of {device} is at work already.",
    "There is no chair {chair} in this clinic.",
    "There is no nurse {name} in this clinic; expected one of {names}.",
    "This alarm has risen from {before} to {now}; look at it again.",
    "{alarm} cannot be switched off.",
    "{alarm} is not switched off.",
    "{alarm} is of high priority; what is high cannot be switched off.",
    "{alarm} is of {priority} priority; only anesthesia may switch it off.",
    "{device} is not connected; take the pressure by hand.",
    "{limit}: expected {low} to {high}, got off; what sounds stays on.",
    "{limit}: expected {low} to {high}, got {value}.",
    "{limit}: this limit is not changed for one patient.",
    "{n} minutes ago this patient was not seated yet.",
    "{what} has at most {most} characters; this one has {n}.",
    "{what} is needed.",
    "{who} has accepted this alarm; only anesthesia takes it over.",
    "{who} is the nurse of chair {chair} already.",
    "{who} is the nurse of chair {chair}, and hands it over.",
)
"""What the monitor refuses, by its gaps; a more exact sentence stands before one that would fit too."""
SAME_MS = 10_000
"""A change of an alarm that came no later than this after its value was measured says it at the same time."""
ALARMS = ("{device} lost", "pressure overdue {n} min")
VALUE = re.compile(
    r"(?P<vital>SYS|DIA|MAP|HR|PR|SpO₂) (?P<value>-?[\d.]+)"
    r"(?: (?P<sign>[<>≤≥]) (?P<bound>[\d.]+)|, limit (?P<limit>[\d.]+))"
    r"(?P<waiting>, unconfirmed|, repeat cuff)?"
)


def refusal(text: str) -> str:
    """Say a refusal of the monitor; one that no table has stays English."""
    return _by_gaps(text, SENTENCES)


def alarm(text: str) -> str:
    """Say the text of an alarm that was journalled, its numbers as they stood."""
    found = VALUE.fullmatch(text)
    if found is None:
        return _by_gaps(text, ALARMS)
    number = {name: words.number(float(found[name])) for name in ("value", "bound", "limit") if found[name]}
    beyond = (
        f" {found['sign']} {number['bound']}"
        if found["sign"]
        else t(", limit {limit}", limit=number["limit"])
    )
    return f"{t(found['vital'])} {number['value']}{beyond}{t(found['waiting']) if found['waiting'] else ''}"


def measured(record: AlarmRecord) -> str:
    """Say what an alarm was about when it changed; of a value measured earlier, when."""
    said = alarm(record.text)
    if record.value_ms is None or record.at_ms - record.value_ms < SAME_MS:
        return said
    return f"{said}, {t('measured {time}', time=words.clock_seconds(record.value_ms))}"


def _by_gaps(text: str, templates: tuple[str, ...]) -> str:
    said = t(text)
    if said != text or language.current() == language.SOURCE:
        return said
    for template in templates:
        found = _pattern(template).fullmatch(text)
        if found:
            return t(template, **{name: t(value) for name, value in found.groupdict().items()})
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    named = (f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(named))
