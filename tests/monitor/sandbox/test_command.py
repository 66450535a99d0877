"""`chairside replay --sessions`: a stored visit under other limits, and what is said of wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import main
from tests.monitor.turn.clinic import Clinic

LOOSE = """
[limits.default.sbp_high.medium]
limit = 220
rise = "off"
[limits.default.sbp_high.high]
limit = 230
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic") / "store"
    clinic = Clinic(folder)
    clinic.infuse()
    for pressure in ((182, 96), (183, 97), (128, 80), (127, 81)):
        clinic.run(61)
        clinic.cuff(*pressure)
        clinic.turn()
    clinic.close()
    return folder


def limits(tmp_path: Path, text: str) -> str:
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_visit_and_the_sum_as_json(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--sessions", str(store), "--limits", limits(tmp_path, LOOSE), "--json"]) == 0
    visit, summed = map(json.loads, capsys.readouterr().out.splitlines())
    assert visit["then"]["onsets"]["high"] == {"sbp_high": 1}
    assert visit["recorded"] == visit["then"]["audible"]
    assert visit["now"]["audible"] == 0
    (missed,) = visit["missed_high"]
    assert (missed["condition"], missed["value"], missed["limit"]) == ("sbp_high", 183, 180)
    assert (summed["sessions"], summed["infusions"], summed["missed_high"]) == (1, 1, 1)
    assert summed["then"]["per_infusion"] == summed["then"]["audible"]
    assert summed["now"]["per_infusion"] == 0


def test_the_table_names_what_would_be_missed(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--sessions", str(store), "--limits", limits(tmp_path, LOOSE)]) == 0
    said = capsys.readouterr().out
    assert "high alarms missed: 1" in said
    assert "sbp_high  value 183, limit 180" in said


def test_since_leaves_out_earlier_visits(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["replay", "--sessions", str(store), "--limits", limits(tmp_path, LOOSE), "--json"]
    assert main([*asked, "--since", "2999-01-01"]) == 0
    (summed,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert summed["sessions"] == 0
    assert summed["then"]["per_infusion"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOOSE.replace("230", "215"), "expected above 220, the limit of medium"),
        ("[limits.default.sbp_hihg.high]\nlimit = 150", "did you mean sbp_high?"),
        ("limit = 3", "expected a table [limits.…], found nothing"),
        ("[limits", "expected TOML"),
    ],
)
def test_limits_that_cannot_be_used_are_named(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert main(["replay", "--sessions", str(store), "--limits", limits(tmp_path, text)]) == 2
    assert said in capsys.readouterr().err


def test_what_is_missing_is_asked_for(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = limits(tmp_path, LOOSE)
    for asked, said in (
        (["--sessions", str(store)], "expected --limits"),
        (["--sessions", "all", "--limits", other], "expected --config"),
        (["--sessions", str(tmp_path / "nowhere"), "--limits", other], "no such file"),
        (["x.csv", "--sessions", str(store)], "expected one of a recording and --sessions"),
        ([], "expected one of a recording and --sessions"),
    ):
        assert main(["replay", *asked]) == 2
        assert said in capsys.readouterr().err
