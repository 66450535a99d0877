"""One device on a serial line: open, read, poll, notice the loss, open again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from serial import SerialBase

from devices.adapter.backoff import Backoff
from devices.adapter.channel import Channel
from devices.adapter.cuff_memory import CuffMemory
from devices.adapter.polling import Poller
from devices.adapter.waking import Waker
from devices.codecs import Codec, PolledCodec
from devices.links.fault_log import FaultLog
from devices.links.serial_line import Line, LineLost, Listener, PortNotOpened, open_port
from devices.links.settings import LineSettings
from devices.model import (
    CuffCommand,
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    Observation,
    RateMethod,
)
from devices.origin_label import ForeignData, OriginLabel

_logger = logging.getLogger(__name__)


class Pool(Protocol):
    """Who reads open ports."""

    def attach(self, port: SerialBase, listener: Listener) -> Line:
        """Return the line of an open port, whose bytes go to the listener from now on."""
        ...


def _in_a_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="open port", daemon=True)
    thread.start()
    return thread


class SerialDevice:
    """One device on a serial line, for as long as the monitor runs.

    `opening` opens its port and `aside` lets that happen without waiting for it; a rehearsal in virtual time
    has its own of both.
    """

    def __init__(
        self,
        channel: Channel,
        pool: Pool,
        backoff: Backoff,
        last_cuff_ms: int | None = None,
        *,
        opening: Callable[[str, LineSettings], SerialBase] | None = None,
        aside: Callable[[Callable[[], None]], threading.Thread | None] = _in_a_thread,
    ) -> None:
        spec = channel.spec
        if spec.port is None or channel.kind.line is None:
            msg = f"device {spec.id}: expected a port for kind {spec.kind}, got none"
            raise ValueError(msg)
        self._channel = channel
        self._port = spec.port
        self._settings = spec.line or channel.kind.line
        self._pool = pool
        self._open_port = opening
        self._aside = aside
        self._backoff = backoff
        self._faults = FaultLog(_logger, f"device {spec.id}")
        self._codec: Codec = channel.kind.codec()
        self._label = OriginLabel(spec.origin)
        self._poller: Poller | None = None
        self._waker: Waker | None = None
        self._line: Line | None = None
        self._opening: threading.Thread | None = None
        self._retry_s = 0.0
        self._stopped = False
        self._cuffs = CuffMemory(channel.speed, last_cuff_ms)
        self._cuff_ms: int | None = None
        """When the determination was made that a rate counted by the cuff belongs to."""
        self._cuff_repeated = False
        """That determination had been told before a gap."""
        self._measuring = False

    @property
    def id(self) -> str:
        """The device, as the configuration names it."""
        return self._channel.spec.id

    def tick(self) -> None:
        """Do what is due: open the port, send a request, tell the silence."""
        self._guard(lambda: self._do_what_is_due(self._channel.clock.real_mono_s()))

    def stop(self) -> None:
        """Close the line and say no more."""
        with self._channel.lock:
            self._stopped = True
            line, self._line = self._line, None
            opening = self._opening
        if line is not None:
            line.close()
        if opening is not None:
            opening.join()

    def command(self, command: CuffCommand) -> None:
        """Tell the cuff what to do, now or never: a line that is down forgets it."""
        self._guard(lambda: self._command(command))

    def received(self, line: Line, data: bytes) -> None:
        """Take bytes from the line."""
        self._guard(lambda: self._read(data) if line is self._line else None)

    def lost(self, line: Line, detail: str) -> None:
        """Take note that the line has gone."""
        self._guard(lambda: self._lose(detail) if line is self._line else None)

    def _guard(self, act: Callable[[], None]) -> None:
        """Act, alone; a fault of ours stops this device only, and only until it is opened again."""
        with self._channel.lock:
            try:
                try:
                    act()
                except LineLost as lost:
                    self._lose(str(lost))
            except Exception as fault:
                _logger.exception("device %s: fault in its adapter or codec", self._channel.spec.id)
                self._codec = self._channel.kind.codec()
                self._lose(f"fault in the adapter: {type(fault).__name__}: {fault}")

    def _do_what_is_due(self, now_s: float) -> None:
        if self._line is None:
            if self._opening is None and now_s >= self._retry_s:
                self._begin_to_open()
            return
        if self._poller is not None:
            self._poller.tick(now_s)
        if self._waker is not None:
            self._waker.tick(now_s)
        if self._channel.check_silence():
            self._forget()

    def _command(self, command: CuffCommand) -> None:
        device, words = self._channel.spec.id, self._channel.kind.cuff.get(command)
        if words is None or not self._channel.spec.allow_cuff:
            _logger.error("device %s: expected a cuff that may be started; %s not sent", device, command)
        elif self._line is None:
            _logger.warning("device %s: not connected; %s not sent", device, command)
        elif self._poller is not None:
            self._poller.urge(words)
        else:
            self._line.write(words)

    def _begin_to_open(self) -> None:
        if self._channel.state is None:
            self._channel.link(DeviceState.CONNECTING, self._port)
        # In a thread of its own: a port can take seconds to open, and the others must not wait for it.
        self._opening = self._aside(self._open)

    def _open(self) -> None:
        port: SerialBase | None = None
        detail = ""
        try:
            port = (self._open_port or open_port)(self._port, self._settings)
        except PortNotOpened as fault:
            detail = str(fault)
        except Exception as fault:
            _logger.exception("device %s: fault while opening %s", self._channel.spec.id, self._port)
            detail = f"fault while opening {self._port}: {fault}"
        self._guard(lambda: self._opened(port, detail))

    def _opened(self, port: SerialBase | None, detail: str) -> None:
        self._opening = None
        if self._stopped:
            if port is not None:
                port.close()
            return
        if port is None:
            self._lose(detail)
            return
        self._label.opened(self._channel.clock.real_mono_s())
        self._line = self._pool.attach(port, self)
        if isinstance(self._codec, PolledCodec):
            self._poller = Poller(self._codec.requests(), self._line.write)
        if self._channel.kind.wake:
            self._waker = Waker(self._channel.kind.wake, self._channel.kind.stay, self._line.write)
        self._faults.recovered()
        self._channel.link(DeviceState.CONNECTED)

    def _read(self, data: bytes) -> None:
        try:
            data = self._label.read(data, self._channel.clock.real_mono_s())
        except ForeignData as foreign:
            raise LineLost(f"{self._port}: {foreign}") from foreign
        if not data:
            return
        self._channel.heard()
        if self._waker is not None:
            self._waker.heard()
        before = self._codec.replies if isinstance(self._codec, PolledCodec) else 0
        for event in self._codec.feed(data):
            self._tell(event)
        self._backoff.reset()
        if self._poller is not None and isinstance(self._codec, PolledCodec) and self._codec.replies > before:
            self._poller.replied(self._channel.clock.real_mono_s())

    def _tell(self, event: DeviceEvent) -> None:
        match event:
            case CuffResult():
                self._tell_cuff(event)
            case DeviceInfo():
                _logger.info("device %s: %s", self._channel.spec.id, event)
            case Observation(history=True):
                _logger.debug("device %s: out of its memory: %s", self._channel.spec.id, event)
            case Observation(method=RateMethod.NIBP):
                self._tell_cuff_rate(event)
            case _:
                if isinstance(event, CuffState):
                    self._measuring = event.state is CuffPhase.MEASURING
                self._say(event)

    def _tell_cuff(self, result: CuffResult) -> None:
        self._measuring = False
        determined_ms = self._channel.clock.utc_ms()
        if result.age_s is not None:
            determined_ms -= round(result.age_s * 1000)
            self._cuff_ms = determined_ms
        self._cuff_repeated = self._cuffs.is_repeat(result, determined_ms)
        if not self._cuff_repeated:
            self._say(result, determined_ms)

    def _tell_cuff_rate(self, rate: Observation) -> None:
        """A rate counted by the cuff is as old as the cuff's result, and is told with it."""
        if not self._cuff_repeated:
            live = self._cuff_ms is not None and self._channel.is_live(self._cuff_ms)
            self._say(rate, self._cuff_ms, live=live)

    def _say(self, event: DeviceEvent, determined_ms: int | None = None, *, live: bool = True) -> None:
        if self._channel.wants(event):
            self._channel.say(event, determined_ms=determined_ms, live=live)

    def _forget(self) -> None:
        """Begin afresh after a gap: nobody knows what the device did meanwhile."""
        for event in self._codec.finish():
            self._say(event)
        if self._measuring:
            self._tell(CuffState(CuffPhase.IDLE))
        self._codec = self._channel.kind.codec()
        self._cuffs.gap()

    def _lose(self, detail: str) -> None:
        line, self._line, self._poller, self._waker = self._line, None, None, None
        if line is not None:
            line.close()
        self._forget()
        self._retry_s = self._channel.clock.real_mono_s() + self._backoff.delay_s()
        self._faults.failed(detail)
        self._channel.link(DeviceState.DISCONNECTED, detail)
