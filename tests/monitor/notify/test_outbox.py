"""What is told, to whom and when: decided from the alarms of a turn and what was told before."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import ChannelSettings, NotifySettings, Settings
from monitor.notify import Outbox, Outcome
from monitor.notify.messages import title_of
from monitor.store.delivery import Delivery, DeliveryRow
from monitor.store.snapshot import AlarmView, ChairView, Snapshot
from monitor.terms import Now, Priority
from tests.monitor.turn.clinic import BEGIN_MS, settings

PAGER = ChannelSettings("Pager", "json://127.0.0.1:1/token", "json://127.0.0.1:1")
MAIL = ChannelSettings("Mail", "mailto://127.0.0.1:1", "mailto://127.0.0.1:1")


def clinic(*channels: ChannelSettings, **more: object) -> Settings:
    notify = NotifySettings(channels=channels or (PAGER,), **more)  # type: ignore[arg-type]
    return settings(Path("store"), notify=notify)


class Story:
    """One clinic whose alarms are set by hand."""

    def __init__(self, of: Settings | None = None, known: list[DeliveryRow] | None = None) -> None:
        self.settings = of or clinic()
        self.outbox = Outbox(self.settings, known or [])
        self.journal: dict[str, DeliveryRow] = {row.id: row for row in known or []}
        self.at_s = 60.0

    @property
    def now(self) -> Now:
        return Now(BEGIN_MS + round(self.at_s * 1000), self.at_s)

    def turn(
        self, *alarms: AlarmView, after_s: float = 1, demo: bool = False, replay: bool = False
    ) -> list[DeliveryRow]:
        """A turn with these alarms on chair 1; return what is new or changed."""
        self.at_s += after_s
        chair = ChairView("1", "7", demo=demo, replay=replay, alarms=list(alarms))
        snapshot = Snapshot(1, self.now.utc_ms, "boot", "Test clinic", demo, 1.0, chairs=[chair])
        rows = self.outbox.tell(snapshot, self.now)
        self.journal.update({row.id: row for row in rows})
        return rows

    def answers(self, row: DeliveryRow, outcome: Delivery, error: str = "") -> None:
        self.outbox.settle([Outcome(row.id, outcome, row.attempts + 1, error)], self.now)

    def restart(self) -> Story:
        again = Story(self.settings, list(self.journal.values()))
        again.at_s = self.at_s
        return again


def alarm(**how: object) -> AlarmView:
    given: dict[str, object] = {"priority": "high", "outside": True} | how
    return AlarmView(
        id="a1", condition="sbp_high", kind="physiological", presence="on", since_ms=BEGIN_MS,
        text="SYS 184 ≥ 180", **given,
    )  # type: ignore[arg-type]  # fmt: skip


def test_an_escalated_alarm_is_told_once_with_its_place_value_and_age_and_no_name() -> None:
    story = Story()
    (row,) = story.turn(alarm())
    assert row.text == (
        "Chair 7: HIGH alarm for 61 s, unanswered (SYS 184 ≥ 180). Test clinic. "
        "Secondary system: look at the bedside monitor."
    )
    assert (row.channel, row.what, row.outcome, row.occurrence) == ("Pager", "called", "queued", "a1")
    story.answers(row, Delivery.SENT)
    (sent,) = story.turn(alarm())
    assert (sent.id, sent.outcome, sent.attempts) == (row.id, "sent", 1)
    assert story.turn(alarm()) == []


def test_each_alarm_says_who_was_told_and_whether_it_arrived() -> None:
    story = Story(clinic(PAGER, MAIL))
    view = alarm()
    pager, mail = story.turn(view)
    assert [(told.channel, told.outcome) for told in view.told] == [("Pager", "sending"), ("Mail", "sending")]
    story.answers(pager, Delivery.SENT)
    story.answers(mail, Delivery.FAILING, "connection refused")
    view = alarm()
    story.turn(view)
    assert [(told.channel, told.outcome) for told in view.told] == [("Pager", "sent"), ("Mail", "failed")]
    assert story.outbox.notices() == ["Mail cannot be told: connection refused"]
    story.answers(mail, Delivery.SENT)
    assert story.outbox.notices() == []


@pytest.mark.parametrize(
    "silent",
    [
        alarm(outside=False),
        alarm(priority="medium"),
        alarm(acknowledged_by="Dr. Ruiz", outside=False),
    ],
    ids=["not escalated", "below the configured priority", "already answered"],
)
def test_what_nobody_outside_need_hear_is_not_told(silent: AlarmView) -> None:
    assert Story().turn(silent) == []


def test_an_unanswered_alarm_is_told_again_after_a_while() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    story.answers(first, Delivery.SENT)
    story.turn(alarm())
    assert story.turn(alarm(), after_s=118) == []
    (again,) = story.turn(alarm(), after_s=1)
    assert (again.what, "for 181 s, still unanswered" in again.text) == ("again", True)


def test_what_is_still_on_its_way_is_not_told_again() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    story.answers(first, Delivery.FAILING, "no route")
    story.turn(alarm())
    assert story.turn(alarm(), after_s=500) == []


def test_a_rise_is_told_at_once() -> None:
    story = Story(clinic(PAGER, min_priority=Priority.MEDIUM))
    (first,) = story.turn(alarm(priority="medium"))
    story.answers(first, Delivery.SENT)
    _, rose = story.turn(alarm())
    assert (rose.what, "now HIGH" in rose.text) == ("rose", True)


def test_those_who_were_called_hear_who_answered_and_that_it_ended() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    story.answers(first, Delivery.SENT)
    _, answered = story.turn(alarm(acknowledged_by="Dr. Ruiz", outside=False), after_s=14)
    assert "Chair 7: answered by Dr. Ruiz after 75 s (SYS 184 ≥ 180)." in answered.text
    story.answers(answered, Delivery.SENT)
    story.turn(alarm(acknowledged_by="Dr. Ruiz", outside=False))
    (ended,) = story.turn()
    assert ended.text.startswith("Chair 7: ended (SYS 184 ≥ 180). Test clinic.")
    story.answers(ended, Delivery.SENT)
    assert [row.outcome for row in story.turn()] == ["sent"]
    assert story.turn() == []


def test_while_the_outside_is_called_a_nurses_acknowledgement_is_no_answer() -> None:
    story = Story()
    (row,) = story.turn(alarm(acknowledged_by="Dr. Ruiz"))
    assert (row.what, "61 s, acknowledged by Dr. Ruiz only (SYS" in row.text) == ("called", True)


def test_an_acknowledgement_that_expires_calls_anew() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    story.answers(first, Delivery.SENT)
    story.turn(alarm(acknowledged_by="Dr. Ruiz", outside=False))
    assert [row.what for row in story.turn(alarm()) if row.outcome == "queued"] == ["called"]


def test_what_was_not_sent_in_time_is_withdrawn_and_nobody_hears_of_its_end() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    (withdrawn,) = story.turn()
    assert (withdrawn.id, withdrawn.outcome) == (first.id, "withdrawn")
    story.answers(first, Delivery.WITHDRAWN)
    story.turn()
    assert story.turn() == []


def test_what_was_sent_while_it_was_withdrawn_is_taken_back() -> None:
    story = Story()
    (first,) = story.turn(alarm())
    story.turn()
    story.answers(first, Delivery.SENT)
    sent, ended = story.turn()
    assert (sent.id, sent.outcome, ended.what) == (first.id, "sent", "ended")


def test_a_restart_tells_nothing_twice_and_forgets_nothing() -> None:
    story = Story(clinic(PAGER, MAIL))
    pager, _mail = story.turn(alarm())
    story.answers(pager, Delivery.SENT)
    story.turn(alarm())
    again = story.restart()
    view = alarm()
    assert again.turn(view) == []
    assert [told.outcome for told in view.told] == ["sent", "sending"]
    rows = again.turn()
    assert [(row.channel, row.what, row.outcome) for row in rows] == [
        ("Pager", "ended", "queued"),
        ("Mail", "called", "withdrawn"),
    ]


def test_a_channel_that_is_gone_from_the_configuration_withdraws_its_messages() -> None:
    story = Story(clinic(PAGER, MAIL))
    story.turn(alarm())
    again = Story(clinic(PAGER), list(story.journal.values()))
    again.at_s = story.at_s
    (row,) = again.turn(alarm())
    assert (row.channel, row.outcome) == ("Mail", "withdrawn")


def test_a_simulated_chair_tells_nobody_unless_it_may_and_then_says_demo() -> None:
    assert Story().turn(alarm(), demo=True) == []
    (row,) = Story(clinic(PAGER, demo=True)).turn(alarm(), demo=True)
    assert row.text.startswith("DEMO · Chair 7: HIGH alarm")
    story = Story(clinic(PAGER, demo=True))
    (first,) = story.turn(alarm(), demo=True)
    story.answers(first, Delivery.SENT)
    assert story.turn(demo=True)[-1].text.startswith("DEMO · Chair 7: ended (SYS 184 ≥ 180). ")


def test_a_replayed_chair_tells_nobody_unless_it_may_and_then_says_replay() -> None:
    assert Story().turn(alarm(), demo=True, replay=True) == []
    (row,) = Story(clinic(PAGER, demo=True)).turn(alarm(), demo=True, replay=True)
    assert row.text.startswith("REPLAY · Chair 7: HIGH alarm")
    assert title_of(row.text) == "REPLAY · Chairside"


def test_only_the_configured_events_are_told() -> None:
    fault = alarm(outside=False, priority="medium")
    fault.condition = "monitor_fault"
    assert Story(clinic(PAGER, events=("escalated",))).turn(fault) == []
    assert [row.what for row in Story().turn(fault)] == ["called"]


STEP = st.one_of(
    st.builds(alarm, outside=st.booleans(), priority=st.sampled_from(["low", "medium", "high"]),
              acknowledged_by=st.sampled_from([None, "Dr. Ruiz"])),
    st.none(),
    st.sampled_from([Delivery.SENT, Delivery.FAILING, Delivery.FAILED, "restart"]),
)  # fmt: skip


@given(st.lists(STEP, max_size=30))
def test_whatever_happens_a_channel_has_one_message_of_an_alarm_on_its_way_and_none_is_sent_twice(
    steps: list[object],
) -> None:
    story = Story()
    sent: set[str] = set()
    standing: list[AlarmView] = []
    occurrences = 0
    for step in steps:
        if step == "restart":
            story = story.restart()
        elif isinstance(step, Delivery):
            waiting = [row for row in story.journal.values() if row.outcome in ("queued", "failing")]
            for row in waiting[-1:]:
                assert row.id not in sent
                story.answers(row, step)
                if step is Delivery.SENT:
                    sent.add(row.id)
        elif isinstance(step, AlarmView):
            occurrences += not standing  # what ended never comes back under its name
            standing = [msgspec.structs.replace(step, id=f"a{occurrences}")]
        else:
            standing = []
        story.turn(*standing)
        rows = story.journal.values()
        under_way = [row.occurrence for row in rows if row.outcome in ("queued", "failing")]
        assert len(under_way) == len(set(under_way))
        assert sent <= {row.id for row in rows if row.outcome == "sent"}
