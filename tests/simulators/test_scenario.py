"""Scenario files: those shipped, and what is said about a wrong one."""

import re
from pathlib import Path

import pytest

from simulators.control import command
from simulators.faults import FaultKind
from simulators.physiology import PRESETS, Patient
from simulators.scenario import KINDS, PHASES, load, shipped
from simulators.tables import ScenarioFault
from tests.simulators.conftest import EPOCH_MS


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_loads_and_says_what_it_is(name):
    scenario = load(name)
    assert scenario.description
    assert scenario.chairs


def test_the_demo_clinic_shows_everything_at_once():
    demo = load("demo_clinic")
    devices = [device for chair in demo.chairs for device in chair.devices]
    assert len(demo.chairs) == 12
    assert sum(chair.visit is None for chair in demo.chairs) >= 2
    assert {chair.visit.phase for chair in demo.chairs if chair.visit} == set(PHASES)
    assert any(chair.patient and chair.patient.preset == "hypertensive" for chair in demo.chairs)
    assert {fault.kind for fault in demo.faults} == {"probe_off", "silent"}
    assert {device.kind for device in devices} == {"dinamap", "masimo-ascii1", "chairside-json"}
    assert all(device.id.startswith("demo-") for device in devices)
    assert all((device.port is None) != (device.topic is None) for device in devices)
    assert all(chair.measuring("cuff") and chair.measuring("oximetry") for chair in demo.chairs)
    assert load("demo_clinic") == demo


def test_the_compose_clinic_needs_no_serial_port():
    topics = [device.topic for chair in load("mqtt_clinic").chairs for device in chair.devices]
    assert all(topic and topic.startswith("chairside/v1/demo/gw-demo/") for topic in topics)


def test_a_visit_has_all_its_phases_behind_it(scenario_of):
    scenario = scenario_of(
        '[chair.1]\npatient = { label = "A. B.", seed = 1 }\n'
        'visit = { phase = "recovery", minute = 10, of = 50 }\ndevices = []'
    )
    begun = dict(scenario.chairs[0].visit.phases(EPOCH_MS))
    assert list(begun) == ["seated", "baseline", "infusion", "recovery"]
    assert begun["recovery"] == EPOCH_MS - 10 * 60_000
    assert begun["infusion"] == EPOCH_MS - 60 * 60_000


@pytest.mark.parametrize("phase", PHASES)
def test_the_present_phase_began_as_many_minutes_ago_as_the_file_says(scenario_of, phase):
    scenario = scenario_of(
        '[chair.1]\npatient = { label = "A. B.", seed = 1 }\n'
        f'visit = {{ phase = "{phase}", minute = 2.5 }}\ndevices = []'
    )
    *earlier, (last, began_ms) = scenario.chairs[0].visit.phases(EPOCH_MS)
    assert (last, began_ms) == (phase, EPOCH_MS - 150_000)
    assert [at for _, at in earlier] == sorted(at for _, at in earlier)


CHAIR = '[chair.1]\ndevices = [{ id = "ox", kind = "masimo-ascii1" }]\n'
PATIENT = '[chair.1]\npatient = { label = "A. B.", seed = 1 }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            PATIENT.replace("seed = 1", "seed = 1, medication = ['aspirin']") + "devices = []",
            "chair.1.patient.medication: expected a list of antihypertensive, beta_blocker, ssri, got",
        ),
        (
            PATIENT.replace("seed = 1", "seed = 1, age = 12, sex = 'f'") + "devices = []",
            "chair.1.patient.age: expected a whole number from 18 to 100, got 12",
        ),
        (
            PATIENT.replace("seed = 1", "seed = 1, baseline = { systolic = 90, diastolic = 85 }")
            + "devices = []",
            "chair.1.patient.baseline.diastolic: expected at least 12 below systolic, got 85",
        ),
        (
            PATIENT.replace("seed = 1", "seed = 1, event = { kind = 'cough', minute = 3 }") + "devices = []",
            "chair.1.patient.event.kind: expected one of vasovagal, bradycardia, desaturation, anxiety, got",
        ),
        (
            CHAIR + '[[given]]\nchair = "1"\nwhat = "bolus"\nat_min = 2\namount = 5',
            "given[0].amount: expected a number from 0.01 to 1, got 5",
        ),
        ("", "chair: expected at least one chair, got nothing"),
        ("chair = 3", "chair: expected a table, got 3"),
        ('[chair.1]\ncolour = "red"', "chair.1.colour: expected one of devices, label, patient, room, visit"),
        ("[chair.1]\ndevices = 5", "chair.1.devices: expected a list of tables, got 5"),
        (
            '[chair.1]\ndevices = [{ id = "d", kind = "philips" }]',
            "chair.1.devices[0].kind: expected one of dinamap",
        ),
        (
            '[chair.1]\ndevices = [{ kind = "dinamap" }]',
            "chair.1.devices[0].id: expected a text, got nothing",
        ),
        ('[chair.1]\ndevices = [{ id = "v", kind = "chairside-json" }]', "devices[0].topic: expected a text"),
        (PATIENT + 'visit = { phase = "asleep" }', "chair.1.visit.phase: expected one of seated, baseline"),
        (
            PATIENT + 'visit = { phase = "infusion", minute = "ten" }',
            "visit.minute: expected a number from 0 to 240",
        ),
        (
            PATIENT + 'visit = { phase = "infusion", of = true }',
            "visit.of: expected a whole number from 20 to 120",
        ),
        (PATIENT, "chair.1.visit.phase: expected one of seated"),
        ('[chair.1]\nvisit = { phase = "seated" }', "chair.1.patient.label: expected a text, got nothing"),
        (
            '[chair.1]\ndevices = [{ id = "a", kind = "masimo-ascii1", measures = ["cuff"] }]',
            "no cuff on an oximeter",
        ),
        (
            CHAIR.replace(" }]", ' }, { id = "b", kind = "chairside-json", topic = "b" }]'),
            "chair.1.devices: expected one device that measures oximetry, got ['ox', 'b']",
        ),
        (CHAIR + CHAIR.replace(".1", ".2"), "a different id for every device"),
        (
            CHAIR + '[[faults]]\ndevice = "ox"\nkind = "cuff_failure"\nevery_min = 5\nfor_s = 10',
            "dribble, flood, drop, duplicate, reorder, got 'cuff_failure'",
        ),
        (
            CHAIR + '[[faults]]\ndevice = "xx"\nkind = "silent"\nevery_min = 5\nfor_s = 10',
            "faults[0].device: expected one of ox, got 'xx'",
        ),
        (
            CHAIR + '[[faults]]\ndevice = "ox"\nkind = "silent"\nevery_min = 1\nfor_s = 90',
            "faults[0].for_s: expected a number from 1 to 60, got 90",
        ),
        ("[chair.1", "expected a readable TOML file, got: "),
    ],
)
def test_a_wrong_file_is_named_with_key_expected_and_got(scenario_of, text, message):
    with pytest.raises(ScenarioFault) as caught:
        scenario_of(text)
    assert "small.toml: " in str(caught.value)
    assert message in str(caught.value)


def test_all_faults_are_named_at_once(scenario_of):
    with pytest.raises(ScenarioFault) as caught:
        scenario_of(PATIENT + 'visit = { phase = "x", minute = -1 }\nroom = 5\ndevices = []')
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("name", ["no_such", "/no/such/file.toml"])
def test_a_scenario_that_is_not_there(name):
    with pytest.raises(ScenarioFault, match=r"no_such|no/such"):
        load(name)


MANUAL = Path(__file__).parents[2] / "docs" / "simulator.md"


def examples(language):
    return re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_scenario_of_the_manual_loads(tmp_path):
    (tmp_path / "two.toml").write_text(examples("toml")[0], encoding="utf-8")
    assert len(load(tmp_path / "two.toml").chairs) == 2


def test_the_control_lines_of_the_manual_are_understood():
    seated, empty, give = (command(line.encode()) for line in examples("json")[0].splitlines())
    assert seated.occupancy(None).infusion.planned_s == 2400
    assert empty.occupancy(None) is None
    assert (give.what, give.amount) == ("labetalol", 20)


def test_the_manual_names_every_kind_of_fault_device_phase_and_patient():
    text = MANUAL.read_text(encoding="utf-8")
    assert all(f"`{word}`" in text for word in (*FaultKind, *KINDS, *PHASES, *PRESETS))


def test_a_patient_is_who_the_file_says_and_the_rest_is_the_seed(scenario_of):
    said = "age = 71, sex = 'male', hypertension = true, medication = []"
    said += ", baseline = { systolic = 148, diastolic = 88 }"
    scenario = scenario_of(
        f'[chair.1]\npatient = {{ label = "A. B.", seed = 1, {said} }}\n'
        'visit = { phase = "infusion", minute = 5 }\ndevices = []'
    )
    plan = scenario.chairs[0].patient
    patient, usual = plan.patient(), Patient(1)
    assert (patient.person.age, patient.person.sex, patient.person.hypertension) == (71, "male", True)
    assert patient.person.medication == frozenset()
    assert patient.baseline == (148, 88)
    assert patient.person.weight_kg == plan.weight_kg == usual.person.weight_kg
    assert patient.rise[0] > usual.rise[0]
