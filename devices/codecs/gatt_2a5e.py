"""Bluetooth 0x2A5E, PLX Spot-Check Measurement: one SpO₂ and pulse rate at a time.

    flags | SpO₂ | rate | time | measurement status u16 | device status u24 | pulse amplitude index
    flags: b0 has a time, b1 measurement status, b2 device status, b3 index; b4 its clock was never set

Source: as gatt_plx.py.
"""

from __future__ import annotations

from devices.codecs.gatt import Fields, as_message, flags_of, from_hex
from devices.codecs.gatt_plx import status_and_index
from devices.model import DeviceEvent

_TIME, _MEASUREMENT, _DEVICE, _INDEX, _CLOCK_NOT_SET = (1 << bit for bit in range(5))
_KNOWN = 0x1F


def _read(fields: Fields) -> list[DeviceEvent]:
    flags = flags_of(fields, _KNOWN)
    values = fields.number(), fields.number()
    moment = fields.time() if flags & _TIME else None
    return status_and_index(
        fields,
        values,
        (bool(flags & _MEASUREMENT), bool(flags & _DEVICE), bool(flags & _INDEX)),
        None if flags & _CLOCK_NOT_SET else moment,
    )


read_message = as_message(_read)
gatt_2a5e = from_hex(read_message)
