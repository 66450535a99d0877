"""Starting and cancelling the cuff of one chair: who may, when not, and what if no result comes.

Control of a medical device: only where the configuration allows it, only while the device is there, and never
on the arm of the IV line. Nothing is sent from here; the orders leave with the turn, once it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from devices.model import Arrival, CuffCommand, CuffResult, MetricCode
from monitor.config import DeviceSettings
from monitor.limits import LimitPreset
from monitor.sessions.actions import CancelCuff, OperatorAction, StartCuff
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.store.rows import CuffOrder, MarkRow, Rows
from monitor.store.snapshot import CuffControlView
from monitor.terms import Now
from monitor.turn.sensors import Sensors

CUFF_WITHOUT_RESULT = "cuff_without_result"
RULE = "Chairside"
"""Who starts a repeat that the pressure rule wants, in the words of the record."""
STALE_S = 10.0
"""A tap that is read later than this, after a restart, starts nothing any more."""


class Started(msgspec.Struct, frozen=True):
    """A determination that was started from here, and has not ended."""

    device: str
    at_s: float
    at_ms: int
    by: str


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a restart needs, lest a cuff be forgotten or started twice."""

    started: Started | None = None
    """The determination that is waited for."""
    repeat_s: float | None = None
    """When the repeat was wanted that was started last."""


NONE = Memory()


class CuffControl:
    """The cuff that may be started on this chair, and the determination that is waited for."""

    def __init__(
        self,
        chair: str,
        devices: Sequence[DeviceSettings],
        preset: LimitPreset,
        timeout_s: float,
        slowness: float = 1.0,
    ) -> None:
        """Take the chair's devices; `slowness` is how much longer everything takes in a fast demo."""
        self._chair = chair
        self._device = next((device.id for device in devices if _may(device)), None)
        self._repeats = preset.pressure_rule.start_repeats
        self._timeout_s, self._stale_s = timeout_s * slowness, STALE_S * slowness
        self._repeat_s: float | None = None
        self._started: Started | None = None

    def dump(self) -> Memory:
        """All that a restart needs."""
        return Memory(self._started, self._repeat_s)

    def restore(self, memory: Memory) -> None:
        """Go on from a dump."""
        self._started, self._repeat_s = memory.started, memory.repeat_s

    def heard(self, arrival: Arrival, now: Now) -> None:
        """A result that was measured since the start, good or failed, ends the waiting.

        Its age is counted back from now: the host's clock may have been set since the start.
        """
        started = self._started
        if started is None or arrival.device != started.device or not isinstance(arrival.event, CuffResult):
            return
        age_s = max(0, arrival.received_ms - arrival.determined_ms) / 1000
        if now.mono_s - age_s > started.at_s:
            self._started = None

    def act(
        self, action: OperatorAction, sensors: Sensors, session: Session | None, now: Now, rows: Rows
    ) -> str:
        """Start or cancel; return what the record says, nothing for any other act.

        Raises:
            Refused: nothing was changed; `str()` says why.
        """
        match action.act:
            case StartCuff():
                if abs(now.utc_ms - action.at_ms) > self._stale_s * 1000:
                    msg = "This tap came too late; look at the patient, and start the cuff again."
                    raise Refused(msg)
                device = self._ready(sensors, session, now)
                self._start(device, action.user, now, rows)
                return sensors.links.names[device]
            case CancelCuff():
                if self._device is None:
                    raise Refused(self._none())
                self._cancel(self._device, rows)
                return sensors.links.names[self._device]
            case _:
                return ""

    def advance(
        self, sensors: Sensors, session: Session, repeat_s: float | None, now: Now, rows: Rows
    ) -> Iterator[str]:
        """Start the repeat that is wanted, where the preset says so; yield what went wrong."""
        started = self._started
        if started is not None and now.mono_s - started.at_s >= self._timeout_s:
            self._cancel(started.device, rows)
            yield f"cuff started by {started.by}: no result in {self._timeout_s:g} s, cancelled"
        if not self._repeats or repeat_s is None or now.mono_s < repeat_s or repeat_s == self._repeat_s:
            return
        try:
            device = self._ready(sensors, session, now)
        except Refused:
            return
        self._repeat_s = repeat_s
        self._start(device, RULE, now, rows)
        text = f"{sensors.links.names[device]}, repeat"
        mark = MarkRow(self._chair, session.id, now.utc_ms, RULE, "", "start_cuff", text, None)
        rows.marks.append(mark)

    def leave(self, rows: Rows) -> None:
        """The patient leaves: nothing that was started for them goes on."""
        if self._started is not None:
            self._cancel(self._started.device, rows)

    def view(self, names: Mapping[str, str]) -> CuffControlView | None:
        """The cuff as screens see it; None where none may be started."""
        if self._device is None:
            return None
        started = self._started
        if started is None:
            return CuffControlView(names[self._device])
        return CuffControlView(names[self._device], started.at_ms, started.by)

    def _ready(self, sensors: Sensors, session: Session | None, now: Now) -> str:
        """The device whose cuff can be started now.

        Raises:
            Refused: it cannot; `str()` says why.
        """
        device = self._device
        if device is None:
            raise Refused(self._none())
        name = sensors.links.names[device]
        if not sensors.links.connected(device):
            msg = f"{name} is not connected; take the pressure by hand."
            raise Refused(msg)
        if self._started is not None or sensors.pressures.measuring(now):
            msg = f"The cuff of {name} is at work already."
            raise Refused(msg)
        if sensors.doubts.limbs(session).cuff_on_iv:
            msg = "The cuff sits on the arm of the IV line; move it, and say so under “IV, cuff and probe”."
            raise Refused(msg)
        return device

    def _none(self) -> str:
        return f"No cuff of chair {self._chair} may be started from here."

    def _start(self, device: str, by: str, now: Now, rows: Rows) -> None:
        self._started = Started(device, now.mono_s, now.utc_ms, by)
        rows.orders.append(CuffOrder(device, CuffCommand.START))

    def _cancel(self, device: str, rows: Rows) -> None:
        self._started = None
        rows.orders.append(CuffOrder(device, CuffCommand.CANCEL))


def _may(device: DeviceSettings) -> bool:
    return device.allow_cuff and (not device.metrics or MetricCode.NIBP in device.metrics)
