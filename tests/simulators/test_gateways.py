"""Devices behind gateways of others: worked examples, what the product reads, all of it over real links."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.adapter import Adapters, BrokerSpec, Hl7Spec
from devices.catalogue import BUILT_IN
from devices.codecs.gatt_2a35 import read_message as read_2a35
from devices.codecs.hl7_text import MllpFrames
from devices.codecs.mapped_json import read_mapped
from devices.codecs.single_values import read_state
from devices.model import CuffResult, Malformed, MetricCode, Observation, Origin, Validity
from monitor.cli.monitor import spec_of
from monitor.clock import SystemClock
from monitor.config import BrokerSettings, ServerSettings
from monitor.demo import clinic
from simulators.bedside import Oximetry, Probe
from simulators.bridges import states
from simulators.cuff import Determination, Pressure
from simulators.devices import MESSAGES, calling
from simulators.gatt import blood_pressure, continuous, sfloat, spot_check
from simulators.history import bedside_at_epoch
from simulators.hl7 import message, observation
from simulators.interop import pressure_resource
from simulators.run import Simulation
from simulators.scenario import CALLING_KINDS, KINDS, MQTT_KINDS, load
from simulators.transport import Broker
from tests.brokers import free_port
from tests.devices.support import Sink
from tests.simulators.conftest import EPOCH_MS

AT = datetime(2026, 2, 3, 14, 30, 15, tzinfo=UTC)
SHOWN = Oximetry(Probe.READING, 97, 72, 2.35)
DONE = Determination(17, 1_770_128_970_000, 1_770_129_003_000, Pressure(128, 76, 93, 71))
FOREIGN = sorted(MQTT_KINDS - {"chairside-json"} | CALLING_KINDS)
HOLDS = {"mqtt-values"}
"""Kinds that cannot say that a probe has come off: for some seconds they tell old numbers."""
CHAIR = """
[cuff]
infusion_min = 2
[chair.1]
patient = {{ label = "A. B.", seed = 114, preset = "guangzhou" }}
visit = {{ phase = "infusion", minute = 10 }}
devices = [{{ id = "d", kind = "{kind}" {topic} }}]
"""


def wire(text):
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (sfloat(None), "FF 07"),
        (sfloat(112), "70 00"),
        (sfloat(5.31, decimals=2), "13 E2"),
        (
            blood_pressure((112, 77, 0), 72, datetime(2015, 1, 14, 10, 55, tzinfo=UTC)),
            "1E 70 00 4D 00 00 00 DF 07 01 0E 0A 37 00 48 00 01 00 00",
        ),
        (continuous(SHOWN), "18 61 00 48 00 00 00 00 EB E0"),
        (continuous(Oximetry(Probe.OFF)), "18 FF 07 FF 07 00 08 00 FF 07"),
        (spot_check(SHOWN, AT), "05 61 00 48 00 EA 07 02 03 0E 1E 0F 00 00 00"),
    ],
)
def test_values_of_characteristics_byte_by_byte(made, expected):
    assert made == wire(expected)


def test_segments_of_hl7():
    assert observation(1, "150456^MDC_PULS_OXIM_SAT_O2", 97, "262688^MDC_DIM_PERCENT^MDC") == (
        "OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.0.0.1|97|262688^MDC_DIM_PERCENT^MDC|||||R"
    )
    said = message("ox-1", 42, 1_770_129_015_000, SHOWN, DONE)
    assert said.startswith(
        b"\x0bMSH|^~\\&|SIM|ox-1|||20260203143015.000+0000||ORU^R01^ORU_R01|42|T|2.6\rOBR|1|"
    )
    assert said.endswith(b"|R|||20260203143003.000+0000\r\x1c\r")
    assert said.count(b"\rOBX|") == 5


def test_a_board_and_a_panel():
    assert [(said.path, said.payload) for said in states(Oximetry(Probe.OFF))] == [
        ("sensor/spo2/state", b"nan"), ("sensor/pulse/state", b"nan"),
    ]  # fmt: skip
    panel = pressure_resource(DONE, "vs")
    assert (panel["id"], panel["effectiveDateTime"]) == ("vs-1770129003000", "2026-02-03T14:30:03.000Z")
    assert panel["meta"]["tag"][0]["code"] == "HTEST"
    failed = pressure_resource(Determination(1, 0, 1, None), "vs")
    assert all("dataAbsentReason" in part and "valueQuantity" not in part for part in failed["component"])


def device_of(scenario_of, kind, faults=""):
    topic = "" if kind in CALLING_KINDS else ', topic = "d"'
    (chair,) = (scenario := scenario_of(CHAIR.format(kind=kind, topic=topic) + faults)).chairs
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    plan = chair.devices[0]
    if kind in CALLING_KINDS:
        return bedside, calling(bedside, plan)
    return bedside, MESSAGES[kind](bedside, plan, "run", EPOCH_MS)


def read(kind, path, payload):
    """What the product makes of one message."""
    mapping = clinic.MAPPINGS.get(kind)
    if kind == "mqtt-values":
        (rule,) = (rule for rule in mapping.values if rule.topic == path)
        return read_state(mapping, rule, payload)
    return read_mapped(mapping, payload) if mapping else BUILT_IN[kind].read_message(payload)


def heard(scenario_of, kind, seconds, faults=""):
    """What the product's codec makes of a simulated device: (second, event)."""
    bedside, device = device_of(scenario_of, kind, faults)
    frames, events = MllpFrames(), []
    for second in range(seconds):
        now_ms = EPOCH_MS + second * 1000
        if kind in CALLING_KINDS:
            said = [("", frame) for frame in frames.feed(device.speak(now_ms))]
        else:
            said = [(each.path, each.payload) for each in device.messages(now_ms)]
        events += [(second, event) for path, payload in said for event in read(kind, path, payload)]
    return bedside, events


@pytest.mark.parametrize("kind", FOREIGN)
def test_the_product_reads_what_it_says(scenario_of, kind):
    bedside, events = heard(scenario_of, kind, 200)
    assert events
    assert not [event for _, event in events if isinstance(event, Malformed)]
    for second, event in events:
        if isinstance(event, Observation) and event.metric is MetricCode.SPO2:
            assert event.value == pytest.approx(bedside.truth(EPOCH_MS + second * 1000).spo2, abs=2)
    results = [event for _, event in events if isinstance(event, CuffResult)]
    assert bool(results) is ("cuff" in KINDS[kind])
    if results:
        last = bedside.cuff.last.numbers
        assert (results[-1].systolic, results[-1].diastolic, results[-1].mean) == last
    origins = {event.stamp.origin for _, event in events if isinstance(event, Observation | CuffResult)}
    assert origins == {Origin.DEMO if kind in {"fhir-observation", "hl7-oru"} else None}


@pytest.mark.parametrize(
    "kind", [kind for kind in FOREIGN if "oximetry" in KINDS[kind] and kind != "gatt-2a5e"]
)
def test_a_probe_that_falls_off_is_no_number_whatever_is_sent(scenario_of, kind):
    fault = '[[faults]]\ndevice = "d"\nkind = "probe_off"\nat_min = 0.5\nfor_s = 60\n'
    _, events = heard(scenario_of, kind, 80, fault)
    from_s = 39 if kind in HOLDS else 30
    off = [e for second, e in events if second >= from_s and isinstance(e, Observation)]
    assert off
    assert all(event.validity is Validity.INVALID for event in off)


@pytest.mark.parametrize("kind", [kind for kind in FOREIGN if "cuff" in KINDS[kind]])
def test_a_determination_that_fails_has_no_number(scenario_of, kind):
    fault = '[[faults]]\ndevice = "d"\nkind = "cuff_failure"\nat_min = 0\n'
    _, events = heard(scenario_of, kind, 300, fault)
    last = [event for _, event in events if isinstance(event, CuffResult)][-1]
    assert (last.systolic, last.validity) == (None, Validity.INVALID)


def test_no_payload_names_anybody(scenario_of):
    for kind in MQTT_KINDS:
        _, device = device_of(scenario_of, kind)
        said = b"".join(
            each.payload for second in range(70) for each in device.messages(EPOCH_MS + second * 1000)
        )
        assert b"A. B." not in said


def test_a_failed_cuff_and_a_leak_of_a_bluetooth_cuff_are_told_apart():
    (failed,) = read_2a35(blood_pressure((None, None, None), None, AT))
    (leak,) = read_2a35(blood_pressure((None, None, None), None, AT, status=2))
    assert (failed.systolic, "cuff_loose" in failed.flags, "cuff_loose" in leak.flags) == (None, False, True)


@pytest.mark.broker
def test_all_of_them_arrive_over_real_links(tmp_path: Path, broker):
    scenario = load("other_gateways")
    settings = clinic.settings(
        scenario, store=tmp_path, ports=tmp_path, broker=BrokerSettings(), server=ServerSettings(), speed=1.0
    )
    specs = [spec_of(device, Origin.DEMO) for device in settings.devices]
    sink, clock, port = Sink(), SystemClock(), free_port()
    adapters = Adapters(
        specs, BrokerSpec("127.0.0.1", broker.port, "monitor"), sink, clock, "boot",
        backoff_s=(0.05, 0.3), hl7=Hl7Spec("127.0.0.1", port),
    )  # fmt: skip
    adapters.start()
    link = Broker(port=broker.port)
    simulation = Simulation(
        scenario, tmp_path, link, clock, epoch_ms=clock.utc_ms() - 60_000, hl7=("127.0.0.1", port)
    )
    continuous_devices = {spec.id for spec in specs} - {"ble-bp-1", "bp-4"}
    try:
        with simulation:
            thread = threading.Thread(target=simulation.run)
            thread.start()
            try:
                for device in continuous_devices:
                    sink.wait_for(
                        lambda arrival, device=device: (
                            arrival.device == device
                            and isinstance(arrival.event, Observation)
                            and arrival.event.value is not None
                        ),
                        timeout_s=60,
                    )
            finally:
                simulation.stop()
                thread.join(timeout=10)
    finally:
        adapters.stop()
    assert {arrival.origin for arrival in sink.arrivals} == {Origin.DEMO}
