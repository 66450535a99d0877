"""What a scenario states about the product: an alarm that must come or never be, a number that is shown."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.tables import Table

ANY = "any"
PRIORITIES = ("low", "medium", "high")
NUMBERS = ("spo2", "hr", "pressure")
"""What a statement can be about beside alarms: a number that stands on the screen."""
ROLES = ("nurse", "anesthesia")
"""Whom an alarm can call."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the product must do in a scenario, or must not."""

    chair: str
    condition: str
    """The alarm condition, in the product's own word."""
    priority: str | None
    """None where any will do."""
    from_min: float
    """Not before."""
    by_min: float
    """By then at the latest; what must never be is watched from `from_min` to here."""
    never: bool
    says: str
    """The same in a person's words."""
    number: str | None = None
    """Instead of a condition: this number is shown."""
    sounds: bool | None = None
    """Whether the alarm asks for sound; None where that does not matter."""
    calls: str | None = None
    """Whom it calls; None where that does not matter."""


def statement(table: Table, chairs: list[str], minutes: int) -> Statement:
    """Read one statement."""
    never = table.flag("never")
    number = table.choice("number", NUMBERS) if table.has("number") else None
    read = Statement(
        chair=table.choice("chair", chairs),
        condition=ANY if number else table.text("condition", ANY) if never else table.text("condition"),
        priority=table.choice("priority", PRIORITIES) if table.has("priority") else None,
        from_min=table.number("from_min", 0, minutes, 0),
        by_min=table.number("by_min", 0, minutes, minutes),
        never=never,
        says=table.text("says"),
        number=number,
        sounds=table.flag("sounds") if table.has("sounds") else None,
        calls=table.choice("calls", ROLES) if table.has("calls") else None,
    )
    table.close()
    return read
