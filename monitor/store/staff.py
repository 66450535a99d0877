"""The users that administrators made: they stand in desk.db, beside those of clinic.toml."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from monitor.store import schema
from monitor.terms import ACTING_ROLES, Role


class StaffMember(NamedTuple):
    """One user, as the administrator left it."""

    name: str
    display: str
    role: Role
    pin_hash: str
    """argon2."""
    disabled: bool
    changed_ms: int
    changed_by: str

    @property
    def may_act(self) -> bool:
        """True for who may sign in and acts on patients."""
        return self.role in ACTING_ROLES and not self.disabled


class StaffSource(Protocol):
    """Where those users can be read."""

    def staff(self) -> list[StaffMember]:
        """All of them, disabled ones too."""
        ...


def read_staff(connection: Connection) -> list[StaffMember]:
    """Return all of them, by name."""
    query = select(schema.staff).order_by(schema.staff.c.name)
    return [_member(*row) for row in connection.execute(query)]


def write_member(connection: Connection, member: StaffMember) -> None:
    """Add a user, or put it in the place of the one with its name."""
    row = member._asdict() | {"role": member.role.value, "disabled": int(member.disabled)}
    statement = insert(schema.staff).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def _member(
    name: str, display: str, role: str, pin_hash: str, disabled: int, changed_ms: int, changed_by: str
) -> StaffMember:
    return StaffMember(name, display, Role(role), pin_hash, bool(disabled), changed_ms, changed_by)
