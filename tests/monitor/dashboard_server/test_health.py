from __future__ import annotations

from monitor.dashboard.health import STALLED_S, Pulse
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import DEADLINE_S, Clinic


def test_healthz_starts_is_well_and_stalls(clinic: Clinic) -> None:
    with clinic.browser() as client, clinic.browser("ana") as signed_in, clinic.socket(signed_in) as link:
        before = client.get("/healthz")
        assert before.status_code == 503
        assert before.json() == {"status": "starting", "turn": None, "turn_age_s": None}
        clinic.crank.commit(ChairView("1", "Chair 1"))
        link.recv(timeout=DEADLINE_S)
        well = client.get("/healthz")
        assert well.status_code == 200
        assert well.json().keys() == {"status", "turn", "turn_age_s"}
        assert (well.json()["status"], well.json()["turn"]) == ("ok", 1)
        assert 0 <= well.json()["turn_age_s"] < STALLED_S
        clinic.clock.shift_s = 4
        stalled = client.get("/healthz")
        assert stalled.status_code == 503
        assert (stalled.json()["status"], stalled.json()["turn"]) == ("stalled", 1)
        assert {answer.headers["cache-control"] for answer in (before, well, stalled)} == {"no-store"}
        assert not before.headers.get("set-cookie")


def test_a_turn_number_that_goes_back_counts_as_movement() -> None:
    pulse = Pulse(9, 0.0)
    pulse.beat(1, 10.0)
    assert pulse.health(11.0) == {"status": "ok", "turn": 1, "turn_age_s": 1.0}


def test_exactly_three_seconds_is_still_well() -> None:
    pulse = Pulse(None, 0.0)
    pulse.beat(1, 10.0)
    assert pulse.health(10.0 + STALLED_S)["status"] == "ok"
    assert pulse.health(10.1 + STALLED_S)["status"] == "stalled"


def test_an_old_turn_that_never_moves_is_stalled_not_well() -> None:
    pulse = Pulse(7, 0.0)
    assert pulse.health(1.0)["status"] == "starting"
    assert pulse.health(5.0) == {"status": "stalled", "turn": 7, "turn_age_s": 5.0}
