"""What the values of Bluetooth characteristics share: their fields, and how a file of them is written.

    SFLOAT  u16, low byte first: exponent of ten (b15-b12, signed) | mantissa (b11-b0, signed)
    file    one value a line, in hexadecimal; blanks, colons and hyphens between bytes do no harm

Source: Bluetooth SIG, GATT Specification Supplement; IEEE 11073-20601, medfloat16.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from devices.codecs.framing import LineCodec
from devices.codecs.judging import device_clock
from devices.model import DeviceEvent, Malformed

MOST_BYTES = 64
"""A characteristic's value is shorter than this."""

SPECIAL = frozenset({0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801})
"""Not a number, not at this resolution, +infinity, -infinity, reserved."""

_BETWEEN = re.compile(rb"[\s:-]+|0x", re.IGNORECASE)
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_LONGEST_LINE = 512


class UnreadableValue(ValueError):
    """A value that is not what its characteristic says; the text says why."""


class Fields:
    """Takes the fields of one value, in order."""

    def __init__(self, value: bytes) -> None:
        self._rest = value

    def unsigned(self, size: int) -> int:
        """Return the next integer; raises `UnreadableValue` where the value has ended."""
        return int.from_bytes(self._take(size), "little")

    def number(self) -> float | None:
        """Return the next SFLOAT; None for what is no number."""
        raw = self.unsigned(2)
        if raw in SPECIAL:
            return None
        mantissa, exponent = _signed(raw & 0xFFF, 12), _signed(raw >> 12, 4)
        return float(mantissa * 10**exponent) if exponent >= 0 else mantissa / 10**-exponent

    def time(self) -> datetime | None:
        """Return the next date and time, by the device's clock; None for what is none."""
        year = self.unsigned(2)
        month, day, hour, minute, second = self._take(5)
        return device_clock(year, month, day, hour, minute, second)

    def end(self) -> None:
        """Raise `UnreadableValue` where bytes are left over."""
        if self._rest:
            msg = f"{len(self._rest)} bytes more than its flags say"
            raise UnreadableValue(msg)

    def _take(self, size: int) -> bytes:
        taken, self._rest = self._rest[:size], self._rest[size:]
        if len(taken) < size:
            msg = "shorter than its flags say"
            raise UnreadableValue(msg)
        return taken


def flags_of(fields: Fields, known: int) -> int:
    """Return the flags that a value begins with; raises `UnreadableValue` for one that is reserved."""
    flags = fields.unsigned(1)
    if flags & ~known:
        msg = f"flags: expected none of the reserved bits, got {flags:#04x}"
        raise UnreadableValue(msg)
    return flags


def as_message(read: Callable[[Fields], list[DeviceEvent]]) -> Callable[[bytes], list[DeviceEvent]]:
    """Return what reads one value, whatever its bytes."""

    def read_message(value: bytes) -> list[DeviceEvent]:
        fields = Fields(value)
        try:
            events = read(fields)
            fields.end()
        except UnreadableValue as unreadable:
            return [Malformed(len(value), str(unreadable))] if value else []
        return events

    return read_message


def from_hex(read_message: Callable[[bytes], list[DeviceEvent]]) -> Callable[[], LineCodec]:
    """Return what makes codecs of a file of values in hexadecimal, one a line."""

    def read_line(line: bytes) -> list[DeviceEvent]:
        digits = _BETWEEN.sub(b"", line)
        if not _HEX.fullmatch(digits):
            return [Malformed(len(line), "not a value in hexadecimal")]
        if len(digits) > 2 * MOST_BYTES:
            return [
                Malformed(len(line), f"a value of {len(digits) // 2} bytes: expected at most {MOST_BYTES}")
            ]
        return read_message(bytes.fromhex(digits.decode("ascii")))

    return lambda: LineCodec(read_line, _LONGEST_LINE)


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value
