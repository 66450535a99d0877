"""What a simulated line says of itself: `<chairside:demo>` or `<chairside:replay>` before each message.

The bytes of a serial device have no place for their origin, so the simulator puts this label before every
message, on pseudo-terminals, real ports and TCP alike. No protocol of the catalogue knows such bytes. It is
taken out here, before a codec sees it.

Source: docs/simulator.md, section "The label on a line".
"""

from __future__ import annotations

import math
import re

from devices.model import Origin

LABELS = {f"<chairside:{origin}>".encode("ascii"): origin for origin in (Origin.DEMO, Origin.REPLAY)}
CAUTION_S = 3.0
"""After a refusal, what a line says so long after it was opened is not read: a label may be on its way."""

_ANY = re.compile(b"|".join(map(re.escape, LABELS)))
_BEGINS = sorted(
    {label[:length] for label in LABELS for length in range(1, len(label))}, key=len, reverse=True
)


def unlabelled(data: bytes) -> bytes:
    """Return bytes without the labels that stand whole in them."""
    return _ANY.sub(b"", data)


def origin_said(data: bytes) -> Origin | None:
    """Return the origin that the first label in these bytes names."""
    found = _ANY.search(data)
    return None if found is None else LABELS[found[0]]


class ForeignData(ValueError):
    """A line says that its data are of another origin than the device is configured for."""


class OriginLabel:
    """Reads the labels of one line, cut anywhere, for a device whose data are to be of `origin`."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._labelled = False
        self._tail = b""
        self._first: bytes | None = b""
        """What came first, while it can still become a label."""
        self._quiet_until_s = -math.inf

    def opened(self, now_s: float) -> None:
        """Begin anew with a line that was just opened; seconds of real time."""
        self._labelled, self._tail, self._first = False, b"", b""
        if self._quiet_until_s > -math.inf:
            self._quiet_until_s = now_s + CAUTION_S

    def read(self, data: bytes, now_s: float) -> bytes:
        """Return what the device said, without labels.

        Raises:
            ForeignData: a label names another origin; nothing of these bytes is to be used.
        """
        if self._first is not None:
            data = self._first + data
            if any(label.startswith(data) and label != data for label in LABELS):
                self._first = data
                return b""
            self._first = None
        heard = self._tail + data
        said = {LABELS[label] for label in _ANY.findall(heard)}
        foreign = said - {self._origin}
        if foreign:
            self._quiet_until_s = now_s + CAUTION_S
            words = ", ".join(sorted(foreign))
            raise ForeignData(
                f"expected {self._origin} data, as the device is configured; the line says {words}"
            )
        if not self._labelled and not said:
            # A real line never waits for the rest of a label; only what it says is watched.
            self._tail = heard[-max(map(len, LABELS)) :]
            return data if now_s >= self._quiet_until_s else b""
        if not self._labelled:
            self._labelled = True
            heard = data
        whole = _ANY.sub(b"", heard)
        begun = next((begin for begin in _BEGINS if whole.endswith(begin)), b"")
        self._tail = begun
        return whole[: len(whole) - len(begun)]
