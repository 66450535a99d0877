"""One device's way to the turn: counts, stamps and filters what it says, and knows the state of its link."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Literal, Protocol

from devices.adapter.skew import SkewWatch, shown_ahead_s
from devices.catalogue import KINDS, DeviceSpec
from devices.model import (
    Arrival,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceState,
    LinkChange,
    MetricCode,
    Observation,
    Origin,
)

LATE_S = 30.0
"""What was measured longer ago is stored, never live."""

EARLY_S = 5.0
"""What was measured further in the future is stored, never live."""

_REAL_SILENCE_S = 1.5
_REAL_LATE_S = 2.0
_REAL_EARLY_S = 1.0
"""However fast the demo's clock runs, the machine itself is allowed this much delay."""

_WATCHED = frozenset({DeviceState.CONNECTING, DeviceState.CONNECTED})


class Clock(Protocol):
    """The time, as the adapters need it."""

    def utc_ms(self) -> int:
        """UTC now, in milliseconds; the demo's own time in the demo."""
        ...

    def mono_s(self) -> float:
        """Seconds that never step back, sped up in the demo."""
        ...

    def real_mono_s(self) -> float:
        """Seconds of real time that never step back."""
        ...


class Channel:
    """Makes arrivals of one device's events; safe to use from several threads."""

    def __init__(
        self, spec: DeviceSpec, sink: Callable[[Arrival], None], clock: Clock, boot: str, speed: float = 1.0
    ) -> None:
        self.spec = spec
        self.kind = KINDS[spec.kind]
        self.clock = clock
        self.speed = speed
        self.lock = threading.RLock()
        self._sink = sink
        self._boot = boot
        self._seq = 0
        self._skews: dict[str, SkewWatch] = {"device": SkewWatch("device"), "gateway": SkewWatch("gateway")}
        self._link: LinkChange | None = None
        self._heard_s = self._heard_real_s = 0.0
        # A polled device is asked in real time, so that is also how its silence is measured.
        self._silence_s = 3 * min((p for p in spec.periods_s.values() if p is not None), default=math.inf)
        if spec.mapping is None and spec.period_s is None:
            self._silence_s = self.kind.silence_s
        self._silence_real_s = self._silence_s if self.kind.polled else _REAL_SILENCE_S

    @property
    def state(self) -> DeviceState | None:
        """The state of the link that was told last."""
        return self._link.state if self._link is not None else None

    def wants(self, event: DeviceEvent) -> bool:
        """Whether the clinic uses this event of this device; a fault it always wants to know."""
        match event:
            case Observation():
                metric = event.metric
            case CuffResult() | CuffState():
                metric = MetricCode.NIBP
            case _:
                return True
        return not self.spec.metrics or metric in self.spec.metrics

    def say(
        self,
        event: DeviceEvent,
        *,
        determined_ms: int | None = None,
        identity: tuple[str, int] | None = None,
        live: bool = True,
        receipt: object | None = None,
    ) -> None:
        """Hand one event to the turn; `identity` is the session and number that a message gave it."""
        with self.lock:
            now_ms = self.clock.utc_ms()
            if live and isinstance(event, Observation) and event.device_time is not None:
                at_ms = now_ms if determined_ms is None else determined_ms
                self.clock_shown("device", shown_ahead_s(event.device_time, at_ms))
            self._seq += 1
            session, seq = identity if identity is not None else (self._boot, self._seq)
            self._sink(
                Arrival(
                    device=self.spec.id,
                    event=event,
                    received_ms=now_ms,
                    determined_ms=now_ms if determined_ms is None else determined_ms,
                    origin=self.spec.origin,
                    session=session,
                    seq=seq,
                    live=live,
                    receipt=receipt,
                )
            )

    def is_live(self, determined_ms: int) -> bool:
        """Whether what was measured then can be shown as of now."""
        age_s = (self.clock.utc_ms() - determined_ms) / 1000
        early_s = max(EARLY_S, _REAL_EARLY_S * self.speed)
        late_s = max(LATE_S, _REAL_LATE_S * self.speed)
        return -early_s <= age_s <= late_s

    def clock_shown(self, whose: Literal["device", "gateway"], ahead_s: float) -> None:
        """Take note of what a foreign clock shows; what is simulated has none of its own."""
        if self.spec.origin is not Origin.REAL:
            return
        skew = self._skews[whose].seen(ahead_s, self.clock.real_mono_s())
        if skew is not None:
            self.say(skew)

    def link(self, state: DeviceState, detail: str = "") -> bool:
        """Tell the state of the link if it changed, and begin to wait for a byte; True if it was told."""
        with self.lock:
            change = LinkChange(state, detail)
            if change == self._link:
                return False
            self._link = change
            self._wait_for_byte()
            self.say(change)
            return True

    def heard(self) -> None:
        """Take note of a byte: whatever the link was, it is connected."""
        with self.lock:
            self._wait_for_byte()
            if self.state is not DeviceState.CONNECTED:
                self.link(DeviceState.CONNECTED)

    def expect_every(self, period_s: float) -> None:
        """Take note of how often the device says that it speaks, in seconds."""
        with self.lock:
            self._silence_s = 3 * period_s

    def check_silence(self) -> bool:
        """Tell, and return True, when nothing has come for three nominal periods."""
        with self.lock:
            silent_s = self.clock.mono_s() - self._heard_s
            silent_real_s = self.clock.real_mono_s() - self._heard_real_s
            if (
                self.state not in _WATCHED
                or silent_s < self._silence_s
                or silent_real_s < self._silence_real_s
            ):
                return False
            return self.link(DeviceState.SILENT, f"nothing received for {self._silence_s:g} s")

    def _wait_for_byte(self) -> None:
        self._heard_s = self.clock.mono_s()
        self._heard_real_s = self.clock.real_mono_s()
