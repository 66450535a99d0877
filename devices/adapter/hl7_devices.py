"""Monitors that call us with HL7: messages in, arrivals out, and an answer once their rows are committed."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from devices.adapter.backoff import Backoff
from devices.adapter.channel import Channel
from devices.adapter.stamped import Stamped, is_late, of_this_origin, stamp_of
from devices.adapter.untimed_cuffs import UntimedCuffs
from devices.codecs.hl7_oru import SENDERS, Oru, WrongType, read_oru, sent_at, taken_apart
from devices.codecs.hl7_text import TOO_LONG, MllpFrames, answer
from devices.links.fault_log import FaultLog
from devices.links.mllp import Caller, MllpListener
from devices.links.settings import Hl7Spec
from devices.mapping import Refused
from devices.model import CuffResult, DeviceEvent, DeviceState, Malformed, Observation

_logger = logging.getLogger(__name__)

MOST_UNANSWERED = 1000
"""Messages of one connection that wait for their commit; who sends more is hung up on, and sends again."""

_MOST_LOGS = 64


@dataclass(eq=False, slots=True)
class Hl7Receipt:
    """Messages whose senders wait until their rows are committed."""

    waiting: list[tuple[_Conversation, str]]
    settled: bool = False


@dataclass(eq=False, slots=True)
class _Conversation:
    """One connection, and what is known of it."""

    caller: Caller
    frames: MllpFrames = field(default_factory=MllpFrames)
    devices: set[str] = field(default_factory=set)
    """By what names them: whose messages came over it."""
    messages: int = 0
    unanswered: int = 0


@dataclass(slots=True)
class _Device:
    channel: Channel
    cuffs: UntimedCuffs = field(default_factory=UntimedCuffs)
    last: Hl7Receipt | None = None
    logged: set[str] = field(default_factory=set)
    """Reasons for which something was skipped: each is logged once."""


class Ear(Protocol):
    """Where senders are heard."""

    port: int
    """0 for none."""

    def start(self) -> str:
        """Begin to listen; return why it could not, or nothing."""
        ...

    def stop(self) -> None:
        """Hang up on everybody."""
        ...


Listening = Callable[[Hl7Spec, Callable[[Caller, bytes], None], Callable[[Caller], None]], Ear]


class Hl7Devices:
    """All devices that send HL7; a rehearsal in virtual time is `listening` in its own way."""

    def __init__(
        self,
        channels: Sequence[Channel],
        spec: Hl7Spec,
        backoff_s: tuple[float, float] = (0.1, 5.0),
        *,
        listening: Listening = MllpListener,
    ) -> None:
        self._spec = spec
        self._clock = channels[0].clock
        self._devices = {str(channel.spec.sender): _Device(channel) for channel in channels}
        self._conversations: dict[Caller, _Conversation] = {}
        self._logs: dict[str, FaultLog] = {}
        self._lock = threading.Lock()
        self._backoff = Backoff(*backoff_s)
        self._again_s: float | None = None
        self._listener = listening(spec, self._received, self._closed)

    @property
    def port(self) -> int:
        """The TCP port that it listens on."""
        return self._listener.port

    def start(self) -> None:
        """Begin to listen."""
        detail = self._listener.start()
        for name, device in self._devices.items():
            if detail:
                device.channel.link(DeviceState.DISCONNECTED, detail)
            else:
                device.channel.link(DeviceState.CONNECTING, f"waiting on {self._spec.where} for {name}")
        if detail:
            self._log(self._spec.where).failed(detail)
        self._again_s = self._clock.real_mono_s() + self._backoff.delay_s() if detail else None

    def stop(self) -> None:
        """Close every connection."""
        self._listener.stop()

    def tick(self) -> None:
        """Tell which devices are silent, and listen where that was not possible before."""
        if self._again_s is not None and self._clock.real_mono_s() >= self._again_s:
            self.start()
        for device in self._devices.values():
            if device.channel.check_silence():
                device.cuffs.gap()

    def acknowledge(self, receipts: Iterable[Hl7Receipt]) -> None:
        """Answer messages whose rows are committed."""
        for receipt in receipts:
            with self._lock:
                receipt.settled = True
                waiting, receipt.waiting = receipt.waiting, []
                for conversation, _ in waiting:
                    conversation.unanswered -= 1
            for conversation, control_id in waiting:
                self._answer(conversation, "AA", control_id)

    def _received(self, caller: Caller, data: bytes) -> None:
        conversation = self._conversations.setdefault(caller, _Conversation(caller))
        for found in conversation.frames.feed(data):
            if isinstance(found, bytes):
                conversation.messages += 1
                self._message(conversation, found)
            else:
                self._skipped(conversation, found)
                if found.reason == TOO_LONG:
                    self._answer(conversation, "AE", "", TOO_LONG)

    def _closed(self, caller: Caller) -> None:
        conversation = self._conversations.pop(caller, None)
        if conversation is None:
            return
        for skipped in conversation.frames.finish():
            self._skipped(conversation, skipped)
        if conversation.messages < 2:
            # A sender that calls anew for each message: its silence tells when it is gone.
            return
        for name in conversation.devices:
            device = self._devices[name]
            device.cuffs.gap()
            device.channel.link(DeviceState.DISCONNECTED, f"{caller.host} hung up")

    def _message(self, conversation: _Conversation, message: bytes) -> None:
        control_id, device = "", None
        try:
            oru = taken_apart(message)
            control_id = oru.control_id
            name = SENDERS[self._spec.match](oru)
            device = self._devices.get(name)
            events = read_oru(oru, self._spec.zone)
            if device is None:
                msg = f"{self._spec.match}: expected a configured sender, got {name!r}"
                raise Refused(msg)
            conversation.devices.add(name)
            self._take(conversation, device, oru, events, len(message))
        except Refused as refused:
            code = "AR" if isinstance(refused, WrongType) else "AE"
            self._refuse(conversation, device, code, control_id, str(refused), len(message))
        except Exception as fault:
            _logger.exception("HL7 from %s: fault in the adapter or codec", conversation.caller.host)
            words = f"fault in the adapter: {type(fault).__name__}"
            self._refuse(conversation, device, "AE", control_id, words, len(message))

    def _take(
        self,
        conversation: _Conversation,
        device: _Device,
        oru: Oru,
        events: list[DeviceEvent],
        size: int,
    ) -> None:
        channel = device.channel
        if events and of_this_origin(events, channel.spec.origin, size) is not events:
            expected = f"expected {channel.spec.origin} data, as the device is configured"
            msg = f"MSH-11: {expected}; got a demonstration"
            raise Refused(msg)
        if not (events and all(is_late(channel, event) for event in events)):
            channel.heard()
        self._compare_clocks(channel, oru)
        receipt = Hl7Receipt([(conversation, oru.control_id)])
        with self._lock:
            conversation.unanswered += 1
            flooded = conversation.unanswered > MOST_UNANSWERED
        if flooded:
            conversation.caller.hang_up()
        self._log_skipped(device, events)
        if Stamped(channel, device.cuffs).say(events, fresh=_is_timed(events), receipt=receipt):
            device.last = receipt
        else:
            self._join(device, receipt)

    def _compare_clocks(self, channel: Channel, oru: Oru) -> None:
        """Take note of what the sender's clock shows: a wrong one is why nothing of it is live."""
        with contextlib.suppress(Refused):
            said_at = sent_at(oru, self._spec.zone)
            if said_at is not None:
                channel.clock_shown("device", said_at.timestamp() - self._clock.utc_ms() / 1000)

    def _log_skipped(self, device: _Device, events: Sequence[DeviceEvent]) -> None:
        for reason in {event.reason for event in events if isinstance(event, Malformed)} - device.logged:
            if len(device.logged) < _MOST_LOGS:
                device.logged.add(reason)
                _logger.warning("device %s: skipped: %s", device.channel.spec.id, reason)

    def _join(self, device: _Device, receipt: Hl7Receipt) -> None:
        """Answer a message that says nothing new, once what it repeats is committed."""
        with self._lock:
            if device.last is not None and not device.last.settled:
                device.last.waiting += receipt.waiting
                return
        self.acknowledge([receipt])

    def _refuse(
        self,
        conversation: _Conversation,
        device: _Device | None,
        code: str,
        control_id: str,
        reason: str,
        size: int,
    ) -> None:
        skipped = Malformed(size, reason)
        if device is None:
            self._skipped(conversation, skipped)
        else:
            device.channel.say(skipped)
            self._log(conversation.caller.host).failed(reason)
        self._answer(conversation, code, control_id, reason)

    def _skipped(self, conversation: _Conversation, skipped: Malformed) -> None:
        """Count what could not be read for the one device of this connection, where it has but one."""
        self._log(conversation.caller.host).failed(skipped.reason)
        if len(conversation.devices) == 1:
            (name,) = conversation.devices
            self._devices[name].channel.say(skipped)

    def _answer(self, conversation: _Conversation, code: str, control_id: str, reason: str = "") -> None:
        now = datetime.fromtimestamp(self._clock.utc_ms() / 1000, tz=UTC)
        conversation.caller.send(answer(code, control_id, reason, now))

    def _log(self, where: str) -> FaultLog:
        if len(self._logs) > _MOST_LOGS:
            self._logs.clear()
        return self._logs.setdefault(where, FaultLog(_logger, f"HL7, {where}"))


def _is_timed(events: Sequence[DeviceEvent]) -> bool:
    """Whether all values say when they were measured: a sender keeps for us what it could not send."""
    values = [event for event in events if isinstance(event, Observation | CuffResult)]
    return all(stamp_of(event).measured_at is not None for event in values)
