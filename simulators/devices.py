"""Which program plays which kind of device on a serial line."""

from __future__ import annotations

from collections.abc import Callable

from simulators.bedside import Bedside
from simulators.contec import Contec
from simulators.datex import Datex
from simulators.dinamap import Dinamap
from simulators.five_bytes import FiveBytes
from simulators.masimo import Masimo, MasimoTrend
from simulators.nellcor import Nellcor
from simulators.nonin import NoninFrames, NoninRecords, NoninSpotCheck
from simulators.pm6750 import Pm6750
from simulators.scenario import OXIMETRY, DevicePlan
from simulators.stations import SerialDevice
from simulators.suntech import SunTech

SERIAL: dict[str, Callable[[Bedside, DevicePlan], SerialDevice]] = {
    "dinamap": lambda bedside, plan: Dinamap(bedside, OXIMETRY in plan.measures),
    "berry-pm6750": lambda bedside, _plan: Pm6750(bedside),
    "masimo-ascii1": lambda bedside, plan: Masimo(bedside, plan.id),
    "masimo-trend": lambda bedside, plan: MasimoTrend(bedside, plan.id),
    "nellcor": lambda bedside, plan: Nellcor(bedside, plan.id),
    "nonin-1": lambda bedside, _plan: NoninRecords(bedside, length=3),
    "nonin-2": lambda bedside, _plan: NoninFrames(bedside),
    "nonin-7": lambda bedside, _plan: NoninFrames(bedside, wide=True),
    "nonin-8": lambda bedside, _plan: NoninRecords(bedside),
    "nonin-13": lambda bedside, plan: NoninSpotCheck(bedside, plan.id),
    "nonin-ascii": lambda bedside, _plan: NoninRecords(bedside, lines=True),
    "contec-v7": lambda bedside, plan: Contec(bedside, plan.id),
    "contec-5byte": lambda bedside, _plan: FiveBytes(bedside, is_contec=True),
    "datex-dri": lambda bedside, plan: Datex(bedside, plan.id),
    "suntech": lambda bedside, _plan: SunTech(bedside),
    "bci-5byte": lambda bedside, _plan: FiveBytes(bedside, is_contec=False),
}
"""Kind → its program, for every kind that hangs on a serial line."""
