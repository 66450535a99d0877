"""Every text that a screen can show: what `t` is handed in Python, in scripts, and from tables.

`python -m tests.house.wording` adds to each catalogue what it does not have yet, for a translator to fill in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from monitor.dashboard import guard, wall_page
from monitor.dashboard.act_routes import PENDING
from monitor.dashboard.pins import LockedOut
from monitor.dashboard.tries import TooManyTries
from monitor.dashboard.views.acts import AT_TIMES, FORMS, MARKS
from monitor.dashboard.views.fields import Field
from monitor.language import LANGUAGES, LOCALE, SOURCE
from monitor.terms import Priority, Role

HOUSE = Path(__file__).parents[2]
KEYWORDS = {"t": None}

TABLES: tuple[Iterable[str], ...] = (
    (PENDING, LockedOut.MESSAGE, TooManyTries.MESSAGE, wall_page.REVOKED, wall_page.SIGNED_IN),
    guard.REFUSALS,
    ("Wrong PIN.", "Wrong name or PIN."),
    [role.value for role in Role],
    [priority.value for priority in Priority],
)
"""Texts that are written in one place and handed to `t` in another."""


def texts() -> set[str]:
    """Every text that a translation is needed of."""
    found = {text for table in TABLES for text in table}
    found.update(
        _of_forms(), _of_code("javascript", "assets", "*.js"), _of_code("python", "monitor", "**/*.py")
    )
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


def _of_code(language: str, folder: str, pattern: str) -> Iterator[str]:
    for path in sorted((HOUSE / folder).glob(pattern)):
        with path.open("rb") as file:
            for _line, text, _comments, _context in extract(
                language, file, KEYWORDS, options={"encoding": "utf-8"}
            ):
                yield text if isinstance(text, str) else text[0]


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
