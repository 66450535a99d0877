"""The visit's state machine: one table, phase × action → phase, with no cell left open."""

from __future__ import annotations

from typing import get_args

from monitor.sessions import actions
from monitor.sessions.actions import Act
from monitor.terms import Phase

no = None
SEATED, BASELINE, INFUSION, PAUSED = Phase.SEATED, Phase.BASELINE, Phase.INFUSION, Phase.PAUSED
RECOVERY, READY, LEFT, ABORTED = Phase.RECOVERY, Phase.READY, Phase.LEFT, Phase.ABORTED

FOUND: tuple[Phase | None, ...] = (None, SEATED, BASELINE, INFUSION, PAUSED, RECOVERY, READY, LEFT, ABORTED)
"""The columns: the phase that an action finds, None for a chair on which nobody sits."""

# fmt: off
TABLE: dict[type[Act], tuple[Phase | None, ...]] = {
    # found:                 free    seated    baseline  infusion  paused    recovery  ready    left  aborted
    actions.Seat:            (SEATED, no      , no      , no      , no      , no      , no      , no  , no),
    actions.BeginBaseline:   (no    , BASELINE, no      , no      , no      , no      , no      , no  , no),
    actions.ConfirmBaseline: (no    , no      , BASELINE, no      , no      , no      , no      , no  , no),
    actions.Start:           (no    , no      , INFUSION, no      , no      , no      , no      , no  , no),
    actions.Pause:           (no    , no      , no      , PAUSED  , no      , no      , no      , no  , no),
    actions.Resume:          (no    , no      , no      , no      , INFUSION, no      , no      , no  , no),
    actions.Extend:          (no    , no      , no      , INFUSION, PAUSED  , no      , no      , no  , no),
    actions.End:             (no    , no      , no      , RECOVERY, RECOVERY, no      , no      , no  , no),
    actions.MarkReady:       (no    , no      , no      , no      , no      , READY   , no      , no  , no),
    actions.Finish:          (no    , no      , no      , no      , no      , LEFT    , LEFT    , no  , no),
    actions.Abort:           (no    , ABORTED , ABORTED , no      , no      , no      , no      , no  , no),
    actions.Acknowledge:     (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.PauseAudio:      (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.ResumeAudio:     (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.AlarmOff:        (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.AlarmOn:         (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.Accept:          (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.Reject:          (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.TakeOver:        (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.AssignNurse:     (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.HandOver:        (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.CallBack:        (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.CallHeard:       (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.SetLimbs:        (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.ManualCuff:      (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.StartCuff:       (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.CancelCuff:      (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.EnteredInError:  (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.Standby:         (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.EndStandby:      (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.Mark:            (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.ChangeLimit:     (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
    actions.ResetLimits:     (no    , SEATED  , BASELINE, INFUSION, PAUSED  , RECOVERY, READY   , no  , no),
}
# fmt: on
"""The phase after each action; `no` where the action is refused."""


def next_phase(phase: Phase | None, act: type[Act]) -> Phase | None:
    """The phase after this action; None where it is refused."""
    return TABLE[act][FOUND.index(phase)]


def possible_in(act: type[Act]) -> tuple[Phase | None, ...]:
    """The phases in which this action is possible."""
    return tuple(found for found, after in zip(FOUND, TABLE[act], strict=True) if after is not None)


def possible(phase: Phase | None) -> frozenset[str]:
    """The tags of the actions that this phase allows: which buttons a chair offers."""
    return frozenset(name_of(act) for act in get_args(Act) if next_phase(phase, act) is not None)


def name_of(act: type[Act]) -> str:
    """The action's tag, as the record names it."""
    return str(act.__struct_config__.tag)
