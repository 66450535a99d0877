"""Bluetooth 0x2A5F and 0x2A5E, pulse oximeters: what both characteristics say of their numbers.

Source: Bluetooth SIG, GATT Specification Supplement; bits of both statuses from memory.
"""

from __future__ import annotations

from datetime import datetime

from devices.codecs.gatt import Fields
from devices.codecs.judging import judged_observation, judged_oximetry
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, MetricCode, Validity

_QUESTIONABLE, _INVALID = Validity.QUESTIONABLE, Validity.INVALID

MEASUREMENT: dict[int, Sign] = {
    1 << 6: Sign("searching", _QUESTIONABLE),
    1 << 10: Sign("demo_data", _INVALID),
    1 << 11: Sign("test_data", _INVALID),
    1 << 12: Sign("calibrating", _INVALID),
    1 << 13: Sign("no_data", _INVALID),
    1 << 14: Sign("low_signal", _QUESTIONABLE),
    1 << 15: Sign("low_signal", _INVALID),
}
"""Early estimate, demonstration, test, calibration, unavailable, questionable, invalid."""

DEVICE: dict[int, Sign] = {
    1 << 1: Sign("probe_defective", _INVALID),
    1 << 2: Sign("artifact", _QUESTIONABLE),
    1 << 3: Sign("low_signal", _INVALID),
    1 << 4: Sign("low_signal", _QUESTIONABLE),
    1 << 5: Sign("low_perfusion", _QUESTIONABLE),
    1 << 6: Sign("artifact", _QUESTIONABLE),
    1 << 7: Sign("searching", _INVALID),
    1 << 8: Sign("low_signal", _QUESTIONABLE),
    1 << 9: Sign("searching", _QUESTIONABLE),
    1 << 10: Sign("interference", _QUESTIONABLE),
    1 << 11: Sign("probe_off", _INVALID),
    1 << 12: Sign("probe_defective", _INVALID),
    1 << 13: Sign("probe_off", _INVALID),
    1 << 14: Sign("probe_defective", _INVALID),
    1 << 15: Sign("probe_unplugged", _INVALID),
}
"""Device and sensor status, from equipment malfunction to sensor disconnected."""

_FROM_STORAGE = 1 << 9


def status_and_index(
    fields: Fields,
    values: tuple[float | None, float | None],
    has: tuple[bool, bool, bool],
    device_time: datetime | None = None,
) -> list[DeviceEvent]:
    """Return SpO₂ and pulse rate as the fields that follow judge them.

    `has` says which follow: measurement status, device status, pulse amplitude index.
    """
    measurement = fields.unsigned(2) if has[0] else 0
    device = fields.unsigned(3) if has[1] else 0
    validity, flags = judged((*signs_of(MEASUREMENT, measurement), *signs_of(DEVICE, device)))
    stored = bool(measurement & _FROM_STORAGE)
    events: list[DeviceEvent] = [
        *judged_oximetry(*values, validity, flags, device_time=device_time, history=stored)
    ]
    if has[2]:
        events.append(
            judged_observation(
                MetricCode.PERFUSION_INDEX,
                fields.number(),
                validity,
                flags,
                device_time=device_time,
                history=stored,
            )
        )
    return events
