"""One literal table: device kind → codec, line settings, nominal periods, what it can do.

Packages that are installed beside this one add kinds of their own, by entry points of `chairside.codecs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Literal

from devices.codecs.bci_5byte import bci_5byte
from devices.codecs.berry_pm6750 import CANCEL_CUFF, START_CUFF, WAKE, BerryPm6750
from devices.codecs.chairside_json import ChairsideJson, read_message
from devices.codecs.contec_5byte import contec_5byte
from devices.codecs.contec_v7 import START, STAY, ContecV7
from devices.codecs.datex_dri import ASK, ASK_NIBP_TIME, DatexDri
from devices.codecs.dinamap import CANCEL, START_DETERMINATION, Dinamap
from devices.codecs.fhir_observation import fhir_observation
from devices.codecs.fhir_observation import read_message as read_fhir
from devices.codecs.gatt_2a5e import gatt_2a5e
from devices.codecs.gatt_2a5e import read_message as read_2a5e
from devices.codecs.gatt_2a5f import gatt_2a5f
from devices.codecs.gatt_2a5f import read_message as read_2a5f
from devices.codecs.gatt_2a35 import gatt_2a35
from devices.codecs.gatt_2a35 import read_message as read_2a35
from devices.codecs.hl7_oru import Hl7Oru
from devices.codecs.hl7_oru import read_message as read_hl7
from devices.codecs.mapped_json import mapped_json
from devices.codecs.masimo_ascii1 import masimo_ascii1
from devices.codecs.masimo_trend import masimo_trend
from devices.codecs.nellcor import Nellcor
from devices.codecs.nonin_1 import nonin_1
from devices.codecs.nonin_2 import nonin_2
from devices.codecs.nonin_7 import nonin_7
from devices.codecs.nonin_8 import nonin_8
from devices.codecs.nonin_13 import nonin_13
from devices.codecs.nonin_ascii import nonin_ascii
from devices.codecs.single_values import single_values
from devices.codecs.suntech import SunTech
from devices.codecs.teleicu_json import read_message as read_teleicu
from devices.codecs.teleicu_json import teleicu_json
from devices.kinds import DeviceKind
from devices.links.settings import LineSettings
from devices.mapping import Mapping
from devices.model import CuffCommand, MetricCode, Origin

GROUP = "chairside.codecs"
"""Entry points: the name is the kind, the object a `DeviceKind`."""

_OXIMETER: dict[MetricCode, float | None] = {MetricCode.SPO2: 1.0, MetricCode.PULSE_RATE: 1.0}
_WITH_PERFUSION = _OXIMETER | {MetricCode.PERFUSION_INDEX: 1.0}
_EVERY_2_S: dict[MetricCode, float | None] = {MetricCode.SPO2: 2.0, MetricCode.PULSE_RATE: 2.0}
_CONTINUOUS = (
    MetricCode.SPO2,
    MetricCode.PULSE_RATE,
    MetricCode.HEART_RATE,
    MetricCode.PERFUSION_INDEX,
    MetricCode.RESPIRATION_RATE,
    MetricCode.TEMPERATURE,
)
_SPOT_CHECK: dict[MetricCode, float | None] = {MetricCode.SPO2: None, MetricCode.PULSE_RATE: None}


def _each(seconds: float) -> dict[MetricCode, float | None]:
    return dict.fromkeys(_CONTINUOUS, seconds)


_EVERY_SECOND = _each(1.0)
_GATT_DOUBT = "the bits of its status are known from memory only"

BUILT_IN: dict[str, DeviceKind] = {
    kind.kind: kind
    for kind in (
        DeviceKind(
            "masimo-ascii1",
            "Masimo Rad-8, Rad-87, Rad-97, Radical-7, Radical-5 (ASCII-1)",
            masimo_ascii1,
            LineSettings(9600),
            _WITH_PERFUSION,
        ),
        DeviceKind(
            "masimo-trend",
            "Masimo trend dump",
            masimo_trend,
            LineSettings(9600),
            _EVERY_2_S | {MetricCode.PERFUSION_INDEX: 2.0},
            history=True,
        ),
        DeviceKind(
            "nellcor",
            "Nellcor N-560, N-595, N-600, N-600x, NPB-290, NPB-295",
            Nellcor,
            LineSettings(9600),
            _EVERY_2_S,
        ),
        DeviceKind(
            "nonin-1",
            "Nonin OEM boards, serial format 1",
            nonin_1,
            LineSettings(9600),
            _OXIMETER,
            doubt="the format is known from memory only; the maker's document was not at hand",
        ),
        DeviceKind(
            "nonin-2",
            "Nonin OEM III, Xpod, 9560, data format 2",
            nonin_2,
            LineSettings(9600),
            _OXIMETER,
            checksum=True,
        ),
        DeviceKind(
            "nonin-7",
            "Nonin OEM III, Xpod, 9560, data format 7",
            nonin_7,
            LineSettings(9600),
            _OXIMETER,
            checksum=True,
        ),
        DeviceKind(
            "nonin-8",
            "Nonin OEM III, Xpod, 9560, data format 8",
            nonin_8,
            LineSettings(9600),
            _OXIMETER,
        ),
        DeviceKind(
            "nonin-13",
            "Nonin 9560 spot check, data format 13",
            nonin_13,
            LineSettings(9600),
            _SPOT_CHECK,
            checksum=True,
        ),
        DeviceKind(
            "nonin-ascii",
            "Nonin 9600 Avant, 7500, 8500, 9847 (real-time print-out)",
            nonin_ascii,
            LineSettings(9600),
            _OXIMETER,
        ),
        DeviceKind(
            "contec-v7",
            "CONTEC CMS50D+, CMS50E, CMS50F, CMS60C since firmware 4.6",
            ContecV7,
            LineSettings(115_200),
            _WITH_PERFUSION,
            wake=START,
            stay=STAY,
        ),
        DeviceKind(
            "contec-5byte",
            "CONTEC CMS50D+ before firmware 4.6, older CMS50E and CMS50F, CMS-P",
            contec_5byte,
            LineSettings(19_200, parity="O"),
            _OXIMETER,
            doubt="the maker's document says 4800 8O1, most devices use 19200 8O1, a few 8N1:"
            " try them with line",
        ),
        DeviceKind(
            "bci-5byte",
            "Berry and BCI finger clips and boards",
            bci_5byte,
            LineSettings(115_200),
            _OXIMETER,
            doubt="the maker's document gives no line settings; USB boards use 115200 8N1, others perhaps"
            " 4800 8N1 or 4800 8O1: try them with line",
        ),
        DeviceKind(
            "dinamap",
            "GE DINAMAP PRO, ProCare, CARESCAPE V100 (host communications)",
            Dinamap,
            LineSettings(9600),
            {
                MetricCode.NIBP: None,
                MetricCode.SPO2: 1.0,
                MetricCode.PULSE_RATE: 1.0,
                MetricCode.TEMPERATURE: None,
            },
            checksum=True,
            cuff={CuffCommand.START: START_DETERMINATION, CuffCommand.CANCEL: CANCEL},
        ),
        DeviceKind(
            "berry-pm6750",
            "Berry PM6750 and monitors built on it",
            BerryPm6750,
            LineSettings(115_200),
            {
                MetricCode.NIBP: None,
                MetricCode.SPO2: 1.0,
                MetricCode.PULSE_RATE: 1.0,
                MetricCode.HEART_RATE: 1.0,
                MetricCode.RESPIRATION_RATE: 1.0,
                MetricCode.TEMPERATURE: 1.0,
            },
            checksum=True,
            wake=WAKE,
            cuff={CuffCommand.START: START_CUFF, CuffCommand.CANCEL: CANCEL_CUFF},
        ),
        DeviceKind(
            "datex-dri",
            "GE Datex-Ohmeda S/5, B20 to B850, CARESCAPE (Computer Interface)",
            DatexDri,
            LineSettings(19_200, parity="E", rtscts=True),
            {
                MetricCode.NIBP: None,
                MetricCode.SPO2: 5.0,
                MetricCode.PULSE_RATE: 5.0,
                MetricCode.HEART_RATE: 5.0,
                MetricCode.RESPIRATION_RATE: 5.0,
                MetricCode.TEMPERATURE: 5.0,
            },
            checksum=True,
            wake=ASK,
            stay=ASK_NIBP_TIME,
        ),
        DeviceKind(
            "suntech",
            "SunTech OEM blood pressure modules",
            SunTech,
            LineSettings(9600),
            {MetricCode.NIBP: None},
            checksum=True,
            doubt="known from one third-party driver only, its errors and how it is cancelled from memory;"
            " Chairside starts no cuff of it",
        ),
        DeviceKind(
            "gatt-2a35",
            "Bluetooth blood pressure (0x2A35)",
            gatt_2a35,
            None,
            {MetricCode.NIBP: None},
            read_message=read_2a35,
            timed=False,
            doubt=_GATT_DOUBT + "; a cuff that sends what it has stored looks as if it had just measured",
        ),
        DeviceKind(
            "gatt-2a5e",
            "Bluetooth pulse oximeter, spot check (0x2A5E)",
            gatt_2a5e,
            None,
            _SPOT_CHECK | {MetricCode.PERFUSION_INDEX: None},
            read_message=read_2a5e,
            timed=False,
            doubt=_GATT_DOUBT,
        ),
        DeviceKind(
            "gatt-2a5f",
            "Bluetooth pulse oximeter, continuous (0x2A5F)",
            gatt_2a5f,
            None,
            _WITH_PERFUSION,
            read_message=read_2a5f,
            timed=False,
            doubt=_GATT_DOUBT,
        ),
        DeviceKind(
            "mqtt-json",
            "JSON of a gateway, by a mapping (OpenMQTTGateway, VSCapture, Node-RED)",
            mapped_json,
            None,
            _EVERY_SECOND | {MetricCode.NIBP: None},
            mapped=True,
        ),
        DeviceKind(
            "mqtt-values",
            "one value a topic, by a mapping (ESPHome, Tasmota, Home Assistant)",
            single_values,
            None,
            _EVERY_SECOND,
            mapped=True,
            timed=False,
        ),
        DeviceKind(
            "teleicu-json",
            "TeleICU middleware (JSON array)",
            teleicu_json,
            None,
            _each(5.0) | {MetricCode.NIBP: None},
            read_message=read_teleicu,
            timed=False,
        ),
        DeviceKind(
            "fhir-observation",
            "FHIR R4 Observation",
            fhir_observation,
            None,
            _each(5.0) | {MetricCode.NIBP: None},
            read_message=read_fhir,
        ),
        DeviceKind(
            "hl7-oru",
            "HL7 v2 ORU^R01 over MLLP, from a monitor, a central station or an interface engine",
            Hl7Oru,
            None,
            _each(5.0) | {MetricCode.NIBP: None},
            read_message=read_hl7,
            calls=True,
        ),
        DeviceKind(
            "chairside-json",
            "Gateway or bridge with the native MQTT schema",
            ChairsideJson,
            None,
            {
                MetricCode.NIBP: None,
                MetricCode.SPO2: 1.0,
                MetricCode.PULSE_RATE: 1.0,
                MetricCode.HEART_RATE: 1.0,
                MetricCode.PERFUSION_INDEX: 1.0,
                MetricCode.TEMPERATURE: None,
                MetricCode.RESPIRATION_RATE: 1.0,
            },
            read_message=read_message,
        ),
    )
}
"""The kinds of this package."""


def load_external(
    found: list[EntryPoint], taken: dict[str, DeviceKind]
) -> tuple[dict[str, DeviceKind], dict[str, str]]:
    """Return the kinds that entry points add to those taken, and why the others could not be added."""
    kinds: dict[str, DeviceKind] = {}
    broken: dict[str, str] = {}
    for entry in found:
        try:
            kinds[entry.name] = _loaded(entry, taken | kinds)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's package: any fault is its own
            broken[entry.name] = f"{entry.value}: {type(error).__name__}: {error}"
    return kinds, broken


def _loaded(entry: EntryPoint, taken: dict[str, DeviceKind]) -> DeviceKind:
    if entry.name in taken:
        msg = f"expected a kind of its own, got {entry.name}, which is taken"
        raise ValueError(msg)
    kind = entry.load()
    if not isinstance(kind, DeviceKind):
        msg = f"expected a DeviceKind, got {type(kind).__name__}"
        raise TypeError(msg)
    if kind.kind != entry.name:
        msg = f"expected the kind to be called {entry.name} as its entry point is, got {kind.kind}"
        raise ValueError(msg)
    if kind.line is None and kind.read_message is None and not kind.mapped:
        msg = "expected line settings, or read_message for a device behind the broker; got neither"
        raise ValueError(msg)
    codec = kind.codec()
    if not (callable(getattr(codec, "feed", None)) and callable(getattr(codec, "finish", None))):
        msg = f"expected a codec with feed and finish, got {type(codec).__name__}"
        raise TypeError(msg)
    return kind


EXTERNAL, BROKEN = load_external(list(entry_points(group=GROUP)), BUILT_IN)
"""Kinds that other packages add; and those that could not be loaded, with the reason."""

KINDS: dict[str, DeviceKind] = BUILT_IN | EXTERNAL
"""Every kind of device that can be configured."""


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One device of the clinic, as its configuration names it."""

    id: str
    kind: str
    """A key of `KINDS`."""
    name: str
    """What screens call it."""
    port: str | None = None
    """A serial port, a pseudo-terminal's path, or a pyserial URL."""
    line: LineSettings | None = None
    """Settings of its serial line, where those of its kind do not fit."""
    topic: str | None = None
    """`chairside/v1/{site}/{gateway}/{device}`, or any where its kind or its mapping is another's."""
    sender: str | None = None
    """What names it in the HL7 messages by which it calls us."""
    mapping: Mapping | None = None
    """How the messages of a gateway are read that has a schema of its own."""
    period_s: float | None = None
    """Seconds from one value to the next, where its kind's do not fit."""
    origin: Origin = Origin.REAL
    metrics: frozenset[MetricCode] = frozenset()
    """Which of its metrics to use; empty for all."""
    allow_cuff: bool = False
    """Whether its cuff may be started from here; without it no command is ever sent."""

    @property
    def transport(self) -> Literal["serial", "mqtt", "hl7"]:
        """Over what it is reached; a bridge carries the bytes of a serial kind to a topic."""
        return "mqtt" if self.topic is not None else KINDS[self.kind].transport

    @property
    def periods_s(self) -> dict[MetricCode, float | None]:
        """What it gives and is used for → seconds from one value to the next, None for events."""
        given = KINDS[self.kind].periods_s
        if self.mapping is not None and KINDS[self.kind].mapped:
            given = self.mapping.periods_s
        return {
            metric: period_s if period_s is None or self.period_s is None else self.period_s
            for metric, period_s in given.items()
            if not self.metrics or metric in self.metrics
        }
