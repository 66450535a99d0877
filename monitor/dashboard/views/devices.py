"""The clinic's devices as rows of a table: where each is, how its link stands, how far its clock is off."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.dashboard.views import retold, words
from monitor.language import t
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
            link=t("{state} since {time}", state=t(device.state), time=words.clock_seconds(device.since_ms)),
            detail=retold.link(device.detail),
            malformed=t("{n} bytes", n=device.malformed),
            clock=_clock(device),
        )
        for chair in snapshot.chairs
        for device in chair.devices
    )


def _clock(device: DeviceView) -> str:
    own = [] if device.skew_s is None else [_off(device.skew_s)]
    if device.gateway_skew_s is not None:
        own.append(t("gateway {how}", how=_off(device.gateway_skew_s)))
    return ", ".join(own) or t("shows none")


def _off(ahead_s: float) -> str:
    """How far a foreign clock is off."""
    by = words.number(abs(ahead_s))
    if ahead_s == 0:
        return t("exact")
    return t("{by} s fast", by=by) if ahead_s > 0 else t("{by} s slow", by=by)
