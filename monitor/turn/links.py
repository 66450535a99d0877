"""The devices of one chair: whether each is connected, and what it sent that could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devices.model import ClockSkew, DeviceState, LinkChange, Malformed
from monitor.alarms.model import LinkFact
from monitor.config import DeviceSettings
from monitor.store.snapshot import DeviceView
from monitor.terms import Now, Vital


class Links:
    """The state of each device's link, from its changes."""

    def __init__(
        self, devices: Sequence[DeviceSettings], gives: Mapping[str, frozenset[Vital]], now: Now
    ) -> None:
        """Take the devices, and what continuous vitals come from each."""
        self._gives = gives
        self.names = {device.id: device.name for device in devices}
        self._views = {
            device.id: DeviceView(
                id=device.id,
                kind=device.kind,
                name=device.name,
                state=DeviceState.CONNECTING.value,
                since_ms=now.utc_ms,
            )
            for device in devices
        }

    def changed(self, device: str, change: LinkChange, at_ms: int) -> None:
        """A link changed state."""
        view = self._views[device]
        if view.state != change.state.value:
            view.since_ms = at_ms
        view.state, view.detail = change.state.value, change.detail

    def skewed(self, device: str, skew: ClockSkew) -> None:
        """A foreign clock was compared with ours."""
        view = self._views[device]
        if skew.whose == "device":
            view.skew_s = skew.seconds
        else:
            view.gateway_skew_s = skew.seconds

    def resume(self, views: Sequence[DeviceView]) -> None:
        """Go on after a restart: clocks stand as they stood until they are compared anew."""
        for before in views:
            if before.id in self._views:
                view = self._views[before.id]
                view.skew_s, view.gateway_skew_s = before.skew_s, before.gateway_skew_s

    def malformed(self, device: str, event: Malformed) -> None:
        """Bytes were skipped."""
        self._views[device].malformed += event.bytes

    def refused(self, device: str, reason: str) -> None:
        """What a device sends is not taken; say why where a technician looks."""
        self._views[device].detail = reason

    def connected(self, device: str) -> bool:
        """Whether a device can be spoken to."""
        return self._views[device].state == DeviceState.CONNECTED.value

    def facts(self) -> tuple[LinkFact, ...]:
        """The links as the alarm system judges them."""
        return tuple(
            LinkFact(v.id, v.name, DeviceState(v.state), self._gives[v.id], v.skew_s, v.gateway_skew_s)
            for v in self._views.values()
        )

    def views(self) -> list[DeviceView]:
        """The devices as screens see them."""
        return list(self._views.values())
