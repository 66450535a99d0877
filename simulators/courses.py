"""What a scenario lets happen to a patient beside the infusion: a value goes somewhere and comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulators.physiology import VitalSigns

BACK_S = 60.0
"""From the end of a course back to what the patient has without it."""
DIASTOLIC_SHARE = 0.6
"""Of a change of the systolic pressure, the diastolic takes this share."""
VITALS = ("systolic", "heart_rate", "spo2")
"""What a course can bend; the diastolic pressure follows the systolic."""


@dataclass(frozen=True, slots=True)
class Course:
    """One value of one patient: from `at_s` on it goes to `to` within `over_s`, and stays there for `for_s`.

    Times count from the beginning of the scenario.
    """

    chair: str
    vital: str
    to: float
    at_s: float
    over_s: float
    for_s: float

    def bent(self, vital_signs: VitalSigns, since_epoch_s: float) -> VitalSigns:
        """Return the vital signs with this course in them."""
        share = self._share(since_epoch_s - self.at_s)
        if share <= 0:
            return vital_signs
        change = (self.to - getattr(vital_signs, self.vital)) * share
        if self.vital == "spo2":
            return replace(vital_signs, spo2=vital_signs.spo2 + change)
        if self.vital == "heart_rate":
            return replace(vital_signs, heart_rate=vital_signs.heart_rate + change)
        return replace(
            vital_signs,
            systolic=vital_signs.systolic + change,
            diastolic=vital_signs.diastolic + change * DIASTOLIC_SHARE,
        )

    def ended(self, since_epoch_s: float) -> Course:
        """Return the course as it is when it is called off now: what has taken hold goes back from here."""
        share = max(0.0, min(1.0, self._share(since_epoch_s - self.at_s)))
        return replace(self, at_s=since_epoch_s - (1 - share) * BACK_S, over_s=0.0, for_s=0.0)

    def left_s(self, since_epoch_s: float) -> float:
        """Seconds until it goes back."""
        return max(0.0, self.at_s + self.over_s + self.for_s - since_epoch_s)

    def over(self, since_epoch_s: float) -> bool:
        """Whether nothing of it is left, and nothing will come."""
        into_s = since_epoch_s - self.at_s
        return into_s > 0 and self._share(into_s) <= 0

    def _share(self, into_s: float) -> float:
        """How far it has taken hold, 0 to 1."""
        if into_s < 0:
            return 0.0
        if into_s < self.over_s:
            return into_s / self.over_s
        return min(1.0, 1 - (into_s - self.over_s - self.for_s) / BACK_S)
