"""Channels against real services: HTTP and SMTP, failing, slow, killed and started again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from monitor.clock import SystemClock
from monitor.config import ChannelSettings
from monitor.notify.apprise_url import AppriseSender
from monitor.notify.channel import Channel
from monitor.notify.outbox import Outcome
from monitor.store.delivery import Delivery, DeliveryRow
from tests.brokers import free_port, wait_until
from tests.monitor.notify.services import Mailbox, WebService

TEXT = "Chair 7: HIGH alarm for 60 s, unanswered (SYS 184 ≥ 180). Test clinic."


@pytest.fixture
def web() -> Iterator[WebService]:
    with WebService().running() as service:
        yield service


def row(number: int = 1, what: str = "called", text: str = TEXT) -> DeliveryRow:
    return DeliveryRow(f"a1/Pager/{number}", "a1", "7", None, "Pager", what, "high", text, 0, 0.0, "queued")


Open = Callable[[ChannelSettings], tuple[Channel, list[Outcome]]]


@pytest.fixture
def opened() -> Iterator[Open]:
    with contextlib.ExitStack() as stack:

        def start(settings: ChannelSettings) -> tuple[Channel, list[Outcome]]:
            said: list[Outcome] = []
            sender = AppriseSender(settings)
            channel = Channel(settings.name, sender, said.append, SystemClock().real_mono_s, (0.01, 0.05))
            channel.start()
            stack.callback(channel.stop)
            return channel, said

        yield start


def test_a_message_arrives_over_http(web: WebService, opened: Open) -> None:
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row())
    wait_until(lambda: said == [Outcome("a1/Pager/1", Delivery.SENT, 1)])
    assert [(post["title"], post["message"]) for post in web.posts] == [("Chairside", TEXT)]


def test_a_message_arrives_by_mail_and_its_subject_says_demo(opened: Open) -> None:
    box = Mailbox()
    with box.running(free_port()) as url:
        channel, said = opened(ChannelSettings("Mail", url))
        channel.put(row(text="DEMO · " + TEXT))
        wait_until(lambda: bool(said))
    assert said == [Outcome("a1/Pager/1", Delivery.SENT, 1)]
    mail = message_from_bytes(box.mails[0].content, policy=default)
    assert mail["Subject"] == "DEMO · Chairside"
    assert TEXT in mail.get_body(("plain",)).get_content().replace("\r\n", " ").replace("\n", " ")


def test_a_service_that_refuses_is_tried_until_it_takes_the_call(web: WebService, opened: Open) -> None:
    web.status = 503
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row())
    wait_until(lambda: len(said) >= 7)
    assert {outcome.outcome for outcome in said} == {Delivery.FAILING}
    web.status = 200
    wait_until(lambda: said[-1].outcome is Delivery.SENT)
    assert web.texts == [TEXT]
    assert said[-1].attempts == len(said)


def test_what_nobody_need_come_for_is_given_up(web: WebService, opened: Open) -> None:
    web.status = 503
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row(what="answered"))
    wait_until(lambda: said[-1:] != [] and said[-1].outcome is Delivery.FAILED)
    assert (said[-1].attempts, web.tries) == (5, 5)


def test_a_mail_server_that_refuses_is_quoted(opened: Open) -> None:
    box = Mailbox()
    box.refuse = True
    with box.running(free_port()) as url:
        channel, said = opened(ChannelSettings("Mail", url))
        channel.put(row())
        wait_until(lambda: bool(said))
        channel.withdraw("a1/Pager/1")
    assert said[0].outcome is Delivery.FAILING
    assert said[0].error


def test_a_message_that_fails_holds_up_no_other(web: WebService, opened: Open) -> None:
    web.status = 500
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row(1))
    wait_until(lambda: len(said) >= 1)
    channel.put(row(2))
    wait_until(lambda: {outcome.id for outcome in said} == {"a1/Pager/1", "a1/Pager/2"})


def test_what_is_withdrawn_is_not_sent(web: WebService, opened: Open) -> None:
    web.status = 500
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row())
    wait_until(lambda: len(said) >= 2)
    channel.withdraw("a1/Pager/1")
    wait_until(lambda: said[-1].outcome is Delivery.WITHDRAWN)
    tries = web.tries
    channel.put(row(2))
    wait_until(lambda: said[-1].id == "a1/Pager/2")
    assert {outcome.id for outcome in said[said.index(said[-1]) :]} == {"a1/Pager/2"}
    assert web.tries >= tries


def test_what_is_withdrawn_on_its_way_is_not_tried_again(web: WebService, opened: Open) -> None:
    web.gate.clear()
    web.status = 500
    channel, said = opened(ChannelSettings("Pager", web.url))
    channel.put(row())
    wait_until(lambda: web.tries == 1)
    channel.withdraw("a1/Pager/1")
    web.gate.set()
    wait_until(lambda: bool(said))
    assert [outcome.outcome for outcome in said] == [Delivery.WITHDRAWN]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("json://nora:hunter22@127.0.0.1:{port}/topsecret?+X-Key=mysterious", "json://127.0.0.1:{port}"),
        ("json://127.0.0.1:{port}/topsecret", "json://127.0.0.1:{port}"),
    ],
)
def test_no_error_shows_a_secret(url: str, where: str, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    sender = AppriseSender(ChannelSettings("Pager", url.format(port=port), where.format(port=port)))
    error = sender(TEXT)
    assert error
    shown = error + caplog.text
    for secret in ("hunter22", "topsecret", "mysterious"):
        assert secret not in shown


def test_a_slow_service_holds_up_nobody_who_puts(web: WebService, opened: Open) -> None:
    web.gate.clear()
    channel, said = opened(ChannelSettings("Pager", web.url))
    clock = SystemClock()
    began_s = clock.real_mono_s()
    for number in range(1, 200):
        channel.put(row(number))
    assert clock.real_mono_s() - began_s < 1
    assert said == []
    web.gate.set()
    wait_until(lambda: len(said) == 199, 30)


def test_an_end_does_not_wait_for_a_service_that_never_answers(web: WebService) -> None:
    web.gate.clear()
    said: list[Outcome] = []
    sender = AppriseSender(ChannelSettings("Pager", web.url))
    channel = Channel("Pager", sender, said.append, SystemClock().real_mono_s)
    channel.start()
    channel.put(row())
    wait_until(lambda: web.tries == 1)
    stopped = threading.Thread(target=channel.stop)
    stopped.start()
    stopped.join(5)
    assert not stopped.is_alive()
    web.gate.set()
