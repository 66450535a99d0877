"""Every text that a screen can show: what `t` is handed in Python, in scripts, and from tables.

`python -m tests.house.wording` adds to each catalogue what it does not have yet, for a translator to fill in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from monitor.alarms import changes
from monitor.config.shapes import IDENTIFIER, NAME
from monitor.dashboard import administration, guard, pages, wall_page
from monitor.dashboard.act_routes import PENDING
from monitor.dashboard.components import (
    admin_parts,
    alarm_table,
    earlier,
    limit_panel,
    port_parts,
    visits_table,
)
from monitor.dashboard.figures import events
from monitor.dashboard.pages import admin, admin_system, devices, sandbox
from monitor.dashboard.pins import LockedOut
from monitor.dashboard.tries import TooManyTries
from monitor.dashboard.views import admin as views_admin
from monitor.dashboard.views import asking, retold, said, visits, words
from monitor.dashboard.views import limit_panel as views_limit_panel
from monitor.dashboard.views.acts import AT_TIMES, FORMS, MARKS
from monitor.dashboard.views.fields import Field
from monitor.language import LANGUAGES, LOCALE, SOURCE
from monitor.terms import Priority, Role

HOUSE = Path(__file__).parents[2]
TRAINER = HOUSE / "simulators" / "page"
KEYWORDS = {"t": None}
IN_SCRIPT = re.compile(r"""\b[tw]\(\s*("(?:[^"\\]|\\.)*")""")
"""Not Babel's reader, which sees no text inside another call or a template."""

FLAGS = (
    *(
        "implausible",
        "unlike last",
        "mean off",
        "pulse differs",
        "long cycle",
        "sudden drop",
        "sudden change",
    ),
    *(
        "sudden change",
        "low perfusion",
        "cuff running",
        "sources differ",
        "probe off",
        "no finger",
        "low signal",
        "searching",
    ),
    *("artifact", "motion", "movement", "retries", "stale", "no reply", "out of range", "low confidence"),
)
"""What staff read of a value's flags; a flag that is not here is shown as its device says it."""
TABLES: tuple[Iterable[str], ...] = (
    (PENDING, LockedOut.MESSAGE, TooManyTries.MESSAGE, wall_page.REVOKED, wall_page.SIGNED_IN),
    guard.REFUSALS,
    ("Wrong PIN.", "Wrong name or PIN."),
    (admin.REFUSED, *admin.TABS, administration.NO_FILE, admin_system.SOUND, admin_system.SAVED),
    (admin_parts.RESTART, IDENTIFIER.words, NAME.words),
    *(headings for name, headings in vars(admin_parts).items() if name.endswith("_HEADINGS")),
    *(told for name, told in vars(said).items() if name.isupper()),
    retold.NEXT,
    sorted(retold.CONDITIONS),
    retold.ACTS.values(),
    visits.DONE.values(),
    ("forward", "back", "fast", "slow", "above", "below", "baseline", "pressure", "baseline HR"),
    (", limit {limit}", ", unconfirmed", ", repeat cuff", "HR", "PR", "SYS", "DIA", "MAP"),
    views_admin.SOUND.values(),
    views_admin.DATA.values(),
    changes.LABELS.values(),
    *(module.HEADINGS for module in (alarm_table, devices, earlier, port_parts, visits_table)),
    sandbox.VISIT_HEADINGS,
    (
        "Then",
        "Now",
        sandbox.LEAD,
        sandbox.REFUSED,
        devices.REFUSED,
        pages.FAULT,
        limit_panel.LEGEND,
        asking.AGAIN,
    ),
    words.PHASES.values(),
    words.CHANGES.values(),
    (name for _, name in views_limit_panel.CONDITIONS),
    events.SHORT.values(),
    ("relative", "changed", "systolic", "diastolic"),
    FLAGS,
    [role.value for role in Role],
    [priority.value for priority in Priority],
)
"""Texts that are written in one place and handed to `t` in another."""


def texts() -> set[str]:
    """Every text that a translation is needed of."""
    found = {text for table in TABLES for text in table}
    found.update(_of_forms(), _of_scripts(), _of_python(), _of_trainers_page())
    return {text for text in found if any(letter.isalpha() for letter in text)}


def known(language: str) -> Catalog:
    """The catalogue of a language as it lies in the repository."""
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _of_forms() -> Iterator[str]:
    fields = [field for fields in AT_TIMES.values() for field in fields]
    for form in (*FORMS.values(), *MARKS.values()):
        yield from (form.label, form.done, form.confirm, form.lead)
        fields += form.fields
    for field in fields:
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[str]:
    yield field.label
    yield from field.options


def _of_python() -> Iterator[str]:
    for path in sorted((HOUSE / "monitor").rglob("*.py")):
        with path.open("rb") as file:
            for _line, text, _comments, _context in extract("python", file, KEYWORDS):
                yield text if isinstance(text, str) else text[0]


def _of_scripts() -> Iterator[str]:
    for path in sorted([*(HOUSE / "assets").glob("*.js"), *TRAINER.glob("*.js")]):
        yield from (json.loads(text) for text in IN_SCRIPT.findall(path.read_text("utf-8")))


class _Said(HTMLParser):
    """What a page of HTML says to a person."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts |= {value for name, value in attrs if value and name in ("aria-label", "data-unit")}

    def handle_data(self, data: str) -> None:
        self.texts.add(data.strip())


def _of_trainers_page() -> set[str]:
    page = _Said()
    page.feed((TRAINER / "index.html").read_text("utf-8"))
    return page.texts - {"DEMO", "DEMO · Simulator", "mmHg", "min"}


def complete(language: str) -> None:
    """Write a catalogue anew: every text once, in order, what is translated kept, what is gone left out."""
    before, after = known(language), Catalog(locale=language)
    for text in sorted(texts()):
        message = before.get(text)
        after.add(text, "" if message is None else message.string)
    with (LOCALE / f"{language}.po").open("wb") as file:
        write_po(file, after, width=0, omit_header=True, sort_output=True)


if __name__ == "__main__":
    for name in LANGUAGES:
        if name != SOURCE:
            complete(name)
