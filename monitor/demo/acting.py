"""The staff of a scenario: what they do at a minute, as the desk would say it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from monitor.sessions.actions import (
    Accept,
    Acknowledge,
    Act,
    AlarmOff,
    AlarmOn,
    BeginBaseline,
    CancelCuff,
    ChangeLimit,
    ConfirmBaseline,
    End,
    Finish,
    Mark,
    MarkReady,
    OperatorAction,
    Pause,
    PauseAudio,
    Reject,
    ResetLimits,
    Resume,
    Seat,
    SetLimbs,
    Standby,
    Start,
    StartCuff,
)
from monitor.store.rows import OutcomeRow
from monitor.store.snapshot import AlarmView, ChairView
from monitor.terms import Priority, Role
from simulators.acts import StaffAct


class NothingThere(LookupError):
    """An act that needs something of the chair which is not there; the text says what."""


@dataclass(slots=True)
class Deed:
    """One act, and what the product answered."""

    act: StaffAct
    seq: int
    answer: str | None = None
    """Why it was refused; empty where it was obeyed, None while it was not yet done."""

    @property
    def passed(self) -> bool:
        """Whether the product did with it what the scenario states."""
        return self.answer is not None and bool(self.answer) is self.act.refused

    def words(self) -> str:
        """Say what became of it."""
        word = "pass" if self.passed else "FAIL"
        minute = f"{int(self.act.at_s // 60)}:{round(self.act.at_s) % 60:02d}"
        said = (
            key.replace("_", " ") if value is True else str(value) for key, value in self.act.said.items()
        )
        what = " ".join([self.act.does, *said])
        answer = "not done" if self.answer is None else self.answer or "obeyed"
        says = f"  ({self.act.says})" if self.act.says else ""
        return f"{word}  chair {self.act.chair}  {self.act.name} at {minute}, {what}: {answer}{says}"


class Acting:
    """Does what is due, and takes in the answers."""

    def __init__(self, acts: Sequence[StaffAct], epoch_ms: int) -> None:
        numbers = count(1)
        self._epoch_ms = epoch_ms
        self.deeds = [Deed(act, next(numbers)) for act in sorted(acts, key=lambda act: act.at_s)]
        self._waiting = list(self.deeds)

    def due(
        self, now_ms: int, chairs: Mapping[str, ChairView], session_of: Callable[[str], str | None]
    ) -> list[OperatorAction]:
        """Return what is done now; an act that needs what is not there is never done."""
        actions = []
        while self._waiting and self._epoch_ms + self._waiting[0].act.at_s * 1000 <= now_ms:
            deed = self._waiting.pop(0)
            act = deed.act
            try:
                meant = _meant(act, chairs[act.chair])
            except NothingThere:
                continue
            actions.append(
                OperatorAction(
                    deed.seq, now_ms, act.name, Role(act.role), "", act.chair, session_of(act.chair), meant
                )
            )
        return actions

    def answered(self, outcomes: Sequence[OutcomeRow]) -> None:
        """Take in the answers of a turn."""
        by_seq = {outcome.seq: outcome for outcome in outcomes}
        for deed in self.deeds:
            if deed.seq in by_seq:
                deed.answer = by_seq[deed.seq].message


def _meant(act: StaffAct, chair: ChairView) -> Act:
    return MEANT[act.does](act, chair)


def _text(act: StaffAct, key: str) -> str:
    return str(act.said.get(key, ""))


def _alarm(act: StaffAct, chair: ChairView) -> AlarmView:
    for alarm in chair.alarms:
        if alarm.condition == act.said["condition"]:
            return alarm
    raise NothingThere(f"chair {chair.id}: expected an alarm {act.said['condition']}, got none")


def _seat(act: StaffAct, _chair: ChairView) -> Act:
    return Seat(_text(act, "label"), identifiers_confirmed=not act.said.get("unchecked", False))


def _acknowledge(act: StaffAct, chair: ChairView) -> Act:
    alarm = _alarm(act, chair)
    return Acknowledge(alarm.id, alarm.priority)


def _accept(act: StaffAct, chair: ChairView) -> Act:
    alarm = _alarm(act, chair)
    return Accept(alarm.id, alarm.priority)


def _reject(act: StaffAct, chair: ChairView) -> Act:
    alarm = _alarm(act, chair)
    return Reject(alarm.id, alarm.priority, _text(act, "reason"))


def _limit(act: StaffAct, _chair: ChairView) -> Act:
    return ChangeLimit(
        _text(act, "condition"),
        Priority[_text(act, "priority").upper()],
        _text(act, "reason"),
        float(act.said["limit"]),
    )


MEANT: dict[str, Callable[[StaffAct, ChairView], Act]] = {
    "seat": _seat,
    "baseline": lambda _act, _chair: BeginBaseline(),
    "confirm": lambda _act, _chair: ConfirmBaseline(),
    "start": lambda act, _chair: Start(
        bool(act.said.get("without_baseline", False)), override_reason=_text(act, "reason")
    ),
    "pause": lambda act, _chair: Pause(_text(act, "reason")),
    "resume": lambda _act, _chair: Resume(),
    "end": lambda act, _chair: End(_text(act, "reason")),
    "ready": lambda act, _chair: MarkReady(assessed=True, escort=True, override_reason=_text(act, "reason")),
    "leave": lambda act, _chair: Finish(assessed=True, escort=True, override_reason=_text(act, "reason")),
    "acknowledge": _acknowledge,
    "accept": _accept,
    "reject": _reject,
    "pause_sound": lambda _act, _chair: PauseAudio(),
    "alarm_off": lambda act, _chair: AlarmOff(_text(act, "condition"), _text(act, "reason")),
    "alarm_on": lambda act, _chair: AlarmOn(_text(act, "condition")),
    "limit": _limit,
    "limits_back": lambda _act, _chair: ResetLimits(),
    "start_cuff": lambda _act, _chair: StartCuff(),
    "cancel_cuff": lambda _act, _chair: CancelCuff(),
    "iv_arm": lambda act, _chair: SetLimbs(iv_arm=_text(act, "arm")),
    "cuff_arm": lambda act, _chair: SetLimbs(cuff=f"{_text(act, 'arm')} arm"),
    "mark": lambda act, _chair: Mark(_text(act, "event"), note=_text(act, "reason")),
    "standby": lambda act, _chair: Standby(_text(act, "reason")),
}
"""A word of `simulators.acts.DOES` → the act."""
