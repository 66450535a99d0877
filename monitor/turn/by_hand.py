"""A pressure that somebody took by hand, as a row beside those of the devices."""

from __future__ import annotations

from devices.model import Origin, Validity
from monitor.sessions import fold
from monitor.sessions.actions import ManualCuff
from monitor.store.rows import CuffRow, Use
from monitor.terms import Now

BY_HAND = "manual"
"""What stands for the device of a pressure taken by hand."""


def row_by_hand(
    act: ManualCuff, user: str, *, new_id: str, chair: str, visit: str, demo: bool, now: Now
) -> CuffRow:
    """Return the row of a manual pressure."""
    return CuffRow(
        key=f"{BY_HAND}/{new_id}",
        chair=chair,
        visit=visit,
        at_ms=fold.taken_at(act, now).utc_ms,
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
        origin=(Origin.DEMO if demo else Origin.REAL).value,
        use=Use.SHOWN.value,
        manual_by=user,
    )
