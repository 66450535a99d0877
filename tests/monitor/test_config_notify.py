"""[notify]: channels whose secrets stay hidden, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import ConfigError, Fault, NotifySettings, load
from monitor.config.notify import where_of
from monitor.terms import Priority
from tests.monitor.test_config import CLINIC


def write(folder: Path, more: str) -> Path:
    path = folder / "clinic.toml"
    path.write_text(CLINIC + more)
    return path


def fault(folder: Path, more: str) -> Fault:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, more))
    (found,) = caught.value.faults
    return found


def test_without_a_word_nobody_outside_is_told(tmp_path: Path) -> None:
    assert load(write(tmp_path, "")).notify == NotifySettings()


def test_channels_are_read_with_their_secrets_from_wherever_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAIRSIDE_PAGER", "tgram://123456789:abcdefg_hijklmnop/12315544/")
    (tmp_path / "mail.url").write_text("mailto://nora:pass@example.org\nanything\n")
    text = (
        '[notify]\nmin_priority = "medium"\nevents = ["escalated"]\n'
        "repeat_s = 60\nno_station_s = 45\ndemo = true\n"
        '[[notify.channel]]\nname = "Pager"\nurl_env = "CHAIRSIDE_PAGER"\n'
        '[[notify.channel]]\nname = "Mail"\nurl_file = "mail.url"\n'
        '[[notify.channel]]\nname = "Web"\nurl = "json://web.example.org/token"\n'
    )
    notify = load(write(tmp_path, text)).notify
    assert [(c.name, c.where) for c in notify.channels] == [
        ("Pager", "tgram://…"),
        ("Mail", "mailto://example.org"),
        ("Web", "json://web.example.org"),
    ]
    assert notify.channels[1].url == "mailto://nora:pass@example.org"
    assert (notify.min_priority, notify.events) == (Priority.MEDIUM, ("escalated",))
    assert (notify.repeat_s, notify.no_station_s, notify.demo) == (60, 45, True)
    for secret in ("abcdefg", "pass", "token"):
        assert secret not in repr(notify)


def test_the_alarms_have_a_topic_and_a_client_of_their_own(tmp_path: Path) -> None:
    topics = load(write(tmp_path, "[notify.mqtt]\nenabled = true\n")).notify.mqtt
    assert topics is not None
    assert (topics.topic, topics.broker.client_id, topics.broker.port) == (
        "chairside/test/alarms",
        "chairside-alarms",
        1883,
    )


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[notify]\nmin_priority = "advisory"\n', "notify.min_priority"),
        ('[notify]\nevents = ["everything"]\n', "notify.events"),
        ("[notify]\nrepeat_s = 1\n", "notify.repeat_s"),
        ('[notify]\nmin_prio = "high"\n', "notify.min_prio"),
        ('[[notify.channel]]\nurl = "json://x/y"\n', "notify.channel[1].name"),
        ('[[notify.channel]]\nname = "P"\n', "notify.channel[1]"),
        ('[[notify.channel]]\nname = "P"\nurl = "json://x/y"\nurl_env = "HOME"\n', "notify.channel[1]"),
        ('[[notify.channel]]\nname = "P"\nurl_env = "NOT_SET_ANYWHERE"\n', "notify.channel[1].url_env"),
        ('[[notify.channel]]\nname = "P"\nurl_file = "absent"\n', "notify.channel[1].url_file"),
        ('[[notify.channel]]\nname = "P"\nurl = "json://x/y"\n' * 2, "notify.channel[2].name"),
        ('[notify]\nchannel = "json://x/y"\n', "notify.channel"),
        ('[notify.mqtt]\nenabled = true\ntopic = "ward/#"\n', "notify.mqtt.topic"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(tmp_path: Path, more: str, key: str) -> None:
    found = fault(tmp_path, more)
    assert found.key == key
    assert found.remedy


@pytest.mark.parametrize("url", ["bogus://nora:topsecret@example.org/hook", "topsecret", "tgram://topsecret"])
def test_a_url_that_cannot_be_used_is_refused_without_being_shown(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = fault(tmp_path, f'[[notify.channel]]\nname = "P"\nurl = "{url}"\n')
    assert found.key == "notify.channel[1].url"
    printed = capsys.readouterr()
    assert "topsecret" not in str(found) + caplog.text + printed.out + printed.err


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack://…"),
        ("mailtos://user:pass@mail.example.org:587?to=a@b.org", "mailtos://mail.example.org:587"),
        ("json://10.0.0.7/hook/secret", "json://10.0.0.7"),
        ("pover://user@token", "pover://…"),
    ],
)
def test_only_what_is_no_secret_is_shown(url: str, where: str) -> None:
    assert where_of(url) == where
