"""The clinic's devices as rows of a table: where each is, how its link stands, how far its clock is off."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.dashboard.views import words
from monitor.store.snapshot import DeviceView, Snapshot


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device."""

    chair: str
    name: str
    kind: str
    link: str
    """Its state, and since when."""
    detail: str
    malformed: str
    clock: str


def device_rows(snapshot: Snapshot) -> tuple[DeviceRow, ...]:
    """Return every device of every chair."""
    return tuple(
        DeviceRow(
            chair=chair.label,
            name=device.name,
            kind=device.kind,
            link=f"{device.state} since {words.clock_seconds(device.since_ms)}",
            detail=device.detail,
            malformed=f"{device.malformed} bytes",
            clock=_clock(device),
        )
        for chair in snapshot.chairs
        for device in chair.devices
    )


def _clock(device: DeviceView) -> str:
    said = [
        f"{whose}{abs(ahead_s):g} s {'fast' if ahead_s > 0 else 'slow'}"
        for whose, ahead_s in (("", device.skew_s), ("gateway ", device.gateway_skew_s))
        if ahead_s is not None
    ]
    return ", ".join(said) or "shows none"
