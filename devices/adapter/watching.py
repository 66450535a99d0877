"""Reads one port for a person who looks: the bytes as they came, and what the codec made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Protocol

from devices.adapter.polling import Poller
from devices.adapter.waking import Waker
from devices.codecs import PolledCodec
from devices.kinds import DeviceKind
from devices.links.serial_line import Line, LineLost, SerialPool, open_port
from devices.links.settings import LineSettings
from devices.model import DeviceEvent
from devices.origin_label import unlabelled

_LOOK_S = 0.1
"""How often it is looked whether something has to be sent."""


class Stop(Protocol):
    """Tells when it is enough, as a threading.Event does."""

    def is_set(self) -> bool:
        """Whether it is enough."""
        ...


class _Queue:
    """Hands what comes to the thread that prints; None is the end."""

    def __init__(self) -> None:
        self.pieces: SimpleQueue[bytes | None] = SimpleQueue()
        self.gone = ""

    def received(self, line: Line, data: bytes) -> None:  # noqa: ARG002
        self.pieces.put(data)

    def lost(self, line: Line, detail: str) -> None:  # noqa: ARG002
        self.gone = detail
        self.pieces.put(None)


def watch(
    port: str,
    kind: DeviceKind,
    settings: LineSettings,
    real_s: Callable[[], float],
    stop: Stop,
    sent: Callable[[bytes], None] = lambda _: None,
) -> Iterator[tuple[bytes, list[DeviceEvent]]]:
    """Yield each piece of bytes with its events until `stop`; a device that waits to be asked is asked.

    `sent` is told of the bytes that asked it.

    Raises:
        PortNotOpened: it cannot be opened.
        LineLost: the line was pulled.
    """
    pool, queue, codec = SerialPool(), _Queue(), kind.codec()
    try:
        line = pool.attach(open_port(port, settings), queue)
        try:

            def write(data: bytes) -> None:
                line.write(data)
                sent(data)

            poller = Poller(codec.requests(), write) if isinstance(codec, PolledCodec) else None
            waker = Waker(kind.wake, kind.stay, write) if kind.wake else None
            while not stop.is_set():
                for asking in (poller, waker):
                    if asking is not None:
                        asking.tick(real_s())
                try:
                    data = queue.pieces.get(timeout=_LOOK_S)
                except Empty:
                    continue
                if data is None:
                    raise LineLost(queue.gone)
                if waker is not None:
                    waker.heard()
                before = codec.replies if isinstance(codec, PolledCodec) else 0
                events = codec.feed(unlabelled(data))
                yield data, events
                if poller is not None and isinstance(codec, PolledCodec) and codec.replies > before:
                    poller.replied(real_s())
        finally:
            line.close()
    finally:
        pool.close()
