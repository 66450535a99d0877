"""docs/alarms.md shows the rules of signal quality as they ship."""

from __future__ import annotations

from pathlib import Path

from monitor.alarms.quality import words
from monitor.limits import QualityRule

TEXT = (Path(__file__).parents[4] / "docs" / "alarms.md").read_text("utf-8")
SECTION = TEXT.split("## Is it a measurement at all?\n")[1].split("\n## ")[0]
RULE = QualityRule()


def span(pair: tuple[float, float]) -> str:
    return f"{pair[0]:g}–{pair[1]:g}"


def test_the_table_is_the_rule_that_ships() -> None:
    rows = [
        tuple(cell.strip() for cell in line.split("|")[1:-1])
        for line in SECTION.splitlines()
        if line[:3] == "| `"
    ]
    low, middle, high = RULE.pulse_pressure_at
    pulse = RULE.pulse_pressure
    held = f"questionable for {RULE.sudden_hold_s:g} s, or until it is back"
    assert rows == [
        (f"`{words.IMPLAUSIBLE}`", "pressure", (f"systolic outside {span(RULE.systolic)}, diastolic outside "
         f"{span(RULE.diastolic)} or mean outside {span(RULE.mean)}"), "invalid"),
        (f"`{words.IMPLAUSIBLE}`", "pressure", (f"systolic no more than {RULE.apart:g} above diastolic, "
         "or mean not between the two"), "invalid"),
        (f"`{words.IMPLAUSIBLE}`", "pressure", (f"pulse pressure below {pulse[0]:g} (systolic < {low:g}), "
         f"{pulse[1]:g} (≤ {middle:g}), {pulse[2]:g} (≤ {high:g}) or {pulse[3]:g} (above)"), "invalid"),
        (f"`{words.UNLIKE_LAST}`", "pressure", (f"{RULE.jump[0]:g}/{RULE.jump[1]:g} or more from the last "
         f"accepted one of the last {RULE.jump_min:g} min, heart rate moved by less than {RULE.jump_rate:g}"),
         "questionable"),
        (f"`{words.MEAN_OFF}`", "pressure", (f"mean more than {RULE.mean_off:g} from a third of systolic and "
         "two of diastolic"), "questionable"),
        (f"`{words.PULSE_DIFFERS}`", "pressure",
         f"the cuff's pulse is more than {RULE.pulse_off:g} from the oximeter's", "questionable"),
        (f"`{words.LONG_CYCLE}`", "pressure", f"the cuff took more than {RULE.cycle_s:g} s", "questionable"),
        ("`movement`", "pressure", "the device says so", "questionable"),
        (f"`{words.IMPLAUSIBLE}`", "SpO2", f"below {RULE.spo2_least:g}", "questionable"),
        (f"`{words.LOW_PERFUSION}`", "SpO2", f"perfusion index below {RULE.perfusion_least:g}",
         "questionable"),
        (f"`{words.SUDDEN_DROP}`", "SpO2",
         f"fell by {RULE.spo2_drop:g} or more within {RULE.spo2_drop_s:g} s", held),
        (f"`{words.CUFF_RUNNING}`", "SpO2", "a cuff inflates on the same limb, or the limbs are not known",
         f"questionable for {RULE.cuff_arm_s:g} s"),
        (f"`{words.SUDDEN_CHANGE}`", "heart rate", (f"moved by {RULE.hr_change:g} or more within "
         f"{RULE.hr_change_s:g} s"), held),
        (f"`{words.SOURCES_DIFFER}`", "heart rate", (f"ECG and oximeter differ by more than "
         f"{RULE.sources_apart:g} for {RULE.sources_apart_s:g} s"), "questionable"),
    ]  # fmt: skip


def test_the_text_names_what_is_never_silenced_and_when_a_line_is_flat() -> None:
    for words_of_it in (
        f"a systolic of {RULE.spare_systolic:g} or more",
        f"a diastolic of {RULE.spare_diastolic:g} or more",
        f"a systolic below {RULE.spare_low:g} ",
        f"longer than {RULE.flat_spo2_min:g} min, while the heart rate",
        f"stays within {RULE.flat_hr_within:g} /min",
    ):
        assert words_of_it in SECTION, words_of_it
