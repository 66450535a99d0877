"""clinic.toml: what is right is read whole, and of what is wrong everything is said at once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import MISSING, fields, replace
from pathlib import Path

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.catalogue import BUILT_IN, KINDS
from devices.model import MetricCode
from monitor.cli import main
from monitor.config import (
    BrokerSettings,
    ChairSettings,
    ConfigError,
    DeviceSettings,
    Fault,
    ServerSettings,
    UserSettings,
    listening_fault,
    load,
)
from monitor.config.keys import keys_of
from monitor.config.limit_keys import (
    BAND,
    LEAVE_GATE,
    PRESET,
    PRESSURE_FILTER,
    PRESSURE_RULE,
    QUALITY,
    SIDE,
    START_GATE,
)
from monitor.config.shapes import Absent
from monitor.limits import (
    Band,
    CuffSchedule,
    Estimator,
    ExpectedResponse,
    FilterSettings,
    LeaveGate,
    LimitPreset,
    PressureRule,
    QualityRule,
    StartGate,
    VitalLimits,
    default_preset,
)
from monitor.terms import Priority, Role, Vital

HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("2468")

CLINIC = f"""
[clinic]
name = "Test clinic"
site = "test"
[store]
path = "var"
[[chair]]
id = "1"
[[chair]]
id = "2"
label = "Window"
preset = "over_65"
[[device]]
id = "dinamap-1"
kind = "dinamap"
chair = "1"
port = "/dev/ttyUSB0"
metrics = ["nibp"]
[[device]]
id = "masimo-1"
kind = "masimo-ascii1"
chair = "1"
port = "/dev/ttyUSB1"
[[device]]
id = "monitor-2"
kind = "chairside-json"
chair = "2"
name = "Bedside monitor"
topic = "chairside/v1/test/window/monitor-2"
[[user]]
name = "ada"
display = "A. Admin"
role = "admin"
pin_hash = "{HASH}"
[[user]]
name = "nora"
role = "nurse"
pin_hash = "{HASH}"
"""


class Clinic:
    """A good clinic.toml to be spoiled."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "clinic.toml"
        self.path.write_text(CLINIC)

    def faults(self, *spoiled: tuple[str, str], more: str = "") -> list[Fault]:
        text = CLINIC
        for old, new in spoiled:
            assert old in text
            text = text.replace(old, new, 1)
        self.path.write_text(text + more)
        with pytest.raises(ConfigError) as caught:
            load(self.path)
        return caught.value.faults

    def fault(self, *spoiled: tuple[str, str], more: str = "") -> Fault:
        (fault,) = self.faults(*spoiled, more=more)
        assert fault.file == str(self.path)
        assert fault.remedy
        return fault


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)


def test_a_good_file_is_read_whole(clinic: Clinic) -> None:
    settings = load(clinic.path)
    assert (settings.name, settings.site) == ("Test clinic", "test")
    assert [(c.id, c.label, c.preset, c.simulated) for c in settings.chairs] == [
        ("1", "1", "default", False),
        ("2", "Window", "over_65", False),
    ]
    assert [(d.id, d.name, d.metrics) for d in settings.devices] == [
        ("dinamap-1", "dinamap-1", ("nibp",)),
        ("masimo-1", "masimo-1", ()),
        ("monitor-2", "Bedside monitor", ()),
    ]
    assert [(u.name, u.display, u.role) for u in settings.users] == [
        ("ada", "A. Admin", Role.ADMIN),
        ("nora", "nora", Role.NURSE),
    ]
    assert settings.store == clinic.path.parent / "var"
    assert settings.broker is not None
    assert (settings.broker.host, settings.broker.port) == ("127.0.0.1", 1883)
    assert settings.server.host == "127.0.0.1"
    assert settings.source == clinic.path
    assert (settings.demo, settings.speed, settings.demo_pins) == (False, 1, {}), "a file is never the demo"


def test_the_clinic_s_time_zone_is_one_that_is_known(clinic: Clinic) -> None:
    named = ('name = "Test clinic"', 'name = "Test clinic"\ntimezone = "Vienna"')
    assert load(clinic.path).timezone is None
    fault = clinic.fault(named)
    assert (fault.key, fault.expected) == ("clinic.timezone", "a time zone such as Europe/Vienna")
    clinic.path.write_text(CLINIC.replace(named[0], named[1].replace("Vienna", "Europe/Vienna"), 1))
    assert load(clinic.path).timezone == "Europe/Vienna"


def test_without_any_device_all_chairs_are_simulated(clinic: Clinic) -> None:
    clinic.path.write_text(re.sub(r"(?s)\[\[device\]\].*?(?=\[\[user)", "", CLINIC))
    settings = load(clinic.path)
    assert settings.broker is None
    assert [chair.simulated for chair in settings.chairs] == [True, True]


def test_a_chair_may_be_for_recordings_but_not_simulated_as_well(clinic: Clinic) -> None:
    text = CLINIC.replace("[[chair]]", "[[chair]]\nreplay = true", 1)
    clinic.path.write_text(text)
    assert [chair.origin for chair in load(clinic.path).chairs] == ["replay", "real"]
    clinic.path.write_text(text.replace("replay = true", "replay = true\nsimulated = true"))
    with pytest.raises(
        ConfigError, match=r"chair\[1\].replay: expected one of simulated and replay, found both"
    ):
        load(clinic.path)


def test_presets_exist_by_name_and_inherit_the_clinics_own_default(clinic: Clinic) -> None:
    clinic.path.write_text(
        CLINIC
        + "[limits.default]\nno_data_s = 12\n[limits.default.sbp_high.medium]\nlimit = 165\n"
        + "[limits.esketamine.map_high]\ndeadband = 0\n"
        + "[limits.esketamine.map_high.medium]\nlimit = 120\ndelay_s = 0\n"
        + '[limits.over_65.spo2_low.high]\nlimit = "off"\n'
    )
    presets = load(clinic.path).presets
    assert list(presets) == ["default", "treated_hypertension", "over_65", "esketamine"]
    assert presets["default"].high[Vital.SBP].bands[Priority.MEDIUM].limit == 165
    assert presets["default"].high[Vital.SBP].bands[Priority.MEDIUM].rise == 40, (
        "what is not said is inherited"
    )
    assert presets["treated_hypertension"] == replace(
        presets["default"], name="treated_hypertension", configured=False
    )
    esketamine = presets["esketamine"]
    assert esketamine.configured
    assert esketamine.no_data_s == 12
    assert esketamine.high[Vital.MAP].deadband == 0
    assert esketamine.high[Vital.MAP].bands[Priority.MEDIUM].limit == 120
    assert esketamine.high[Vital.MAP].bands[Priority.HIGH].limit is None
    assert presets["over_65"].low[Vital.SPO2].bands[Priority.HIGH].limit is None


def test_shipped_limits_keep_the_rules_that_the_file_must_keep(clinic: Clinic) -> None:
    """Writing every shipped number into the file changes nothing and breaks no rule."""
    preset, lines = default_preset(), []
    for side, sides in (("high", preset.high), ("low", preset.low)):
        for vital, limits in sides.items():
            lines.append(f"[limits.default.{vital}_{side}]\ndeadband = {limits.deadband}")
            for priority, band in limits.bands.items():
                limit = '"off"' if band.limit is None else band.limit
                lines.append(
                    f"[limits.default.{vital}_{side}.{priority}]\nlimit = {limit}\ndelay_s = {band.delay_s}"
                )
    clinic.path.write_text(CLINIC + "\n".join(lines))
    assert load(clinic.path).presets["default"] == preset


def test_the_rule_of_confirmation_can_be_changed_number_by_number(clinic: Clinic) -> None:
    clinic.path.write_text(
        CLINIC + "[limits.default.pressure_rule]\nhold_leap = false\nnear_high = [5, 3]\ndecide_s = 90\n"
        "[limits.over_65]\nconfirm_pressure = false\nworse_by = 15\n"
        '[limits.over_65.pressure_rule]\nleap_priority = "medium"\n'
    )
    presets = load(clinic.path).presets
    rule = PressureRule(hold_leap=False, near_high=(5, 3), decide_s=90)
    assert (presets["default"].confirm_pressure, presets["default"].pressure_rule) == (True, rule)
    over_65 = presets["over_65"]
    assert (over_65.confirm_pressure, over_65.worse_by, over_65.configured) == (False, 15, False)
    assert over_65.pressure_rule == replace(rule, leap_priority=Priority.MEDIUM)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("decide_s = 50", "decide_s"),
        ("running_cuff_s = 100", "running_cuff_s"),
        ("leap = 25", "leap"),
        ("near_high = [10]", "near_high"),
        ("leap_contradictions = 0", "leap_contradictions"),
        ("hold_leaps = true", "hold_leaps"),
        ('estimator = "oracle"', "estimator"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(clinic: Clinic, line: str, name: str) -> None:
    fault = clinic.fault(more=f"[limits.default.pressure_rule]\n{line}\n")
    assert fault.key == f"limits.default.pressure_rule.{name}"


def test_the_filter_can_be_chosen_and_changed_number_by_number(clinic: Clinic) -> None:
    clinic.path.write_text(
        CLINIC + '[limits.default.pressure_rule]\nestimator = "filter"\n'
        "[limits.default.pressure_filter]\nhigh = 0.25\nartifact_sd = [30, 20]\n"
        "[limits.over_65.pressure_filter]\nhypotheses = 8\n"
    )
    presets = load(clinic.path).presets
    settings = FilterSettings(high=0.25, artifact_sd=(30, 20))
    assert presets["default"].pressure_rule.estimator is Estimator.FILTER
    assert presets["default"].pressure_filter == settings
    assert presets["over_65"].pressure_filter == replace(settings, hypotheses=8)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("clear = 0.35", "clear"),
        ("medium = 0.1", "clear"),
        ("jump_share = 0", "jump_share"),
        ("hypotheses = 11", "hypotheses"),
        ("noise_variance = [0, 13]", "noise_variance"),
        ("rise = 12", "rise"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(clinic: Clinic, line: str, name: str) -> None:
    fault = clinic.fault(more=f"[limits.default.pressure_filter]\n{line}\n")
    assert fault.key == f"limits.default.pressure_filter.{name}"


def test_the_rules_of_quality_are_read_and_inherited(clinic: Clinic) -> None:
    clinic.path.write_text(
        CLINIC
        + "[limits.default.quality]\njump = [40, 25]\npulse_pressure = [8, 12, 20, 40]\n"
        + 'flat_hr_min = "off"\n[limits.over_65.quality]\nsystolic = [50, 250]\n'
    )
    presets = load(clinic.path).presets
    rule = presets["default"].quality
    assert (rule.jump, rule.pulse_pressure, rule.flat_hr_min) == ((40, 25), (8, 12, 20, 40), None)
    assert presets["over_65"].quality == replace(rule, systolic=(50, 250))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("systolic = [260, 40]", "systolic"),
        ("pulse_pressure = [10, 15, 30]", "pulse_pressure"),
        ("pulse_pressure_at = [200, 150, 100]", "pulse_pressure_at"),
        ("spare_systolic = 181", "spare_systolic"),
        ("spare_diastolic = 120", "spare_diastolic"),
        ("spare_low = 70", "spare_low"),
        ("jumps = [1, 2]", "jumps"),
    ],
)
def test_a_rule_of_quality_that_makes_no_sense_is_refused(clinic: Clinic, line: str, name: str) -> None:
    assert clinic.fault(more=f"[limits.default.quality]\n{line}\n").key == f"limits.default.quality.{name}"


def test_a_limb_is_one_that_people_have(clinic: Clinic) -> None:
    fault = clinic.fault(('kind = "dinamap"', 'kind = "dinamap"\nlimb = "left"'))
    assert (fault.key, fault.expected) == ("device[1].limb", "left arm | right arm | left leg | right leg")


SETTINGS = {
    "server": ServerSettings, "mqtt": BrokerSettings, "schedule": CuffSchedule,
    "response": ExpectedResponse, "chair": ChairSettings,
    "device": DeviceSettings, "user": UserSettings, PRESET: LimitPreset, PRESSURE_RULE: PressureRule,
    PRESSURE_FILTER: FilterSettings, SIDE: VitalLimits, BAND: Band, START_GATE: StartGate,
    LEAVE_GATE: LeaveGate, QUALITY: QualityRule,
}  # fmt: skip
FROM_ELSEWHERE = {
    "bands", "high", "low", "configured", "pressure_rule", "pressure_filter", "start_gate", "leave_gate",
    "quality",
}  # fmt: skip
"""Fields that no key sets: tables of their own, and what follows from the others."""


@pytest.mark.parametrize("table", SETTINGS)
def test_the_table_of_keys_and_the_settings_have_the_same_names_and_defaults(table: str) -> None:
    keys = keys_of(table)
    declared = {field.name: field.default for field in fields(SETTINGS[table])}
    assert keys.keys() - declared.keys() == set()
    assert declared.keys() - keys.keys() <= FROM_ELSEWHERE | ({"name"} if table == PRESET else set())
    for name, key in keys.items():
        if not isinstance(key.default, Absent) and declared[name] is not MISSING:
            default = tuple(key.default) if isinstance(key.default, list) else key.default
            assert default == declared[name], name


def test_every_fault_is_told_at_once(clinic: Clinic) -> None:
    faults = clinic.faults(
        ('site = "test"', 'site = "Bad Site"\ncolour = 3'),
        ('kind = "dinamap"', 'kind = "dinamapp"'),
        ('role = "nurse"', 'role = "boss"'),
        ('id = "2"', 'id = "1"'),
        more='[server]\nport = "8050"\n[servr]\n[limits.default.hr_high.high]\nlimit = 1000\n',
    )
    assert {fault.key for fault in faults} == {
        "clinic.site", "clinic.colour", "device[1].kind", "user[2].role", "chair[2].id", "device[3].chair",
        "server.port", "servr", "limits.default.hr_high.high.limit",
    }  # fmt: skip


def test_a_fault_reads_as_one_line(clinic: Clinic) -> None:
    fault = clinic.fault(('kind = "dinamap"', 'kind = "dinmap"'))
    assert str(fault) == (
        f"{clinic.path}: device[1].kind: expected {' | '.join(sorted(KINDS))}, "
        'found "dinmap"; did you mean dinamap?'
    )


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.doubt])
def test_a_kind_in_doubt_is_refused_with_its_doubt_until_it_is_accepted(clinic: Clinic, kind: str) -> None:
    cuff, behind_broker = MetricCode.NIBP in KINDS[kind].periods_s, KINDS[kind].transport == "mqtt"
    number, instead_of = (
        (3, "chairside-json") if behind_broker else (1, "dinamap") if cuff else (2, "masimo-ascii1")
    )
    spoiled = ((f'kind = "{instead_of}"', f'kind = "{kind}"'),)
    fault = clinic.fault(*spoiled)
    assert (fault.key, fault.found) == (f"device[{number}].kind", f'"{kind}"')
    assert "accept_doubt" in fault.expected
    assert KINDS[kind].doubt in fault.remedy
    clinic.path.write_text(CLINIC.replace(spoiled[0][0], f"{spoiled[0][1]}\naccept_doubt = true"))
    assert load(clinic.path).devices[number - 1].kind == kind


def test_the_shipped_kinds_in_doubt_are_these() -> None:
    assert {name for name, kind in BUILT_IN.items() if kind.doubt} == {
        *("nonin-1", "contec-5byte", "bci-5byte"),
        *("suntech", "gatt-2a35", "gatt-2a5e", "gatt-2a5f"),
    }


def test_a_cuff_is_started_only_where_the_file_says_so_and_the_device_can(clinic: Clinic) -> None:
    fault = clinic.fault(('kind = "masimo-ascii1"', 'kind = "masimo-ascii1"\nallow_cuff = true'))
    assert (fault.key, fault.found) == ("device[2].allow_cuff", '"masimo-ascii1"')
    assert fault.expected == "a kind whose cuff can be started: dinamap, berry-pm6750"
    clinic.path.write_text(CLINIC)
    assert not load(clinic.path).devices[0].allow_cuff
    clinic.path.write_text(CLINIC.replace('kind = "dinamap"', 'kind = "dinamap"\nallow_cuff = true'))
    assert load(clinic.path).devices[0].allow_cuff


def test_a_cuff_behind_a_broker_is_never_started_from_here(clinic: Clinic) -> None:
    fault = clinic.fault(('kind = "chairside-json"', 'kind = "chairside-json"\nallow_cuff = true'))
    assert fault.expected == "a device on a serial port of this computer"
    assert "could inflate a cuff when nobody means it any more" in fault.remedy


def test_a_dump_of_a_memory_is_never_a_device_of_a_chair(clinic: Clinic) -> None:
    fault = clinic.fault(('kind = "masimo-ascii1"', 'kind = "masimo-trend"'))
    assert (fault.expected, fault.found) == ("a kind that is live", "masimo-trend, which is history")


def test_line_settings_are_for_a_port_and_are_read(clinic: Clinic) -> None:
    topic = clinic.fault(('name = "Bedside monitor"', 'line = "4800 8O1"'))
    assert topic.key == "device[3].line"
    shape = clinic.fault(('port = "/dev/ttyUSB1"', 'port = "/dev/ttyUSB1"\nline = "4800"'))
    assert (shape.key, shape.expected) == ("device[2].line", "speed and frame, such as 19200 8O1")
    clinic.path.write_text(CLINIC.replace('ttyUSB1"', 'ttyUSB1"\nline = "4800 8O1"'))
    assert load(clinic.path).devices[1].line == "4800 8O1"


SPOILED = {
    "unknown key": (('path = "var"', 'path = "var"\npth = 1'), "store.pth", "path", '"pth"'),
    "unknown table": (("[store]", "[stor]"), "stor", "store", '"stor"'),
    "number for text": (('name = "Test clinic"', "name = 7"), "clinic.name", "text", "7"),
    "empty text": (('name = "Test clinic"', 'name = ""'), "clinic.name", "text", '""'),
    "key that must be there": (('name = "Test clinic"\n', ""), "clinic.name", "text", "nothing"),
    "preset that is unknown": (('"over_65"', '"over65"'), "chair[2].preset", "over_65", '"over65"'),
    "chair that is unknown": (('chair = "1"', 'chair = "13"'), "device[1].chair", "1 | 2", '"13"'),
    "device twice": (('id = "masimo-1"', 'id = "dinamap-1"'), "device[2].id", "no other", "device[1]"),
    "port twice": (("ttyUSB1", "ttyUSB0"), "device[2].port", "no other", "device[1]"),
    "user twice": (('name = "nora"', 'name = "ada"'), "user[2].name", "no other", "user[1]"),
    "metric of another kind": (('["nibp"]', '["ecg"]'), "device[1].metrics", "nibp", '"ecg"'),
    "metrics that are no list": (('["nibp"]', '"nibp"'), "device[1].metrics", "a list of text", '"nibp"'),
    "neither port nor topic": (('port = "/dev/ttyUSB0"\n', ""), "device[1]", "port or topic", "neither"),
    "both port and topic": (
        ('port = "/dev/ttyUSB0"', 'port = "/dev/ttyUSB0"\ntopic = "chairside/v1/test/a/b"'),
        "device[1]", "either port or topic", "both",
    ),
    "serial device with a topic": (
        ('port = "/dev/ttyUSB0"', 'topic = "chairside/v1/test/a/b"'), "device[1]", "a port", "a topic",
    ),
    "MQTT device with a port": (
        ('topic = "chairside/v1/test/window/monitor-2"', 'port = "COM3"'), "device[3]", "a topic", "a port",
    ),
    "topic too long": (("window/monitor-2", "window/monitor-2/obs"), "device[3].topic", "{gateway}", "/obs"),
    "topic with capitals": (("window/monitor-2", "Window/monitor-2"), "device[3].topic", "a–z", "Window"),
    "topic of another site": (("v1/test/", "v1/tset/"), "device[3].topic", "test", "tset"),
    "role that is unknown": (('"nurse"', '"boss"'), "user[2].role", "wall", '"boss"'),
    "nobody may act": (('"nurse"', '"wall"'), "user", "role nurse or anesthesia", "none"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_fault_names_its_key_what_was_expected_and_what_was_found(clinic: Clinic, name: str) -> None:
    spoiled, key, expected, found = SPOILED[name]
    fault = next(fault for fault in clinic.faults(spoiled) if fault.key == key)
    assert expected in fault.expected
    assert found in fault.found


def test_two_devices_may_not_claim_one_metric_of_a_chair(clinic: Clinic) -> None:
    faults = clinic.faults(('metrics = ["nibp"]\n', ""))
    assert {fault.key for fault in faults} == {"device[2].metrics"}
    assert {fault.found for fault in faults} == {"spo2 from dinamap-1 too", "pulse_rate from dinamap-1 too"}


def test_a_chair_in_single_brackets_is_explained(clinic: Clinic) -> None:
    faults = clinic.faults(('[[chair]]\nid = "1"\n[[chair]]\nid = "2"', '[chair]\nid = "1"'))
    assert "double brackets" in next(fault.remedy for fault in faults if fault.key == "chair")


def test_a_pin_in_the_place_of_its_hash_is_refused_and_not_repeated(clinic: Clinic) -> None:
    clinic.path.write_text(CLINIC.replace(HASH, "2468"))
    with pytest.raises(ConfigError) as caught:
        load(clinic.path)
    assert {fault.key for fault in caught.value.faults} == {"user[1].pin_hash", "user[2].pin_hash"}
    assert "2468" not in str(caught.value)


LIMITS = {
    "high limit under medium": (
        "sbp_high",
        "medium.limit = 165\nhigh.limit = 160",
        "sbp_high.high.limit",
        "above 165",
    ),
    "low limit over medium": (
        "hr_low",
        "medium.limit = 50\nhigh.limit = 51",
        "hr_low.high.limit",
        "below 50",
    ),
    "beyond what can be measured": ("spo2_low.high", "limit = 8", "spo2_low.high.limit", "50–100"),
    "immediate inside the limit": (
        "sbp_high.high",
        "immediate = 170",
        "sbp_high.high.immediate",
        "above 180",
    ),
    "sides that meet": ("hr_low.advisory", "limit = 100", "hr_low", "below 100"),
    "negative delay": ("sbp_high.high", "delay_s = -1", "sbp_high.high.delay_s", "0–600"),
    "infinite delay": ("sbp_high.high", "delay_s = inf", "sbp_high.high.delay_s", "0–600"),
    "no number": ("sbp_high.high", "limit = nan", "sbp_high.high.limit", "a number"),
    "yes for a number": ("sbp_high.high", "limit = true", "sbp_high.high.limit", "a number"),
    "unknown priority": ("sbp_high.urgent", "limit = 170", "sbp_high.urgent", "medium"),
    "unknown side": ("sbp_hihg", "deadband = 1", "sbp_hihg", "sbp_high"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_stand_in_their_order_and_within_what_can_be_measured(clinic: Clinic, name: str) -> None:
    table, line, key, expected = LIMITS[name]
    fault = clinic.fault(more=f"[limits.default.{table}]\n{line}\n")
    assert fault.key == f"limits.default.{key}"
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("table", "line", "key", "expected"),
    [
        ("start_gate", "systolic = 130", "start_gate.caution_systolic", "at most 130, as systolic"),
        ("start_gate", "heart_rate_high = 40", "start_gate.heart_rate_high", "a number 60–250 /min"),
        (
            "leave_gate",
            "heart_rate_low = 100\nheart_rate_high = 90",
            "leave_gate.heart_rate_low",
            "at most 90",
        ),
        ("leave_gate", "minimum = 30", "leave_gate.minimum", "minimum_min"),
    ],
)
def test_a_gate_has_its_numbers_in_order(
    clinic: Clinic, table: str, line: str, key: str, expected: str
) -> None:
    fault = clinic.fault(more=f"[limits.default.{table}]\n{line}\n")
    assert fault.key == f"limits.default.{key}"
    assert expected in fault.expected


def test_each_preset_has_gates_of_its_own(clinic: Clinic) -> None:
    clinic.path.write_text(
        CLINIC + "[limits.default.leave_gate]\nwithin_percent = 15\n"
        "[limits.esketamine.leave_gate]\nminimum_min = 120\n[limits.esketamine.start_gate]\nsystolic = 150\n"
    )
    presets = load(clinic.path).presets
    assert presets["esketamine"].leave_gate == LeaveGate(minimum_min=120, within_percent=15)
    assert presets["esketamine"].start_gate == StartGate(systolic=150)
    assert presets["over_65"].leave_gate == LeaveGate(within_percent=15)


def test_an_inherited_limit_may_be_passed_by_a_named_one(clinic: Clinic) -> None:
    clinic.path.write_text(CLINIC + "[limits.default.hr_high.medium]\nlimit = 100\n")
    bands = load(clinic.path).presets["default"].high[Vital.HR].bands
    assert (bands[Priority.LOW].limit, bands[Priority.MEDIUM].limit) == (110, 100)


def test_an_inherited_immediate_that_the_limit_has_passed_no_longer_applies(clinic: Clinic) -> None:
    clinic.path.write_text(CLINIC + "[limits.default.spo2_low.high]\nlimit = 79\n")
    band = load(clinic.path).presets["default"].low[Vital.SPO2].bands[Priority.HIGH]
    assert (band.limit, band.immediate, band.delay_s) == (79, None, 10)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "clinic.example"])
def test_listening_beyond_this_machine_needs_tls_or_a_proxy(clinic: Clinic, host: str) -> None:
    assert clinic.fault(more=f'[server]\nhost = "{host}"\n').key == "server.host"
    clinic.path.write_text(f'{CLINIC}[server]\nhost = "{host}"\nbehind_proxy = true\n')
    assert load(clinic.path).server.behind_proxy


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_listening_on_this_machine_needs_nothing(clinic: Clinic, host: str) -> None:
    clinic.path.write_text(f'{CLINIC}[server]\nhost = "{host}"\n')
    assert load(clinic.path).server.host == host


def test_tls_needs_both_files_and_they_must_exist(clinic: Clinic) -> None:
    server = '[server]\nhost = "0.0.0.0"\ntls_certificate = "chain.pem"\n'
    assert {fault.key for fault in clinic.faults(more=server)} == {
        "server.tls_key", "server.tls_certificate", "server.host",
    }  # fmt: skip
    made = certificate(clinic.path.parent)
    clinic.path.write_text(f'{CLINIC}{server}tls_key = "key.pem"\n')
    assert load(clinic.path).server.tls_key == made


def certificate(folder: Path) -> Path:
    """Make chain.pem and key.pem, beside a key of somebody else and one with a password; return the key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    for command in (
        f"req -x509 {curve} -nodes -days 2 -subj /CN=localhost -keyout key.pem -out chain.pem",
        "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:prime256v1 -out other.pem",
        "pkey -in key.pem -aes256 -passout pass:secret -out locked.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    (folder / "noise.pem").write_bytes(bytes(range(256)))
    return folder / "key.pem"


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("other.pem", "a key that belongs to another certificate"),
        ("locked.pem", "a key with a password"),
        ("noise.pem", "a file that holds no PEM"),
    ],
)
def test_a_key_that_cannot_be_served_with_is_named_before_anything_starts(
    clinic: Clinic, key: str, found: str
) -> None:
    certificate(clinic.path.parent)
    fault = clinic.fault(more=f'[server]\ntls_certificate = "chain.pem"\ntls_key = "{key}"\n')
    assert (fault.key, fault.found) == ("server.tls_key", found)


def test_the_demo_stays_on_this_machine_even_behind_a_proxy() -> None:
    expected = listening_fault("0.0.0.0", guarded=True, demo=True)
    assert expected is not None
    assert "PINs" in expected
    assert listening_fault("127.0.0.1", guarded=False, demo=True) is None


@pytest.mark.parametrize(
    ("spoiled", "key", "remedy"),
    [
        (('path = "var"', 'url = "postgresql://db/chairside"'), "store.url", "SQLite"),
        (('site = "test"', "speed = 20"), "clinic.speed", "chairside run --speed"),
        (('site = "test"', "demo = true"), "clinic.demo", "without a file"),
    ],
)
def test_who_looks_for_a_key_in_vain_is_told_what_there_is(
    clinic: Clinic, spoiled: tuple[str, str], key: str, remedy: str
) -> None:
    fault = next(fault for fault in clinic.faults(spoiled) if fault.key == key)
    assert remedy in fault.remedy


def test_a_store_that_is_a_file_or_lies_in_one_is_refused(clinic: Clinic) -> None:
    (clinic.path.parent / "taken").touch()
    for path in ("taken", "taken/deeper"):
        assert clinic.fault(('path = "var"', f'path = "{path}"')).key == "store.path"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_cannot_be_written_is_refused(clinic: Clinic) -> None:
    (clinic.path.parent / "locked").mkdir(mode=0o555)
    assert clinic.fault(('path = "var"', 'path = "locked"')).expected == "a folder that can be written"


def test_a_missing_file_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "absent.toml")
    (fault,) = caught.value.faults
    assert (fault.key, fault.found) == ("", "No such file or directory")


def test_a_slip_in_toml_is_named_by_line_and_column(clinic: Clinic) -> None:
    fault = clinic.fault(('name = "Test clinic"', "name = Test clinic"))
    assert "line 3, column 8" in fault.found


def test_text_that_is_not_utf8_is_one_fault(clinic: Clinic) -> None:
    clinic.path.write_bytes(CLINIC.replace("Window", "Wöndow").encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(clinic.path)


LINES = CLINIC.strip().splitlines()
STRAY = st.sampled_from(
    [
        *(
            "[server]",
            "[[server]]",
            "[[user]]",
            "[clinic.name]",
            "[store.url]",
            "[[limits]]",
            "[limits.default]",
        ),
        *("[limits.default.hr_low.low]", "limit = 55", "hr_low = 3", "low = 4", "port = 1", "chair = []"),
        *('topic = "x"', "metrics = [1]", "speed = 2", "demo = true", 'preset = "esketamine"'),
        *("id = 1979-05-27", "simulated = true"),
    ]
)


@given(lines=st.lists(st.one_of(st.sampled_from(LINES), STRAY), max_size=30))
def test_whatever_the_file_says_the_answer_is_settings_or_faults(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text("\n".join(lines))
    try:
        settings = load(path)
    except ConfigError as error:
        told = str(error).splitlines()
    else:
        told = [f"{settings.source}: expected chairs, found {len(settings.chairs)}; read on"]
    assert told
    assert all(re.fullmatch(r".+: expected .+, found .+; .+", line) for line in told)


def test_check_counts_what_is_there(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(clinic.path)]) == 0
    assert capsys.readouterr().out == "ok: 2 chairs, 3 devices, 2 users\n"


def test_check_prints_every_fault_and_returns_2(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    faults = clinic.faults(("over_65", "over_56"), ('role = "nurse"', 'role = "boss"'))
    assert main(["check", str(clinic.path)]) == 2
    assert capsys.readouterr().out.splitlines() == [str(fault) for fault in faults]
    assert main(["check", "--json", str(clinic.path)]) == 2
    assert [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()] == [
        f.key for f in faults
    ]


def hashed(pins: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor.cli", "user", "hash"]
    return subprocess.run(command, input=pins, capture_output=True, text=True, check=False)


def test_user_hash_prints_the_line_that_clinic_toml_needs() -> None:
    answer = hashed("13579\n13579\n")
    assert answer.returncode == 0
    line = tomllib.loads(answer.stdout)
    assert argon2.PasswordHasher().verify(line["pin_hash"], "13579")
    assert "13579" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("pins", ["123\n123\n", "1234\n1235\n", "", "12ab\n12ab\n", "１２３４\n１２３４\n"])
def test_user_hash_refuses_what_is_no_pin_and_says_why(pins: str) -> None:
    answer = hashed(pins)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "expected" in answer.stderr
    assert "found" in answer.stderr
