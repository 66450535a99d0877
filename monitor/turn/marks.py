"""The line of an operator's action in the record."""

from __future__ import annotations

from monitor.sessions.actions import OperatorAction
from monitor.sessions.fold import Applied
from monitor.store.rows import MarkRow
from monitor.terms import Now


def mark_row(action: OperatorAction, applied: Applied, now: Now) -> MarkRow:
    """Return what the record says; an action from a clock ahead of ours counts from now."""
    note = applied.note
    return MarkRow(
        action.chair,
        applied.session.id,
        min(action.at_ms, now.utc_ms),
        action.user,
        action.role.value,
        note.what,
        note.text,
        note.severity,
    )
