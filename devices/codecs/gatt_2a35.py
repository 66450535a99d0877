"""Bluetooth 0x2A35, Blood Pressure Measurement: one cuff result a value.

    flags | systolic | diastolic | mean | time | pulse rate | user | status
    flags: b0 kPa, b1 has a time, b2 a pulse rate, b3 a user, b4 a status

The time of the cuff's own clock is also the name of the result: with the same time it is the same result.

Source: Bluetooth SIG, GATT Specification Supplement; bits of the status from memory, not from the document.
"""

from __future__ import annotations

from devices.codecs.gatt import Fields, as_message, flags_of, from_hex
from devices.codecs.judging import judged_cuff
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, Validity
from devices.units import MMHG_PER_KPA

_KPA, _TIME, _RATE, _USER, _STATUS = (1 << bit for bit in range(5))
_KNOWN = 0x1F

STATUS: dict[int, Sign] = {
    1 << 0: Sign("artifact", Validity.QUESTIONABLE),
    1 << 1: Sign("cuff_loose", Validity.QUESTIONABLE),
    1 << 2: Sign("irregular_pulse"),
    1 << 5: Sign("wrong_position", Validity.QUESTIONABLE),
}
"""The patient moved, the cuff is loose, the pulse is irregular, the arm is not at the height of the heart."""


def _read(fields: Fields) -> list[DeviceEvent]:
    flags = flags_of(fields, _KNOWN)
    systolic, diastolic, mean = (_mmhg(fields.number(), flags) for _ in range(3))
    moment = fields.time() if flags & _TIME else None
    rate = fields.number() if flags & _RATE else None
    if flags & _USER:
        fields.unsigned(1)
    validity, why = judged(signs_of(STATUS, fields.unsigned(2) if flags & _STATUS else 0))
    return [
        judged_cuff(
            systolic,
            diastolic,
            mean,
            rate,
            validity,
            why,
            device_time=moment,
            result_id=None if moment is None else moment.isoformat(),
        )
    ]


def _mmhg(value: float | None, flags: int) -> float | None:
    return value if value is None or not flags & _KPA else round(value * MMHG_PER_KPA, 1)


read_message = as_message(_read)
gatt_2a35 = from_hex(read_message)
