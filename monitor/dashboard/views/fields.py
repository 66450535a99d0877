"""The inputs of a form, and what becomes of what was typed into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from monitor.dashboard.views import words
from monitor.language import t


class FormFault(Exception):
    """What was typed cannot be used; `str()` is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form."""

    name: str
    """The field of the act that it fills."""
    label: str
    kind: Literal["text", "number", "choice", "checks"]
    """`checks` is a set of boxes that must all be ticked."""
    required: bool = False
    options: tuple[str, ...] = ()
    default: str | int | None = None
    numeric: bool = False
    """For a choice: its options are whole numbers."""
    low: float = 0
    high: float = 1000
    decimals: int = 0
    whole: bool = False
    """For a number: the act wants it without a fraction."""
    longest: int = 280
    """For a text: characters."""


def answers(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of an act: every answer checked, empty optional ones left out."""
    content = {field.name: _answer(field, given.get(field.name)) for field in fields}
    return {name: value for name, value in content.items() if value is not None}


def _answer(field: Field, raw: Any) -> Any:
    if raw is None or raw in ("", []):
        if field.required:
            raise FormFault(t("{field}: please fill this in.", field=t(field.label)))
        return None
    match field.kind:
        case "text":
            return _text(field, str(raw).strip())
        case "number":
            return _number(field, raw)
        case "choice":
            return _choice(field, str(raw))
        case "checks":
            return _checks(field, raw)


def _text(field: Field, text: str) -> str | None:
    if field.required and not text:
        raise FormFault(t("{field}: please fill this in.", field=t(field.label)))
    if len(text) > field.longest:
        raise FormFault(
            t(
                "{field}: at most {most} characters, got {n}.",
                field=t(field.label),
                most=field.longest,
                n=len(text),
            )
        )
    return text or None


def _number(field: Field, raw: Any) -> float | int:
    try:
        value = float(raw)
    except (TypeError, ValueError):
        raise FormFault(
            t("{field}: expected a number, got {got}.", field=t(field.label), got=repr(raw))
        ) from None
    if not field.low <= value <= field.high:
        raise FormFault(
            t(
                "{field}: expected {low} to {high}, got {got}.",
                field=t(field.label),
                low=words.number(field.low),
                high=words.number(field.high),
                got=raw,
            )
        )
    if not field.whole:
        return value
    if not value.is_integer():
        raise FormFault(t("{field}: expected a whole number, got {got}.", field=t(field.label), got=raw))
    return int(value)


def _choice(field: Field, raw: str) -> str | int:
    if raw not in field.options:
        raise FormFault(
            t(
                "{field}: choose one of {all}; got {got}.",
                field=t(field.label),
                all=", ".join(map(t, field.options)),
                got=repr(raw),
            )
        )
    return int(raw) if field.numeric else raw


def _checks(field: Field, raw: Any) -> bool:
    ticked = set(raw) if isinstance(raw, list) else {raw}
    missing = [option for option in field.options if option not in ticked]
    if missing:
        raise FormFault(t("{field}: please confirm “{what}”.", field=t(field.label), what=t(missing[0])))
    return True
