"""The gateway: takes what devices say, keeps it, publishes it, forgets what the monitor has committed.

    device ─▶ adapter ─▶ one queue ─▶ outbox (one transaction) ─▶ broker ─▶ monitor ─▶ its disk
                                          ▲                                              │
                                          └──── forget ◀──── …/_gw/committed ◀───────────┘

Nothing is published before it is on this disk. New messages leave at once; what was not confirmed is sent
again beside them, the oldest first, and the monitor stores it as late data.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue

import msgspec

from devices.adapter import Adapters, BrokerSpec, Clock
from devices.catalogue import KINDS, DeviceSpec
from devices.codecs.committed import Receipted, read_committed
from devices.gateway.outbox import Kept, Outbox, OutboxFault, Waiting
from devices.gateway.replay import Replay
from devices.gateway.speech import Speech, birth, utc
from devices.links.fault_log import FaultLog
from devices.links.outlet import Outlet, OutletListener, Will
from devices.model import Arrival, CuffResult, DeviceState, LinkChange

_logger = logging.getLogger(__name__)

LINGER_S = 0.04
"""How long what came first waits for what comes with it, so that both share a message and a transaction."""

GATHER_S = 0.1
"""How long bytes gather on the lines of many ports; most of what a gateway costs is looking."""

_LOOK_S = 0.25
HEARTBEAT_S = 10.0
"""How often the gateway says that it lives, how full its outbox is, and what its clock shows."""

_UNCLAIMED = 6
"""Sent so often without an answer, a device's messages are claimed by no monitor."""

_STATES = {DeviceState.CONNECTED: "online", DeviceState.SILENT: "degraded"}


@dataclass(frozen=True, slots=True)
class GatewaySpec:
    """One gateway."""

    site: str
    id: str
    broker: BrokerSpec
    keep_s: float = 72 * 3600
    """How long messages are kept that nobody confirms, in seconds …"""
    most_bytes: int = 512_000_000
    """… and how many bytes of them."""

    @property
    def topic(self) -> str:
        """Root of its topics."""
        return f"chairside/v1/{self.site}/{self.id}"


@dataclass(slots=True)
class _Device:
    """What the gateway knows of one device."""

    spec: DeviceSpec
    speech: Speech
    replay: Replay
    link: LinkChange = field(default_factory=lambda: LinkChange(DeviceState.CONNECTING))
    arrivals: list[Arrival] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Connected:
    """The broker accepted us."""


class Gateway:
    """One room's gateway. `start` it; `stop` waits until what was taken from the devices is on disk.

    `boot` names this run; it must sort after those of earlier runs.
    """

    def __init__(
        self,
        spec: GatewaySpec,
        devices: Sequence[DeviceSpec],
        outbox: Outbox,
        clock: Clock,
        boot: str,
    ) -> None:
        self._spec = spec
        self._outbox = outbox
        self._clock = clock
        self._boot = boot
        self._devices = {
            device.id: _Device(device, Speech(device.id, boot, device.origin), Replay(device.id))
            for device in devices
        }
        self._former = {
            name: Replay(name) for name in outbox.devices() if name not in self._devices
        }  # messages of devices that have left the configuration are still somebody's
        self._queue: SimpleQueue[Arrival | Receipted | _Connected] = SimpleQueue()
        self._adapters = Adapters(
            devices,
            None,
            self._queue.put,
            clock,
            boot,
            last_cuffs_ms=outbox.last_cuffs_ms(),
            gather_s=GATHER_S,
        )
        self._outlet = Outlet(
            spec.broker,
            Will(f"{spec.topic}/_gw/status", _encode({"state": "offline"})),
            (f"{spec.topic}/_gw/committed",),
            OutletListener(lambda: self._queue.put(_Connected()), lambda: None, self._heard),
        )
        self._faults = FaultLog(_logger, "outbox")
        self._fault = ""
        self._skew_s: float | None = None
        self._beat_s = self._pruned_s = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    def start(self) -> None:
        """Begin with devices and broker."""
        self._outlet.start()
        self._adapters.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop; what waits is sent after the next start."""
        self._adapters.stop()
        self._stopping.set()
        self._thread.join()
        self._outlet.stop(Will(f"{self._spec.topic}/_gw/status", self._status("offline")))

    def _heard(self, _topic: str, payload: bytes) -> None:
        receipted = read_committed(payload)
        if receipted is None:
            _logger.warning("committed: expected chairside.committed/1, got %r", payload[:80])
        else:
            self._queue.put(receipted)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take(self._drain())
                self._send_again()
                self._beat()
            except Exception:
                _logger.exception("fault in the gateway")
        self._take(self._drain())

    def _drain(self) -> list[Arrival | Receipted | _Connected]:
        """What has come, after waiting a moment for the first and for what comes with it."""
        items: list[Arrival | Receipted | _Connected] = []
        try:
            items.append(self._queue.get(timeout=_LOOK_S))
            self._stopping.wait(LINGER_S)
            while True:
                items.append(self._queue.get_nowait())
        except Empty:
            return items

    def _take(self, items: Sequence[Arrival | Receipted | _Connected]) -> None:
        for item in items:
            match item:
                case Arrival():
                    self._devices[item.device].arrivals.append(item)
                case Receipted():
                    self._confirmed(item)
                case _Connected():
                    self._connected()
        self._tell()

    def _tell(self) -> None:
        """Keep what the devices said, then publish it."""
        spoke = [device for device in self._devices.values() if device.arrivals]
        if not spoke:
            return
        messages: list[Kept] = []
        cuffs_ms: dict[str, int] = {}
        for device in spoke:
            messages += device.speech.messages(device.arrivals)
            for arrival in device.arrivals:
                if isinstance(arrival.event, CuffResult) and arrival.event.age_s is not None:
                    cuffs_ms[device.spec.id] = arrival.determined_ms
        if messages:
            self._guard(lambda: self._outbox.append(messages, cuffs_ms))
        for kept in messages:
            self._publish(kept)
        for device in spoke:
            self._tell_beside(device)
            device.arrivals = []

    def _tell_beside(self, device: _Device) -> None:
        """Tell what is no value: the state of the link, skipped bytes, the cuff's phase."""
        root = f"{self._spec.topic}/{device.spec.id}"
        for arrival in device.arrivals:
            if isinstance(arrival.event, LinkChange):
                device.link = arrival.event
                self._outlet.publish(f"{root}/status", self._link_status(device), retain=True)
        happened = device.speech.happenings(device.arrivals, self._clock.utc_ms())
        if happened is not None:
            self._outlet.publish(f"{root}/event", happened)

    def _publish(self, kept: Kept) -> None:
        self._outlet.publish(f"{self._spec.topic}/{kept.device}/obs", kept.payload)

    def _connected(self) -> None:
        """Tell who we are; then everything that waits, as nobody knows what the broker forgot."""
        self._beat_s = 0.0
        for device in self._devices.values():
            root, spec = f"{self._spec.topic}/{device.spec.id}", device.spec
            born = birth(KINDS[spec.kind], spec.name, spec.metrics, spec.origin)
            self._outlet.publish(f"{root}/info", born, retain=True)
            self._outlet.publish(f"{root}/status", self._link_status(device), retain=True)
        for replay in self._replays():
            replay.connected()

    def _confirmed(self, receipted: Receipted) -> None:
        self._skew_s = round(self._clock.utc_ms() / 1000 - receipted.t.timestamp(), 1)
        replays = {name: device.replay for name, device in self._devices.items()} | self._former
        for committed in receipted.committed:
            for first, last in committed.seq:
                self._guard(partial(self._outbox.forget, committed.device, committed.session, first, last))
                if committed.device in replays:
                    replays[committed.device].confirmed(committed.session, first, last)

    def _send_again(self) -> None:
        if not self._outlet.connected:
            return
        now_s, now_ms = self._clock.real_mono_s(), self._clock.utc_ms()
        try:
            for replay in self._replays():
                for kept in replay.due(now_s, now_ms, self._outbox.oldest):
                    self._publish(kept)
                if replay.unanswered == _UNCLAIMED:
                    _logger.warning("%s: confirmed by no monitor; is it in clinic.toml?", replay.device)
                    replay.unanswered += 1
        except OutboxFault as fault:
            self._broken(fault)

    def _beat(self) -> None:
        now_s = self._clock.real_mono_s()
        if now_s - self._beat_s < HEARTBEAT_S and self._beat_s:
            return
        self._beat_s = now_s
        if now_s - self._pruned_s >= 6 * HEARTBEAT_S:
            self._pruned_s = now_s
            self._guard(self._prune)
        self._outlet.publish(f"{self._spec.topic}/_gw/status", self._status("online"), retain=True)

    def _prune(self) -> None:
        before_ms = self._clock.utc_ms() - round(self._spec.keep_s * 1000)
        given_up = self._outbox.prune(before_ms, self._spec.most_bytes)
        if given_up:
            _logger.error("outbox full or too old: %d messages given up; they are lost", given_up)

    def _status(self, state: str) -> bytes:
        waiting = self._waiting()
        said: dict[str, object] = {
            "state": "degraded" if state == "online" and self._fault else state,
            "t": utc(self._clock.utc_ms()),
            "session": self._boot,
        }
        if waiting is not None:
            oldest = None if waiting.oldest_ms is None else utc(waiting.oldest_ms)
            said["outbox"] = {
                "waiting": waiting.messages,
                "oldest": oldest,
                "bytes": waiting.bytes,
                "dropped": waiting.dropped,
            }
        if self._skew_s is not None:
            said["ahead_of_monitor_s"] = self._skew_s
        if self._fault:
            said["fault"] = self._fault
        return _encode(said)

    def _waiting(self) -> Waiting | None:
        try:
            return self._outbox.waiting()
        except OutboxFault as fault:
            self._broken(fault)
            return None

    def _link_status(self, device: _Device) -> bytes:
        state, detail = _STATES.get(device.link.state, "offline"), device.link.detail
        said = {"state": state, "t": utc(self._clock.utc_ms()), "session": self._boot, "detail": detail}
        return _encode(said)

    def _replays(self) -> list[Replay]:
        return [*(device.replay for device in self._devices.values()), *self._former.values()]

    def _guard(self, act: Callable[[], object]) -> None:
        """Use the outbox; while it fails, values go out all the same, and are kept nowhere."""
        try:
            act()
        except OutboxFault as fault:
            self._broken(fault)
        else:
            self._fault = ""
            self._faults.recovered()

    def _broken(self, fault: OutboxFault) -> None:
        self._fault = str(fault)
        self._faults.failed(str(fault))


def _encode(said: object) -> bytes:
    return msgspec.json.encode(said)
