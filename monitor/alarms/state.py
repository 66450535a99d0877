"""What the alarms of a chair remember."""

from __future__ import annotations

import msgspec

from monitor.alarms import estimation, inactivation, pressure, technical
from monitor.alarms.detection import Detection
from monitor.alarms.estimation import Estimation
from monitor.alarms.inactivation import Inactivation
from monitor.alarms.model import Occurrence
from monitor.alarms.pressure import Confirmation
from monitor.alarms.technical import Technical
from monitor.terms import Baseline, LimitChange, Phase


class ChairAlarmState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the alarms of a chair remember, as JSON can hold it."""

    phase: Phase | None = None
    baseline: Baseline | None = None
    changes: tuple[LimitChange, ...] = ()
    detections: dict[str, Detection] = {}
    before_cuff: dict[str, Detection] = {}
    """As `detections` stood before the last cuff result, for the case that it is struck."""
    confirming: bool = False
    """Whether `confirmation` was kept: the preset asked for it."""
    confirmation: Confirmation = pressure.UNTOUCHED
    confirmation_before_cuff: Confirmation = pressure.UNTOUCHED
    estimation: Estimation = estimation.UNTOUCHED
    technical: Technical = technical.UNTOUCHED
    occurrences: tuple[Occurrence, ...] = ()
    inactivation: Inactivation = inactivation.UNTOUCHED
