"""chairside notify test, against a real service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli import main
from tests.brokers import free_port
from tests.monitor.notify.services import WebService
from tests.monitor.test_config import CLINIC


@pytest.fixture
def web() -> Iterator[WebService]:
    with WebService().running() as service:
        yield service


def clinic(folder: Path, **urls: str) -> str:
    path = folder / "clinic.toml"
    lines = (f'[[notify.channel]]\nname = "{name}"\nurl = "{url}"\n' for name, url in urls.items())
    path.write_text(CLINIC + "".join(lines))
    return str(path)


def test_each_channel_gets_a_message_that_says_test(
    web: WebService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notify", "test", "--config", clinic(tmp_path, Pager=web.url)]) == 0
    assert web.texts == [
        "TEST, no alarm: Test clinic can reach you here. Secondary system: look at the bedside monitor."
    ]
    assert capsys.readouterr().out == f"Pager (json://127.0.0.1:{web.port}): sent\n"


def test_one_that_fails_is_named_and_told_by_the_exit_code(
    web: WebService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = clinic(tmp_path, Pager=web.url, Dead=f"json://127.0.0.1:{free_port()}/topsecret")
    assert main(["notify", "test", "--config", config]) == 1
    printed = capsys.readouterr()
    assert "Pager (json://127.0.0.1" in printed.out
    assert "failed: " in printed.out
    assert "topsecret" not in printed.out + printed.err
    assert main(["notify", "test", "--config", config, "--channel", "Pager"]) == 0
    assert len(web.texts) == 2


def test_without_a_channel_of_that_name_nothing_is_tried(
    web: WebService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notify", "test", "--config", clinic(tmp_path, Pager=web.url), "--channel", "Pagr"]) == 2
    assert "expected one of Pager" in capsys.readouterr().err
    assert main(["notify", "test", "--config", clinic(tmp_path)]) == 2
    assert "found none" in capsys.readouterr().err
    assert web.tries == 0
