"""HL7 v2 ORU^R01: unsolicited observations of a monitor, a central station or a gateway.

    MSH|^~\\&|GW|ICU|||20260203143015+0100||ORU^R01^ORU_R01|42|P|2.6
    PV1||I|ICU^^BED7
    OBR|1|||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||20260203143015+0100
    OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|97|262688^MDC_DIM_PERCENT^MDC|||||R
    OBX|2|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.1.9.1|128|266016^MDC_DIM_MMHG^MDC|||||R|||20260203143003

Codes are known by table, any other is malformed. A number below zero stands for none (-100, -999, -99.9). A
metric that comes twice for one time is not believed at all: nobody says which is meant. A time without a zone
has that of MSH-7, or the configured one; without either it is information only. No segment that names a
patient is read.

Source: HL7 2.6 chapters 2 and 7; IHE PCD-01; samples of monitors for what stands for no value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from devices.codecs.codes import SYSTEMS, Coded, Part
from devices.codecs.hl7_text import MllpFrames, Segment, segments_of, time_of, zone_of
from devices.codecs.judging import judged_cuff, judged_observation
from devices.mapping import MISSING, Refused, number_of
from devices.model import (
    NO_STAMP,
    DeviceEvent,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Stamp,
    Validity,
)
from devices.units import UnknownUnit, in_unit_of

_ORIGINS = {"P": Origin.REAL, "T": Origin.DEMO, "D": Origin.DEMO}
"""MSH-11: production, training, debugging. Source: table 0103."""

_SAID = {
    **dict.fromkeys(("", "F", "R", "C"), Validity.VALID),
    "P": Validity.QUESTIONABLE,
}
"""OBX-11 that stand beside a value: final, not verified, corrected; preliminary. Source: table 0085."""

_NORMALCY = {
    **dict.fromkeys(("", "N", "L", "LL", "H", "HH", "A", "AA", "U", "D", "B", "W"), Validity.VALID),
    "QUES": Validity.QUESTIONABLE,
}
"""OBX-8 that stand beside a value. `<` and `>` are bounds of one, and any other word says that it is none."""

_WORST = (Validity.VALID, Validity.QUESTIONABLE, Validity.INVALID)
_ONE_PATIENT = ("PID", "PV1")
_LONGEST_NAME = 64
_LONGEST_ID = 199


class WrongType(Refused):
    """A message, but no ORU^R01."""


@dataclass(frozen=True, slots=True)
class Oru:
    """One message, taken apart."""

    segments: tuple[Segment, ...]

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @property
    def control_id(self) -> str:
        """What an answer names the message by."""
        return self.header.text(10)[:_LONGEST_ID]


def taken_apart(message: bytes) -> Oru:
    """Return one message of any type; raises `Refused` for what is none."""
    return Oru(tuple(segments_of(message)))


def _named(*parts: str) -> str:
    return "/".join(part for part in parts if part)[:_LONGEST_NAME]


def _equipment(oru: Oru) -> str:
    """Return the name of the equipment that every value says it comes from."""
    found = {
        next((part for part in segment.parts(18) if part), "")
        for segment in oru.segments
        if segment.name == "OBX"
    } - {""}
    if len(found) > 1:
        msg = f"OBX-18: expected one device in a message, got {len(found)}"
        raise Refused(msg)
    return _named(*found)


def _filler(oru: Oru) -> str:
    found = {segment.part(3) for segment in oru.segments if segment.name == "OBR"} - {""}
    if len(found) > 1:
        msg = f"OBR-3: expected one sender in a message, got {len(found)}"
        raise Refused(msg)
    return _named(*found)


SENDERS: dict[str, Callable[[Oru], str]] = {
    "sender": lambda oru: _named(oru.header.part(3), oru.header.part(4)),
    "application": lambda oru: _named(oru.header.part(3)),
    "facility": lambda oru: _named(oru.header.part(4)),
    "equipment": _equipment,
    "filler": _filler,
}
"""What names the device of a message: MSH-3 and MSH-4 as `GW/ICU`, one of the two, OBX-18, or OBR-3."""


def read_oru(oru: Oru, zone: tzinfo | None = None) -> list[DeviceEvent]:
    """Return the events of a message; `zone` is that of its times that have none.

    Raises:
        Refused: the message as a whole cannot be read; a `WrongType` where it is no ORU^R01.
    """
    header = oru.header
    kind = header.part(9), header.part(9, 2)
    if kind != ("ORU", "R01"):
        msg = f"MSH-9: expected ORU^R01, got {'^'.join(kind)[:32]!r}"
        raise WrongType(msg)
    origin = _ORIGINS.get(header.part(11))
    if origin is None:
        msg = f"MSH-11: expected P, T or D, got {header.part(11)[:8]!r}"
        raise Refused(msg)
    for name in _ONE_PATIENT:
        if sum(segment.name == name for segment in oru.segments) > 1:
            msg = f"{name}: expected one patient in a message, got several"
            raise Refused(msg)
    sent = header.part(7)
    reading = _Reading(sent, zone_of(sent) or zone, origin)
    for segment in oru.segments:
        reading.take(segment)
    return reading.events()


def sent_at(oru: Oru, zone: tzinfo | None = None) -> datetime | None:
    """Return when a message says it was made, UTC; None where it does not say, or not in which zone.

    Raises:
        Refused: what it says is no time.
    """
    text = oru.header.part(7)
    return _Time.of(text, zone).at if text else None


def read_message(message: bytes) -> list[DeviceEvent]:
    """Return the events of one message without its frame."""
    try:
        return read_oru(taken_apart(message))
    except Refused as refused:
        return [Malformed(len(message), str(refused))] if message else []


class Hl7Oru:
    """A codec of messages in MLLP frames, as they come over the network."""

    def __init__(self) -> None:
        self._frames = MllpFrames()

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the messages that these bytes end."""
        events: list[DeviceEvent] = []
        for found in self._frames.feed(data):
            events += [found] if isinstance(found, Malformed) else read_message(found)
        return events

    def finish(self) -> list[DeviceEvent]:
        """Report an unfinished frame."""
        return list(self._frames.finish())


@dataclass(frozen=True, slots=True)
class _Time:
    """When something was measured: in UTC, or only as the device's clock shows it."""

    at: datetime | None = None
    shown: datetime | None = None

    @classmethod
    def of(cls, text: str, zone: tzinfo | None) -> _Time:
        if not text:
            return cls()
        moment = time_of(text, zone)
        return cls(shown=moment) if moment.tzinfo is None else cls(at=moment)


@dataclass(slots=True)
class _Cuff:
    """The parts of one determination, as they come."""

    when: _Time
    own_time: bool
    parts: dict[Part, float | None] = field(default_factory=dict)
    validity: Validity = Validity.VALID
    twice: bool = False


class _Reading:
    """What the segments of one message come to."""

    def __init__(self, sent: str, zone: tzinfo | None, origin: Origin) -> None:
        self._zone = zone
        self._sent = self._group_sent = sent
        self._group = 0
        self._origin = origin
        self._told: list[tuple[Observation, _Time]] = []
        self._cuffs: dict[tuple[int, _Time], _Cuff] = {}
        self._faults: list[DeviceEvent] = []

    def take(self, segment: Segment) -> None:
        """Read one segment; only OBR and OBX say anything."""
        if segment.name == "OBR":
            self._group += 1
            self._group_sent = segment.part(7) or self._sent
        elif segment.name == "OBX" and segment.raw(5):
            try:
                self._observe(segment)
            except (Refused, UnknownUnit) as refused:
                self._faults.append(Malformed(1, f"OBX-{segment.part(1)[:6]}: {refused}"[:200]))

    def events(self) -> list[DeviceEvent]:
        """Return what was read, then what could not be."""
        named = {(o.metric, when) for o, when in self._told if o.method is not RateMethod.UNKNOWN}
        kept = [
            (o, when)
            for o, when in self._told
            if o.method is not RateMethod.UNKNOWN or (o.metric, when) not in named
        ]
        counted = Counter((o.metric, when) for o, when in kept)
        events: list[DeviceEvent] = [o for o, when in kept if counted[o.metric, when] == 1]
        for (metric, _), times in counted.items():
            if times > 1:
                self._faults.append(Malformed(1, f"{metric} {times} times for one time: none is believed"))
        for cuff in self._cuffs.values():
            if cuff.twice:
                self._faults.append(Malformed(1, "nibp twice for one time: none is believed"))
            elif cuff.parts.keys() & {"systolic", "diastolic"}:
                events.append(self._result(cuff))
        return [*events, *self._faults]

    def _observe(self, segment: Segment) -> None:
        coded = _meaning(segment)
        if coded is None:
            return
        own = segment.part(14)
        when = _Time.of(own or self._group_sent, self._zone)
        value, validity = _number(segment, coded), _validity(segment)
        if coded.part is not None:
            cuff = self._cuffs.setdefault((self._group, when), _Cuff(when, bool(own)))
            cuff.twice = cuff.twice or coded.part in cuff.parts
            cuff.own_time = cuff.own_time and bool(own)
            cuff.parts[coded.part] = None if validity is Validity.INVALID else value
            if validity is Validity.QUESTIONABLE:
                cuff.validity = validity
            return
        observation = judged_observation(
            coded.metric,
            value,
            validity,
            ("no_data",) if validity is Validity.INVALID else (),
            device_time=when.shown,
            method=coded.method,
            stamp=self._stamp(when),
        )
        self._told.append((observation, when))

    def _result(self, cuff: _Cuff) -> DeviceEvent:
        at = cuff.when.at
        return judged_cuff(
            cuff.parts.get("systolic"),
            cuff.parts.get("diastolic"),
            cuff.parts.get("mean"),
            cuff.parts.get("pulse_rate"),
            cuff.validity,
            device_time=cuff.when.shown,
            result_id=at.isoformat() if cuff.own_time and at is not None else None,
            stamp=self._stamp(cuff.when),
            own_time=cuff.own_time and at is not None,
        )

    def _stamp(self, when: _Time) -> Stamp:
        if self._origin is Origin.REAL:
            return NO_STAMP if when.at is None else Stamp(when.at)
        return Stamp(when.at, origin=self._origin)


def _meaning(segment: Segment) -> Coded | None:
    """Return what OBX-3 stands for, by its code or its alternate one; None for what is no number of ours.

    Raises:
        Refused: for a number whose code is not known, and for a code of ours that holds no number.
    """
    found: set[Coded] = set()
    for first in (1, 4):
        code, _, system = (segment.part(3, first + offset) for offset in range(3))
        found |= {table[code] for table in (SYSTEMS.get(system, {}),) if code in table}
    numeric = segment.part(2) == "NM"
    if len(found) == 1 and numeric:
        return found.pop()
    if not found and not numeric:
        return None
    expected = "a code that is known" if numeric else "a number (NM) for this code"
    msg = f"expected {expected}, got {segment.part(2)[:4]} {segment.raw(3)[:64]!r}"
    raise Refused(msg)


def _number(segment: Segment, coded: Coded) -> float | None:
    text = segment.text(5)
    if segment.repeats(5):
        msg = f"{coded.metric} value: expected one number, got several"
        raise Refused(msg)
    number = None if text.strip('"').lower() in MISSING else number_of(text, f"{coded.metric} value")
    value = None if number is None or number < 0 else number
    unit = segment.part(6) or segment.part(6, 2)
    if value is None and not unit:
        return None
    return in_unit_of(MetricCode.PULSE_RATE if coded.part == "pulse_rate" else coded.metric, value, unit)


def _validity(segment: Segment) -> Validity:
    """Return the worst of what OBX-8 and OBX-11 say; a word that is not known condemns the value."""
    words = segment.raw(8).split(segment.marks.repetition)
    said = [_NORMALCY.get(segment.marks.plain(word).strip(), Validity.INVALID) for word in words]
    said.append(_SAID.get(segment.part(11), Validity.INVALID))
    return max(said, key=_WORST.index)
