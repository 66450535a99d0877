"""A pressure taken by hand, as a row like any other."""

from __future__ import annotations

from devices.model import Origin, Validity
from monitor.sessions import notes
from monitor.sessions.actions import ManualCuff
from monitor.sessions.session import Session
from monitor.store.rows import CuffRow, Use
from monitor.terms import Now

BY_HAND = "manual"
"""What stands for the device of a pressure taken by hand."""


def cuff_row(act: ManualCuff, name: str, session: Session, user: str, now: Now, origin: Origin) -> CuffRow:
    """Return the row of a manual pressure; `name` tells it from all others."""
    return CuffRow(
        key=f"{BY_HAND}/{name}",
        chair=session.chair,
        visit=session.id,
        at_ms=notes.taken_at(act, now).utc_ms,
        device=BY_HAND,
        systolic=float(act.systolic),
        diastolic=float(act.diastolic),
        mean=None,
        pulse_rate=None if act.pulse_rate is None else float(act.pulse_rate),
        validity=Validity.VALID.value,
        flags=None,
        status=None,
        received_ms=now.utc_ms,
        device_time=None,
        origin=origin.value,
        use=Use.SHOWN.value,
        manual_by=user,
    )
