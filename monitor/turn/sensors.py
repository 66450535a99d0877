"""What the devices of one chair say: every value kept, the chair's own numbers shown and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devices.model import (
    Arrival,
    ClockSkew,
    CuffResult,
    CuffState,
    LinkChange,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    Validity,
)
from monitor.alarms.model import CONTINUOUS, Reading
from monitor.alarms.quality.cuff import Surroundings
from monitor.config import ChairSettings, DeviceSettings, LimitPreset
from monitor.limits import SwapRule
from monitor.sessions.session import Session
from monitor.store.rows import CuffRow, LinkRow, ObservationRow, Rows, Use, split
from monitor.store.snapshot import ChairView, NumberView
from monitor.terms import Now, Vital
from monitor.turn.doubts import Doubts
from monitor.turn.links import Links
from monitor.turn.moments import moment_of
from monitor.turn.numbers import ContinuousNumber, sources_of
from monitor.turn.pressures import Pressures

Periods = Mapping[str, Mapping[MetricCode, float | None]]
"""By device: what it gives and is used for → seconds from one value to the next, None for events."""

NOT_SIMULATED = "refused: simulated data on a chair that is not simulated"


class Sensors:
    """The numbers, the pressures and the links of one chair."""

    def __init__(
        self,
        chair: ChairSettings,
        devices: Sequence[DeviceSettings],
        periods: Periods,
        rules: tuple[LimitPreset, SwapRule],
        *,
        origin: Origin,
        patience: float,
        now: Now,
    ) -> None:
        self._chair = chair.id
        self._patience = patience
        preset, self._swap = rules
        self._origin = origin
        self._periods = periods
        named = [(device.id, device.name) for device in devices]
        gives = {
            device.id: frozenset(
                vital
                for vital, metrics in CONTINUOUS.items()
                if not periods[device.id].keys().isdisjoint(metrics)
            )
            for device in devices
        }
        self.links = Links(devices, gives, now)
        self.hr = ContinuousNumber(sources_of(CONTINUOUS[Vital.HR], named, periods), patience)
        self.spo2 = ContinuousNumber(sources_of(CONTINUOUS[Vital.SPO2], named, periods), patience)
        self.pi = ContinuousNumber(sources_of([MetricCode.PERFUSION_INDEX], named, periods), patience)
        self.pressures = Pressures()
        self.doubts = Doubts(
            chair.id, preset, devices, {device.id: set(periods[device.id]) for device in devices}
        )
        self.watched = frozenset(vital for vital, number in self._vitals() if number.given)
        self._readings: list[Reading] = []
        self._cuff_failed = False
        self._last_seq: dict[tuple[str, MetricCode], tuple[str, int]] = {}

    def forget(self) -> None:
        """Another patient: nothing of the one before may be shown or judged."""
        for number in (self.hr, self.spo2, self.pi):
            number.forget()
        self.pressures = Pressures()
        self.doubts.forget()
        self._readings.clear()
        self._cuff_failed = False

    def resume(self, view: ChairView, cuffs: Sequence[CuffRow], now: Now) -> None:
        """Go on after a restart: the last values as memories, the visit's pressures as they were."""
        for number, shown in ((self.hr, view.hr), (self.spo2, view.spo2), (self.pi, view.pi)):
            number.resume(shown)
        self.links.resume(view.devices)
        for row in cuffs:
            if row.use == Use.SHOWN:
                self.pressures.add(row, now)

    def readings(self) -> tuple[Reading, ...]:
        """The readings that came since the last call, for the alarm system."""
        taken = tuple(self._readings)
        self._readings.clear()
        return taken

    def cuff_failed(self) -> bool:
        """Whether a determination failed since the last call."""
        failed, self._cuff_failed = self._cuff_failed, False
        return failed

    def complete(self, now: Now) -> bool:
        """Whether every watched vital has a live, valid value, and there is one to watch."""
        return bool(self.watched) and all(
            number.fresh(now) for vital, number in self._vitals() if vital in self.watched
        )

    def hr_view(self, now: Now) -> NumberView | None:
        """The heart rate as screens see it, with the other one while two sources disagree."""
        view, pair = self.hr.view(now), self.doubts.rates(now)
        if view is not None and pair is not None:
            view.other = pair.other
        return view

    def take(
        self, arrival: Arrival, session: Session | None, now: Now, rows: Rows, *, repeat_wanted: bool
    ) -> CuffRow | None:
        """Keep one arrival, and show and judge it where it is this chair's; return a new believable cuff.

        `repeat_wanted`: a pressure is asked for that decides about the last.
        """
        event = arrival.event
        before = session is not None and moment_of(arrival.determined_ms, now).mono_s < session.seated_s
        visit = None if session is None or before else session.id
        match event:
            case Observation():
                use = Use.ASIDE
                try:
                    if not before:
                        use, event = self._observed(arrival, event, session, now)
                finally:
                    rows.observations.append(ObservationRow.of(self._chair, visit, arrival, event, use))
            case CuffResult():
                use = Use.ASIDE if before else self._use_of_cuff(arrival)
                around = self._surroundings(arrival, session, now, repeat_wanted=repeat_wanted)
                return self._measured(arrival, event, visit, use, around, now, rows)
            case CuffState():
                self.pressures.cuff_state(event.state, now)
            case LinkChange():
                rows.links.append(LinkRow.of(self._chair, arrival, event))
                self.links.changed(arrival.device, event, arrival.received_ms)
            case ClockSkew():
                self.links.skewed(arrival.device, event)
            case Malformed():
                self.links.malformed(arrival.device, event)
        return None

    def measured_by_hand(self, row: CuffRow, now: Now) -> None:
        """Take in a pressure that somebody took, and judge it."""
        self.pressures.add(row, now)
        self.doubts.by_hand(row, moment_of(row.at_ms, now), self.hr.valid_value(now))
        self.judge(row, now)

    def judge(self, row: CuffRow, now: Now) -> None:
        """Hand a believable pressure to the alarm system, unless a newer one was taken already."""
        if self.pressures.newest() is not row:
            return
        at = moment_of(row.at_ms, now)
        values = {Vital.SBP: row.systolic, Vital.DBP: row.diastolic, Vital.MAP: row.mean}
        self._readings += [
            Reading(vital, value, Validity(row.validity), at, split(row.flags))
            for vital, value in values.items()
            if value is not None
        ]

    def _observed(
        self, arrival: Arrival, event: Observation, session: Session | None, now: Now
    ) -> tuple[Use, Observation]:
        number = self._number_of(arrival, event)
        if number is None or not self._welcome(arrival):
            return Use.ASIDE, event
        if not arrival.live or self._repeated(arrival, event):
            return Use.LATE, event
        at, said = moment_of(arrival.determined_ms, now), event
        if number is not self.pi:
            perfusion, inflated_s = self.pi.valid_value(now), self.pressures.measuring_s(now)
            event = self.doubts.observe(event, at, session, perfusion, inflated_s)
        if not number.take(arrival, event, now):
            return Use.ASIDE, event
        for vital, judged in self._vitals():
            if judged is number:
                self.doubts.follow(vital, said, at, self._swap)
        self._readings += [
            Reading(vital, self._judged(vital, event.value, session, at), event.validity, at, event.flags)
            for vital, judged in self._vitals()
            if judged is number
        ]
        return Use.SHOWN, event

    def _judged(self, vital: Vital, value: float | None, session: Session | None, at: Now) -> float | None:
        if vital is not Vital.HR or value is None:
            return value
        return self.doubts.judged_rate(value, session, at)

    def _surroundings(
        self, arrival: Arrival, session: Session | None, now: Now, *, repeat_wanted: bool
    ) -> Surroundings:
        """What a cuff result is held against."""
        inflated_s, at = self.pressures.measuring_s(now), moment_of(arrival.determined_ms, now)
        return Surroundings(
            heart_rate=self.hr.valid_value(now),
            pulse=self.doubts.pulse(at),
            cycle_s=None if inflated_s is None else inflated_s - (now.mono_s - at.mono_s),
            baseline=None if session is None else session.baseline,
            repeat_wanted=repeat_wanted,
            slowness=self._patience,
        )

    def _use_of_cuff(self, arrival: Arrival) -> Use:
        if MetricCode.NIBP not in self._periods.get(arrival.device, {}) or not self._welcome(arrival):
            return Use.ASIDE
        return Use.SHOWN if arrival.live else Use.LATE

    def _measured(
        self,
        arrival: Arrival,
        event: CuffResult,
        visit: str | None,
        use: Use,
        around: Surroundings,
        now: Now,
        rows: Rows,
    ) -> CuffRow | None:
        owner, key = None if use is Use.ASIDE else visit, _key(arrival, event)
        row = CuffRow.of(key, self._chair, owner, arrival, event, use)
        if self.pressures.known(row):
            return None
        try:
            if use is not Use.ASIDE:
                at = moment_of(arrival.determined_ms, now)
                event = self.doubts.measured(event, key, around, at, live=use is Use.SHOWN)
                row = CuffRow.of(key, self._chair, owner, arrival, event, use)
        finally:
            rows.cuffs.append(row)
        if use is not Use.SHOWN:
            return None
        self.pressures.add(row, now)
        if event.validity is Validity.INVALID:
            self._cuff_failed = True
            return None
        self.judge(row, now)
        return row

    def _number_of(self, arrival: Arrival, event: Observation) -> ContinuousNumber | None:
        numbers = (self.hr, self.spo2, self.pi)
        return next((number for number in numbers if number.takes(arrival.device, event)), None)

    def _vitals(self) -> tuple[tuple[Vital, ContinuousNumber], ...]:
        return (Vital.HR, self.hr), (Vital.SPO2, self.spo2)

    def _welcome(self, arrival: Arrival) -> bool:
        """Demo, replay and real never mix: simulated data on a real chair is kept and goes no further."""
        if arrival.origin in {Origin.REAL, self._origin}:
            return True
        self.links.refused(arrival.device, NOT_SIMULATED)
        return False

    def _repeated(self, arrival: Arrival, event: Observation) -> bool:
        """Whether the device's run already gave this value or a later one."""
        key = (arrival.device, event.metric)
        last = self._last_seq.get(key)
        if last is not None and last[0] == arrival.session and arrival.seq <= last[1]:
            return True
        self._last_seq[key] = (arrival.session, arrival.seq)
        return False


def _key(arrival: Arrival, event: CuffResult) -> str:
    """The name of a determination, the same whenever it is delivered again."""
    if event.result_id is not None:
        return f"{arrival.device}/{event.result_id}"
    return f"{arrival.device}/{arrival.session}/{arrival.seq}"
