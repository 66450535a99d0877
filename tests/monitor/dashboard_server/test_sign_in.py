from __future__ import annotations

import re
import stat
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from websockets.exceptions import ConnectionClosed

from monitor.config import Settings
from monitor.dashboard.pins import FREE_TRIES, LONGEST_LOCKOUT_S, lockout_s
from tests.monitor.dashboard_server.clinic import PINS, Clinic, clinic_settings, running


def fail(clinic: Clinic, client: httpx.Client, user: str = "ana", times: int = FREE_TRIES) -> httpx.Response:
    for _ in range(times):
        answer = clinic.sign_in(client, user, "0000")
    return answer


def test_a_right_pin_opens_a_session_and_a_wrong_one_does_not(clinic: Clinic) -> None:
    with clinic.browser() as client:
        wrong = clinic.sign_in(client, "ana", "9999")
        assert wrong.status_code == 401
        assert "Wrong name or PIN." in wrong.text
        assert client.get("/me").status_code == 401
        assert clinic.sign_in(client, " Ana ", PINS["ana"]).status_code == 303
        me = client.get("/me").json()
        assert 0 < me.pop("left_s") <= 12 * 3600
        assert re.fullmatch("[0-9a-f]{16}", me.pop("version"))
        assert me == {
            "user": "ana",
            "display": "Ana",
            "role": "nurse",
            "locked": False,
            "labels": True,
            "demo": False,
            "nurses": ["Ana"],
        }


def test_five_wrong_pins_lock_the_name_and_the_right_one_has_to_wait(clinic: Clinic) -> None:
    with clinic.browser() as client:
        assert fail(clinic, client).status_code == 429
        assert clinic.sign_in(client, "ana").status_code == 429
        assert clinic.sign_in(client, "ruiz").status_code == 303
        clinic.clock.shift_s = 31
        assert clinic.sign_in(client, "ana").status_code == 303


def test_each_further_wrong_pin_doubles_the_wait(clinic: Clinic) -> None:
    with clinic.browser() as client:
        fail(clinic, client)
        clinic.clock.shift_s += 31
        assert fail(clinic, client, times=1).status_code == 429
        clinic.clock.shift_s += 31
        assert "Try again in" in clinic.sign_in(client, "ana").text
        clinic.clock.shift_s += 31
        assert clinic.sign_in(client, "ana").status_code == 303


def test_a_right_pin_forgets_the_wrong_ones(clinic: Clinic) -> None:
    with clinic.browser() as client:
        fail(clinic, client, times=FREE_TRIES - 1)
        assert clinic.sign_in(client, "ana").status_code == 303
        assert fail(clinic, client, times=FREE_TRIES - 1).status_code == 401


def test_a_name_that_does_not_exist_is_answered_like_one_that_does(clinic: Clinic) -> None:
    with clinic.browser() as client:
        known = [clinic.sign_in(client, "ana", "0000") for _ in range(FREE_TRIES)]
        unknown = [clinic.sign_in(client, "nobody", "0000") for _ in range(FREE_TRIES)]
    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown]
    assert known[0].text.replace("ana", "nobody") == unknown[0].text


def test_a_lock_out_and_a_session_survive_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as clinic, clinic.browser("ruiz") as client:
        fail(clinic, client, "ana")
        cookies = dict(client.cookies)
    with running(tmp_path, settings=clinic.settings) as clinic, clinic.browser() as client:
        assert clinic.sign_in(client, "ana").status_code == 429
    with running(tmp_path, settings=clinic.settings) as clinic, clinic.browser() as client:
        client.cookies.update(cookies)
        assert client.get("/me").json()["user"] == "ruiz"


def test_a_user_who_is_no_longer_in_the_configuration_is_out(tmp_path: Path) -> None:
    with running(tmp_path) as clinic, clinic.browser("ana") as client:
        cookies = dict(client.cookies)
    left = clinic_settings(tmp_path)
    without: Settings = Settings(left.name, left.site, left.chairs, (), left.users[1:], {}, tmp_path)
    with running(tmp_path, settings=without) as clinic, clinic.browser() as client:
        client.cookies.update(cookies)
        assert client.get("/me").status_code == 401


def test_the_cookie_is_signed_httponly_strict_and_tells_nothing(clinic: Clinic) -> None:
    with clinic.browser() as client:
        answer = clinic.sign_in(client, "ana")
        header = next(h for h in answer.headers.get_list("set-cookie") if h.startswith("session="))
        assert "HttpOnly" in header
        assert "SameSite=strict" in header
        cookie = client.cookies["session"]
        assert "ana" not in cookie
        value = cookie.rsplit(".", 1)[0]
        for forged in (
            value,
            value + ".x",
            Signer(b"guess", salt="chairside.session").sign(value).decode(),
            "",
        ):
            stranger = httpx.get(clinic.origin + "/me", headers={"Cookie": f"session={forged}"})
            assert stranger.status_code == 401


def test_the_secret_is_readable_by_its_owner_only(clinic: Clinic) -> None:
    secret = clinic.settings.store / "session.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_bytes()) == 32


def test_signing_in_again_ends_the_session_before(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        before = client.cookies["session"]
        assert clinic.sign_in(client, "ruiz").status_code == 303
        assert client.cookies["session"] != before
        old = httpx.get(clinic.origin + "/me", headers={"Cookie": f"session={before}"})
        assert old.status_code == 401


def test_signing_out_ends_the_session_and_closes_its_websockets_only(clinic: Clinic) -> None:
    with clinic.browser("ana") as ana, clinic.browser("ruiz") as ruiz:
        cookie = ana.cookies["session"]
        own, tab, other = clinic.socket(ana), clinic.socket(ana), clinic.socket(ruiz)
        with own, tab, other:
            assert ana.post("/logout").status_code == 303
            for ended in (own, tab):
                with pytest.raises(ConnectionClosed) as closed:
                    ended.recv(timeout=5)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1008
            assert (
                httpx.get(clinic.origin + "/me", headers={"Cookie": f"session={cookie}"}).status_code == 401
            )
            other.ping().wait(5)


def test_a_sign_in_page_that_is_out_of_date_signs_nobody_in(clinic: Clinic) -> None:
    with clinic.browser() as client:
        client.get("/login")
        answer = client.post("/login", data={"user": "ana", "pin": PINS["ana"], "csrf": "old"})
        assert answer.status_code == 403
        assert client.get("/me").status_code == 401


def test_a_body_that_never_ends_is_refused(clinic: Clinic) -> None:
    with clinic.browser() as client:
        client.get("/login")
        answer = client.post("/login", content=(b"x" * 1000 for _ in range(1000)))
        assert answer.status_code == 413


def test_what_a_stranger_typed_is_not_run_by_the_page(clinic: Clinic) -> None:
    with clinic.browser() as client:
        answer = clinic.sign_in(client, '"><script>alert(1)</script>', "1")
        assert "<script>alert" not in answer.text


def test_idle_time_locks_acting_until_the_pin_is_given(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        clinic.clock.shift_s = 599
        assert client.get("/me").json()["locked"] is False
        clinic.clock.shift_s = 601
        assert client.get("/me").json()["locked"] is True
        assert client.post("/act", json={}).status_code == 423
        assert client.get("/").status_code == 200
        with clinic.socket(client):
            pass
        assert client.post("/unlock", json={"pin": "0000"}).status_code == 403
        assert client.post("/unlock", json={}).status_code == 400
        assert client.post("/unlock", json={"pin": PINS["ana"]}).status_code == 200
        assert client.get("/me").json()["locked"] is False


def test_unlocking_counts_wrong_pins_like_signing_in(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        answers = [client.post("/unlock", json={"pin": "0"}).status_code for _ in range(FREE_TRIES)]
        assert answers == [403] * (FREE_TRIES - 1) + [429]
        assert clinic.sign_in(client, "ana").status_code == 429


def test_a_wall_display_never_locks(clinic: Clinic) -> None:
    with clinic.browser("wall") as client:
        clinic.clock.shift_s = 1e6
        me = client.get("/me").json()
        del me["version"]
        assert me == {
            "user": "wall",
            "display": "Wall",
            "role": "wall",
            "locked": False,
            "labels": True,
            "left_s": None,
            "demo": False,
            "nurses": ["Ana"],
        }


def test_the_door_is_audited(clinic: Clinic) -> None:
    with clinic.browser() as client:
        clinic.sign_in(client, "ana", "0000")
        clinic.sign_in(client, "ana")
        client.post("/logout", headers={"X-CSRF-Token": client.cookies["csrf"]})
        fail(clinic, client, "ruiz")
    events = {(line.user, line.event) for line in clinic.desk.audit_trail()}
    assert {
        ("ana", "wrong PIN"),
        ("ana", "signed in"),
        ("ana", "signed out"),
        ("ruiz", "wrong PIN"),
    } <= events


def test_knocking_at_a_locked_door_writes_nothing_more(clinic: Clinic) -> None:
    with clinic.browser() as client:
        fail(clinic, client, "1234")
        before = clinic.desk.audit_trail()
        fail(clinic, client, "1234")
        assert clinic.desk.audit_trail() == before
    assert len(before) == FREE_TRIES
    assert "1234" not in str(before)


def test_only_the_demo_shows_its_pins(tmp_path: Path) -> None:
    plain = clinic_settings(tmp_path / "a")
    with running(tmp_path / "a", settings=plain) as clinic, clinic.browser() as client:
        assert "DEMO" not in client.get("/login").text
        assert "Secondary display, not a medical device" in client.get("/login").text
    demo = Settings(
        plain.name, plain.site, plain.chairs, (), plain.users, {}, tmp_path / "b", demo=True, demo_pins=PINS
    )
    with running(tmp_path / "b", settings=demo) as clinic, clinic.browser() as client:
        shown = client.get("/login").text
        assert "DEMO" in shown
        assert all(pin in shown for pin in PINS.values())


@given(st.integers(0, 10_000))
def test_the_lock_out_grows_and_has_a_ceiling(failures: int) -> None:
    assert 0 <= lockout_s(failures) <= lockout_s(failures + 1) <= LONGEST_LOCKOUT_S
    assert (lockout_s(failures) == 0) == (failures < FREE_TRIES)


def test_the_lock_out_schedule() -> None:
    assert [lockout_s(n) for n in range(4, 12)] == [0, 30, 60, 120, 240, 480, 900, 900]
