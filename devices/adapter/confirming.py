"""Tells gateways which of their messages are on disk, so that they forget no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from devices.codecs.committed import Committed, Receipted, identity_of, ranges
from devices.links.mqtt import Message, Receipt

_OBSERVATIONS = "/obs"


class Confirming:
    """Knows which message each receipt stands for, until it is settled."""

    def __init__(self, publish: Callable[[str, bytes], None], utc_ms: Callable[[], int]) -> None:
        self._publish = publish
        self._utc_ms = utc_ms
        self._waiting: dict[Receipt, tuple[str, str, str, int]] = {}

    def note(self, message: Message) -> None:
        """Remember a message whose sender wants to hear that it is on disk, readable or not."""
        if not message.topic.endswith(_OBSERVATIONS):
            return
        identity = identity_of(message.payload)
        if identity is not None:
            gateway, device = message.topic.removesuffix(_OBSERVATIONS).rsplit("/", 1)
            self._waiting[message.receipt] = (gateway, device, *identity)

    def settled(self, receipts: Iterable[Receipt]) -> None:
        """Tell each gateway what is committed, or was counted as unreadable; both are not wanted again."""
        done: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
        for receipt in receipts:
            found = self._waiting.pop(receipt, None)
            if found is not None:
                gateway, device, session, seq = found
                done[gateway][device, session].append(seq)
        now = datetime.fromtimestamp(self._utc_ms() / 1000, tz=UTC) if done else None
        for gateway, messages in done.items():
            said = [Committed(device, session, ranges(seqs)) for (device, session), seqs in messages.items()]
            if now is not None:
                self._publish(f"{gateway}/_gw/committed", msgspec.json.encode(Receipted(now, said)))
