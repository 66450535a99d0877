"""`chairside replay`: what it prints, what it refuses, and that plain comparisons agree with it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alarms.replay import Replay, Row
from monitor.cli import main
from monitor.cli.replay import rows
from monitor.limits import Band, LimitPreset, VitalLimits, default_preset
from monitor.terms import Baseline, Phase, Priority, Vital

COLUMNS = ["time_s", "hr", "spo2", "sbp", "dbp", "map"]
KEYS = ["t", "condition", "priority", "change", "value", "limit"]

PLAIN_TOML = """
[clinic]
name = "Test"
[[chair]]
id = "1"
[limits.default.spo2_low]
deadband = 0
clear_delay_s = 0
[limits.default.spo2_low.high]
limit = 80
delay_s = 0
[limits.default.spo2_low.medium]
delay_s = 0
"""


def write(path: Path, rows: list[dict[str, Any]], columns: list[str] = COLUMNS) -> str:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def brief(changes: list[dict[str, Any]]) -> list[str]:
    return [f"{c['t']:g} {c['condition']} {c['change']} {c['priority']}" for c in changes]


def run(
    rows: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> list[str]:
    assert main(["replay", write(tmp_path / "r.csv", rows), "--json", *options]) == 0
    return brief(said(capsys))


def test_a_line_has_exactly_these_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": t, "spo2": 84} for t in range(2, 14)]
    assert main(["replay", write(tmp_path / "r.csv", rows), "--json"]) == 0
    (change,) = said(capsys)
    assert list(change) == KEYS
    assert change == {
        "t": 12.0,
        "condition": "spo2_low",
        "priority": "high",
        "change": "raised",
        "value": 84.0,
        "limit": 85.0,
    }


def test_a_desaturation_with_a_dropout_in_its_middle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values: list[Any] = [97] * 5 + [84] * 5 + [""] * 30 + [84] * 5 + [97] * 20
    rows = [{"time_s": t, "spo2": v} for t, v in enumerate(values)]
    assert run(rows, tmp_path, capsys) == [
        "15 spo2_low raised high",
        "19 no_data_spo2 raised low",
        "40 no_data_spo2 cleared low",
        "55 spo2_low cleared high",
    ]


@pytest.mark.parametrize("off", ["0", "", "-100", "101", "nan", "NaN", "inf", "127"])
def test_a_probe_off_is_never_a_reading(off: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": t, "spo2": 97 if t < 5 or t > 30 else off} for t in range(40)]
    assert run(rows, tmp_path, capsys) == ["14 no_data_spo2 raised low", "31 no_data_spo2 cleared low"]


def test_no_data_counts_from_the_first_cell_that_is_not_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"time_s": t, "hr": "0" if t == 20 else ""} for t in range(40)]
    assert run(rows, tmp_path, capsys) == ["30 no_data_hr raised low"]


def test_a_column_that_stays_empty_is_not_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([{"time_s": t} for t in range(120)], tmp_path, capsys) == []


def test_a_clock_that_steps_back_loses_no_delay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = [*range(100, 106), *range(50, 60)]
    rows = [{"time_s": t, "spo2": 84} for t in times]
    assert main(["replay", write(tmp_path / "r.csv", rows), "--json"]) == 0
    changes = said(capsys)
    assert brief(changes) == [
        "50 clock_step raised low",
        "51 clock_step cleared low",
        "55 spo2_low raised high",
    ]
    assert (changes[0]["value"], changes[0]["limit"]) == (-55.0, None)


def test_equal_pressures_in_a_row_are_one_cuff_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[dict[str, Any]] = [{"time_s": t, "sbp": 185, "dbp": 80, "map": 110} for t in range(300)]
    rows[100] = {"time_s": 100}
    assert run(rows, tmp_path, capsys) == ["0 sbp_high raised high"]


def test_a_pressure_without_its_mean_is_a_result_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"time_s": 0, "map": 60}, {"time_s": 60, "sbp": 185, "dbp": 80}, {"time_s": 120, "map": 90}]
    assert run(rows, tmp_path, capsys) == [
        "0 map_low raised medium",
        "60 sbp_high raised high",
        "120 map_low cleared medium",
    ]


def test_a_failed_cuff_written_as_zeros_clears_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cuffs = [(185, 115, 140), (0, 0, 0), (120, 80, 93)]
    rows = [{"time_s": 300 * n, "sbp": s, "dbp": d, "map": m} for n, (s, d, m) in enumerate(cuffs)]
    assert run(rows, tmp_path, capsys) == [
        "0 dbp_high raised high",
        "0 sbp_high raised high",
        "600 dbp_high cleared high",
        "600 sbp_high cleared high",
    ]


def test_advisories_are_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": 300 * n, "sbp": v} for n, v in enumerate([152, 165, 185, 151, 120])]
    assert main(["replay", write(tmp_path / "r.csv", rows), "--json"]) == 0
    changes = said(capsys)
    assert brief(changes) == [
        "300 sbp_high raised medium",
        "600 sbp_high priority high",
        "900 sbp_high cleared high",
    ]
    assert [(c["value"], c["limit"]) for c in changes] == [(165, 160), (185, 180), (151, 180)]


def test_relative_limits_need_a_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": 0, "sbp": 147, "dbp": 80}]
    assert run(rows, tmp_path, capsys) == []
    assert run(rows, tmp_path, capsys, "--baseline", "105/75") == ["0 sbp_high raised medium"]
    assert run(rows, tmp_path, capsys, "--baseline", "105/75", "--phase", "seated") == []


def test_pressures_are_confirmed_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": t, "sbp": 185 if t >= 300 else 121, "dbp": 75} for t in range(600)]
    assert run(rows, tmp_path, capsys) == ["300 sbp_high raised high"]
    assert run(rows, tmp_path, capsys, "--confirm") == [
        "300 sbp_high raised low",
        "420 sbp_high priority high",
    ]


def test_a_slow_baseline_heart_lowers_its_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"time_s": t, "hr": 47} for t in range(30)]
    assert run(rows, tmp_path, capsys, "--baseline", "121/75/62") == ["15 hr_low raised medium"]
    assert run(rows, tmp_path, capsys, "--baseline", "121/75/55") == []


def test_a_delay_that_ends_between_two_rows_is_told_at_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"time_s": 0, "spo2": 84}, {"time_s": 60.5, "spo2": 97}]
    assert run(rows, tmp_path, capsys) == [
        "10 no_data_spo2 raised low",
        "10 spo2_low raised high",
        "60.5 no_data_spo2 cleared low",
    ]


def test_columns_come_in_any_order_and_further_ones_are_ignored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("\ufeffnote, SpO2 ,time_s\nx,79,1\n\ny,,2,more\n,79\n", encoding="utf-8")
    assert main(["replay", str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert brief([json.loads(line) for line in out.splitlines()]) == ["1 spo2_low raised high"]
    assert "line 5, column time_s: expected seconds, got nothing" in err


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: expected a header with the column time_s, got nothing"),
        ("1,2,3\n", "line 1: expected a header with the column time_s, got 1, 2, 3"),
        ("time_s;hr\n1;2\n", "line 1: expected a header with the column time_s, got time_s;hr"),
        ("time_s,hr,hr\n", "line 1: expected column hr once, got it 2 times"),
        ("time_s,hr\n1,70\n2,abc\n", "line 3, column hr: expected a number or nothing, got 'abc'"),
        ("time_s,hr\n1,7_0\n", "line 2, column hr: expected a number or nothing, got '7_0'"),
        ("time_s,hr\nnan,70\n", "line 2, column time_s: expected seconds, got nothing"),
        ("time_s,hr\ninf,70\n", "line 2, column time_s: expected seconds, got inf"),
        ("time_s,hr\n12:30,70\n", "line 2, column time_s: expected a number or nothing, got '12:30'"),
        ('time_s,hr\n1,"' + "7" * 200_000, "expected comma-separated UTF-8 text, got field larger"),
    ],
)
def test_unreadable_recordings_are_refused_with_their_place(
    text: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["replay", str(path), "--json"]) == 2
    assert f"{path}" in (err := capsys.readouterr().err)
    assert fault in err


def test_bytes_that_are_no_text_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"time_s,hr\n1,\xff\n")
    assert main(["replay", str(path)]) == 2
    assert "expected comma-separated UTF-8 text" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["absent.csv", "."])
def test_a_file_that_cannot_be_opened_is_refused(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", path]) == 2
    assert f"{path}: expected a readable file" in capsys.readouterr().err


@pytest.mark.parametrize("baseline", ["121", "75/121", "a/b", "121/0", "1/2/3/4", "nan/75"])
def test_a_baseline_that_is_none_is_refused(baseline: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["replay", "r.csv", "--baseline", baseline])
    assert exit_.value.code == 2
    assert "expected SYS/DIA" in capsys.readouterr().err


def test_a_phase_in_which_nobody_sits_there_is_refused() -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["replay", "r.csv", "--phase", "left"])
    assert exit_.value.code == 2


def test_limits_and_delays_come_from_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "clinic.toml"
    config.write_text(PLAIN_TOML, encoding="utf-8")
    rows = [{"time_s": t, "spo2": v} for t, v in enumerate([90, 89, 80, 79, 80, 97])]
    assert run(rows, tmp_path, capsys, "--config", str(config)) == [
        "1 spo2_low raised medium",
        "3 spo2_low priority high",
        "4 spo2_low priority medium",
        "5 spo2_low cleared medium",
    ]


def test_a_faulty_configuration_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "clinic.toml"
    config.write_text("[limits.default.spo2_low.high]\nlimit = 'low'\n", encoding="utf-8")
    recording = write(tmp_path / "r.csv", [{"time_s": 1}])
    assert main(["replay", recording, "--config", str(config)]) == 2
    assert "limits.default.spo2_low.high.limit" in capsys.readouterr().err


def test_without_json_a_table_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", write(tmp_path / "r.csv", [{"time_s": 1.5, "spo2": 79}])]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == ["t", "change", "priority", "condition", "value", "limit"]
    assert line.split() == ["1.5", "raised", "high", "spo2_low", "79", "85"]


def test_a_recording_streams_from_standard_input() -> None:
    command = [sys.executable, "-m", "monitor.cli", "replay", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("time_s,spo2\n1,79\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["condition"] == "spo2_low"
        process.stdin.close()
        assert process.wait(timeout=20) == 0


# The plain comparison: written from the rules alone, knowing nothing of the engine.

ABSOLUTE: dict[str, tuple[str, str, list[tuple[str, float]]]] = {
    "hr_high": ("hr", ">", [("high", 140), ("medium", 120), ("low", 110)]),
    "hr_low": ("hr", "<", [("high", 40), ("medium", 50)]),
    "spo2_low": ("spo2", "<", [("high", 85), ("medium", 90), ("low", 94)]),
    "sbp_high": ("sbp", ">=", [("high", 180), ("medium", 160)]),
    "sbp_low": ("sbp", "<", [("high", 80), ("medium", 90)]),
    "dbp_high": ("dbp", ">=", [("high", 110), ("medium", 100)]),
    "map_low": ("map", "<", [("high", 55), ("medium", 65), ("low", 70)]),
}
LOWEST_HIGHEST = {"hr": (1, 300), "spo2": (1, 100), "sbp": (1, 300), "dbp": (1, 300), "map": (1, 300)}
NO_DATA_S = 4


def plain_comparison(rows: list[dict[str, float | None]]) -> Iterator[tuple[float, str, str, str]]:
    standing: dict[str, str] = {}
    last_cuff: tuple[float | None, ...] | None = None
    last_seen: dict[str, float] = {}
    for row in rows:
        fresh = dict(row)
        cuff = (row["sbp"], row["dbp"], row["map"])
        if cuff == last_cuff:
            fresh |= {"sbp": None, "dbp": None, "map": None}
        elif cuff != (None, None, None):
            last_cuff = cuff
        said: list[tuple[str, str | None]] = []
        for condition, (vital, sign, limits) in ABSOLUTE.items():
            value = fresh[vital]
            lowest, highest = LOWEST_HIGHEST[vital]
            if value is None or not lowest <= value <= highest:
                continue
            met = {">": value.__gt__, "<": value.__lt__, ">=": value.__ge__}[sign]
            said.append((condition, next((p for p, limit in limits if met(float(limit))), None)))
        for vital in ("hr", "spo2"):
            value = row[vital]
            if value is not None:
                last_seen.setdefault(vital, row["time_s"] or 0)
                lowest, highest = LOWEST_HIGHEST[vital]
                if lowest <= value <= highest:
                    last_seen[vital] = row["time_s"] or 0
            if vital in last_seen:
                silent = (row["time_s"] or 0) - last_seen[vital] >= NO_DATA_S
                said.append((f"no_data_{vital}", "low" if silent else None))
        for condition, priority in sorted(said):
            before = standing.pop(condition, None)
            if priority is not None:
                standing[condition] = priority
            if before != priority:
                change = "raised" if before is None else "cleared" if priority is None else "priority"
                yield row["time_s"] or 0, condition, change, priority or before or ""


def plain_preset() -> LimitPreset:
    """The default limits with every delay and deadband at zero."""

    def plain(sides: dict[Vital, VitalLimits]) -> dict[Vital, VitalLimits]:
        return {
            vital: VitalLimits({p: Band(b.limit) for p, b in limits.bands.items()})
            for vital, limits in sides.items()
        }

    preset = default_preset()
    return replace(
        preset,
        high=plain(preset.high),
        low=plain(preset.low),
        no_data_s=NO_DATA_S,
        technical_medium_s=None,
        confirm_pressure=False,
    )


def cell(lowest: int, highest: int) -> st.SearchStrategy[float | None]:
    return st.none() | st.integers(lowest, highest).map(float) | st.sampled_from([0.0, 301.0])


RECORDING = st.lists(
    st.fixed_dictionaries(
        {"hr": cell(35, 145), "spo2": cell(82, 100)}
        | {"sbp": cell(75, 185), "dbp": cell(60, 115), "map": cell(50, 120)}
    )
    | st.just(dict.fromkeys(COLUMNS[1:])),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(recording=RECORDING, start=st.integers(0, 2_000_000_000))
def test_without_delays_and_deadbands_replay_is_a_plain_comparison(
    recording: list[dict[str, float | None]], start: int
) -> None:
    rows: list[dict[str, float | None]] = [
        {"time_s": float(start + n)} | row for n, row in enumerate(recording)
    ]
    engine = Replay(plain_preset(), Phase.INFUSION, None)
    found = [
        (c.t, c.condition, c.change, str(c.priority))
        for row in rows
        for c in engine.feed(Row(float(start) if row["time_s"] is None else row["time_s"], _values(row)))
    ]
    assert found == list(plain_comparison(rows))


@settings(max_examples=30, deadline=None)
@given(recording=RECORDING, steps=st.lists(st.integers(-5, 20), min_size=60, max_size=60))
def test_no_step_of_the_clock_breaks_the_life_of_an_alarm(
    recording: list[dict[str, float | None]], steps: list[int]
) -> None:
    engine = Replay(default_preset(), Phase.INFUSION, Baseline(121, 75))
    standing: dict[str, Priority] = {}
    time_s = 1000.0
    for n, (row, given_step) in enumerate(zip(recording, steps, strict=False)):
        step = given_step if n else 0
        time_s += step
        for change in engine.feed(Row(time_s, _values(row))):
            before = standing.pop(change.condition, None)
            assert (before is None) is (change.change == "raised")
            if change.change == "cleared":
                assert change.priority is before
            else:
                assert change.priority is not before
                standing[change.condition] = change.priority
        assert ("clock_step" in standing) is (step < 0) or step == 0


def _values(row: dict[str, float | None]) -> dict[Vital, float | None]:
    return {vital: row[vital] for vital in Vital}


def test_rows_need_no_file() -> None:
    assert list(rows(io.StringIO("time_s,hr\n1,70\n2,\n"), "r")) == [
        Row(1, {Vital.HR: 70}),
        Row(2, {Vital.HR: None}),
    ]
