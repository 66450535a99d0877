"""Words for people: English as written in the source, other languages from the catalogues in `locale/`.

Store, journal and log stay English; a text becomes another language where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

LANGUAGES = MappingProxyType({"en": "English", "es": "Español"})
"""Each language by its own name."""

SOURCE = "en"
LOCALE = Path(__file__).parent / "locale"

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


def t(text: str, /, **values: object) -> str:
    """Say a text to whoever asks, with the values in its `{gaps}`; in English where no catalogue has it."""
    said = catalogue(_current.get()).get(text, text)
    return said.format(**values) if values else said


def current() -> str:
    """Return the language of the present request; English outside of one."""
    return _current.get()


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak this language until the block ends."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the translations of a language by their English; empty for English itself."""
    if language == SOURCE:
        return {}
    with (LOCALE / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}
