"""Bluetooth 0x2A5F, PLX Continuous Measurement: SpO₂ and pulse rate, once a second or so.

    flags | SpO₂ | rate | fast SpO₂, rate | slow SpO₂, rate | measurement status | device status | index
    flags: b0 has fast, b1 slow, b2 measurement status, b3 device status, b4 pulse amplitude index

The numbers of normal averaging are told; the fast and the slow ones are passed over.

Source: as gatt_plx.py.
"""

from __future__ import annotations

from devices.codecs.gatt import Fields, as_message, flags_of, from_hex
from devices.codecs.gatt_plx import status_and_index
from devices.model import DeviceEvent

_FAST, _SLOW, _MEASUREMENT, _DEVICE, _INDEX = (1 << bit for bit in range(5))
_KNOWN = 0x1F


def _read(fields: Fields) -> list[DeviceEvent]:
    flags = flags_of(fields, _KNOWN)
    values = fields.number(), fields.number()
    for other in (_FAST, _SLOW):
        if flags & other:
            fields.unsigned(4)
    return status_and_index(
        fields, values, (bool(flags & _MEASUREMENT), bool(flags & _DEVICE), bool(flags & _INDEX))
    )


read_message = as_message(_read)
gatt_2a5f = from_hex(read_message)
