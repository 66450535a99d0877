"""The time of a patient: as a rule the time shown, but it can stand still, and it can leap.

While it stands, the patient and the cuff on the arm stand still, and the device goes on talking with its own
clock: a device whose measuring part hangs.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Stretch:
    from_ms: int
    """Time shown."""
    patient_ms: int
    stands: bool

    def at(self, shown_ms: int) -> int:
        return self.patient_ms if self.stands else self.patient_ms + shown_ms - self.from_ms


class PatientTime:
    """Turns a time shown into the patient's, UTC milliseconds both. Any thread may ask while one orders."""

    def __init__(self) -> None:
        self._stretches: tuple[_Stretch, ...] = (_Stretch(0, 0, stands=False),)

    def at(self, shown_ms: int) -> int:
        """Return the patient's time at a time shown, a past one as it then was."""
        stretches = self._stretches
        place = bisect_right(stretches, shown_ms, key=lambda stretch: stretch.from_ms)
        return stretches[max(0, place - 1)].at(shown_ms)

    def seconds(self, shown_s: float) -> float:
        """Return the same for seconds of UTC."""
        return shown_s + (self.at(round(shown_s * 1000)) - round(shown_s * 1000)) / 1000

    @property
    def stands(self) -> bool:
        """Whether it stands still now."""
        return self._stretches[-1].stands

    def pause(self, now_ms: int) -> None:
        """Stand still from now on."""
        self._go_on(now_ms, self.at(now_ms), stands=True)

    def resume(self, now_ms: int) -> None:
        """Go on from where it stands: the time in between never was, for this patient."""
        self._go_on(now_ms, self.at(now_ms), stands=False)

    def leap(self, seconds: float, now_ms: int) -> None:
        """Be so many seconds further at once, and stand or run as before."""
        if seconds < 0:
            raise ValueError(f"expected seconds to go forward, got {seconds:g}")
        self._go_on(now_ms, self.at(now_ms) + round(seconds * 1000), stands=self.stands)

    def _go_on(self, now_ms: int, patient_ms: int, *, stands: bool) -> None:
        before = tuple(stretch for stretch in self._stretches if stretch.from_ms < now_ms)
        self._stretches = (*before, _Stretch(now_ms, patient_ms, stands))
