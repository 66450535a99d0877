"""Which program plays which kind of device."""

from __future__ import annotations

from collections.abc import Callable

from simulators.bedside import Bedside
from simulators.bridges import Board, Logger
from simulators.contec import Contec
from simulators.datex import Datex
from simulators.dinamap import Dinamap
from simulators.five_bytes import FiveBytes
from simulators.gatt import GattCuff, GattOximeter
from simulators.hl7 import Hl7Monitor
from simulators.interop import Fhir, TeleIcu
from simulators.masimo import Masimo, MasimoTrend
from simulators.messages import MessageDevice
from simulators.native import NativeDevice
from simulators.nellcor import Nellcor
from simulators.nonin import NoninFrames, NoninRecords, NoninSpotCheck
from simulators.pm6750 import Pm6750
from simulators.scenario import CUFF, OXIMETRY, DevicePlan
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

MESSAGES: dict[str, Callable[[Bedside, DevicePlan, str, int], MessageDevice]] = {
    "chairside-json": lambda bedside, plan, session, since_ms: NativeDevice(
        bedside, plan.id, session, since_ms, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures
    ),
    "gatt-2a35": lambda bedside, plan, _session, since_ms: GattCuff(bedside, plan.id, since_ms),
    "gatt-2a5e": lambda bedside, plan, _session, _since_ms: GattOximeter(bedside, plan.id, spot=True),
    "gatt-2a5f": lambda bedside, plan, _session, _since_ms: GattOximeter(bedside, plan.id),
    "teleicu-json": lambda bedside, plan, _session, _since_ms: TeleIcu(
        bedside, plan.id, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures
    ),
    "fhir-observation": lambda bedside, plan, _session, since_ms: Fhir(
        bedside, plan.id, since_ms, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures
    ),
    "mqtt-values": lambda bedside, _plan, _session, _since_ms: Board(bedside),
    "mqtt-json": lambda bedside, plan, _session, _since_ms: Logger(
        bedside, plan.id, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures
    ),
}
"""Kind → its program, of the chair, the plan, the name of this run, and since when it tells of its cuff."""


def calling(bedside: Bedside, plan: DevicePlan) -> SerialDevice:
    """Return the program of a device that calls with HL7."""
    return Hl7Monitor(bedside, plan.id, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures)
