"""What is expected of one chair's patient: the corridor, and where the newest pressure stands to it."""

from __future__ import annotations

from monitor.limits import ExpectedResponse
from monitor.sessions import response
from monitor.sessions.session import Session
from monitor.store.snapshot import CuffView, ExpectedView, ResponsePoint
from monitor.terms import Baseline


class Expectation:
    """Tells the expected response of a visit, and reckons its corridor anew only when it changes."""

    def __init__(self, model: ExpectedResponse) -> None:
        self._model = model
        self._asked: tuple[response.Course, Baseline] | None = None
        self._points: list[ResponsePoint] = []

    def points(self, session: Session) -> list[ResponsePoint]:
        """The corridor of a visit; empty without a confirmed baseline and before the start."""
        course, baseline = response.course_of(session), session.baseline
        if course is None or baseline is None:
            return []
        if self._asked != (course, baseline):
            self._asked = course, baseline
            self._points = [ResponsePoint(*p) for p in response.corridor(course, baseline, self._model)]
        return self._points

    def of(self, cuff: CuffView, session: Session) -> ExpectedView | None:
        """What was expected of the pressure that is shown, when it was taken during or after the infusion."""
        course, baseline = response.course_of(session), session.baseline
        if course is None or baseline is None or cuff.systolic is None or cuff.at_ms is None:
            return None
        if cuff.at_ms <= course.ran_from_ms:
            return None
        over = response.expected_at(cuff.at_ms, course, self._model)
        low, high = (round(rise / baseline.systolic * 100) for rise in over.systolic)
        return ExpectedView(low, high, response.standing(cuff.systolic, over, baseline))
