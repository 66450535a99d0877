"""What signal quality makes of one chair's values: the state it keeps, and what it must be told."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from devices.model import CuffResult, MetricCode, Observation, Validity
from monitor.alarms.changes import changed, holding
from monitor.alarms.model import QualityFact
from monitor.alarms.quality import chair, cuff, rates, swap
from monitor.alarms.quality.chair import QualityState
from monitor.alarms.quality.cuff import KnownPressure, Surroundings
from monitor.alarms.quality.limbs import Limbs
from monitor.alarms.quality.swap import Track
from monitor.alarms.quality.words import POSSIBLE_SWAP
from monitor.config import DeviceSettings
from monitor.limits import LimitPreset, SwapRule
from monitor.sessions.session import Session
from monitor.store.rows import CuffRow
from monitor.terms import Now, Priority, Vital


class Doubts:
    """The signal quality of one chair."""

    def __init__(
        self,
        chair_id: str,
        preset: LimitPreset,
        devices: Sequence[DeviceSettings],
        gives: dict[str, set[MetricCode]],
    ) -> None:
        """Take the devices with the metrics that are used of each."""
        self._chair = chair_id
        self._preset = preset
        self._rule = preset.quality
        self._limbs = Limbs(
            cuff=_limb_of(MetricCode.NIBP, devices, gives), oximeter=_limb_of(MetricCode.SPO2, devices, gives)
        )
        self.state = chair.UNTOUCHED

    def forget(self) -> None:
        """Another patient."""
        self.state = chair.UNTOUCHED

    def limbs(self, session: Session | None) -> Limbs:
        """Where things sit: as configured, unless somebody said otherwise in this visit."""
        if session is None:
            return self._limbs
        return Limbs(
            session.cuff_limb or self._limbs.cuff,
            session.oximeter_limb or self._limbs.oximeter,
            session.iv_arm,
        )

    def observe(
        self,
        event: Observation,
        at: Now,
        session: Session | None,
        perfusion: float | None,
        inflated_s: float | None,
    ) -> Observation:
        """Return a saturation or a rate with its doubts; `inflated_s`: how long a cuff has been measuring."""
        near = inflated_s is not None and inflated_s <= self._rule.cuff_arm_s
        near = near and self.limbs(session).shared
        self.state, event = chair.observe(
            self.state, event, at.mono_s, self._rule, perfusion=perfusion, cuff_near=near
        )
        return event

    def measured(
        self, event: CuffResult, key: str, around: Surroundings, at: Now, *, live: bool
    ) -> CuffResult:
        """Return a cuff result with its doubts; one that came late is held against nothing but itself."""
        if not live:
            return cuff.judge(event, key, cuff.UNTOUCHED, cuff.NOTHING_KNOWN, self._rule, at.mono_s)[0]
        event, memory = cuff.judge(event, key, self.state.cuff, around, self._rule, at.mono_s)
        self.state = msgspec.structs.replace(self.state, cuff=memory)
        return event

    def by_hand(self, row: CuffRow, at: Now, heart_rate: float | None) -> None:
        """A person took a pressure."""
        if row.systolic is None or row.diastolic is None:
            return
        rate = row.pulse_rate if heart_rate is None else heart_rate
        known = KnownPressure(row.key, row.systolic, row.diastolic, at.mono_s, rate)
        self.state = msgspec.structs.replace(self.state, cuff=cuff.taken_by_hand(known))

    def struck(self, key: str) -> None:
        """A pressure was entered in error."""
        self.state = msgspec.structs.replace(self.state, cuff=cuff.without(self.state.cuff, key))

    def pulse(self, now: Now) -> float | None:
        """The oximeter's pulse rate of this moment."""
        return rates.latest(self.state.rates, MetricCode.PULSE_RATE, now.mono_s)

    def rates(self, now: Now) -> rates.Pair | None:
        """The two heart rates, while they disagree."""
        return rates.differing(self.state.rates, now.mono_s, self._rule)

    def judged_rate(self, value: float, session: Session | None, now: Now) -> float:
        """The rate to judge: of two that disagree the one more dangerous for this patient."""
        pair = self.rates(now)
        if pair is None:
            return value
        changes = () if session is None else holding(session.limit_changes)
        return rates.more_dangerous(pair, changed(self._preset, changes))

    def facts(self, session: Session | None, now: Now) -> tuple[QualityFact, ...]:
        """The technical conditions that stand."""
        found = list(chair.conditions(self.state, self.limbs(session), now.mono_s, self._rule))
        if self.state.track.partner:
            chairs = " and ".join(sorted((self._chair, self.state.track.partner)))
            text = f"numbers of chairs {chairs} may be swapped: check"
            found.append(QualityFact(POSSIBLE_SWAP, Priority.MEDIUM, text))
        return tuple(found)

    def follow(self, vital: Vital, event: Observation, at: Now, rule: SwapRule) -> None:
        """Follow what is shown, for the comparison with other chairs; `event` as the device gave it."""
        if event.validity is Validity.VALID and event.value is not None:
            self.track(swap.watch(self.state.track, vital, event.value, at.mono_s, rule))

    def track(self, track: Track) -> None:
        """Take over what the comparison with other chairs found."""
        self.state = msgspec.structs.replace(self.state, track=track)

    def restore(self, state: QualityState) -> None:
        """Go on from a dump."""
        self.state = state


def _limb_of(
    metric: MetricCode, devices: Sequence[DeviceSettings], gives: dict[str, set[MetricCode]]
) -> str | None:
    return next((device.limb for device in devices if metric in gives[device.id]), None)
