from __future__ import annotations

import json

import httpx
import pytest
from playwright.sync_api import Browser

from monitor.local_time import machine_zone
from tests.monitor.dashboard_server.clinic import Clinic


def dictionary(client: httpx.Client) -> dict[str, object]:
    script = client.get("/words.js").text
    known: dict[str, object] = json.loads(script.removeprefix("window.chairside = ").removesuffix(";\n"))
    return known


def test_the_clinic_speaks_english_until_somebody_chooses(clinic: Clinic) -> None:
    with clinic.browser() as client:
        page = client.get("/login").text
        assert '<html lang="en">' in page
        assert ">Sign in</button>" in page
        assert 'href="/login?language=es&amp;next=%2F" lang="es"' in page


def test_a_choice_on_the_sign_in_page_is_kept_in_this_browser(clinic: Clinic) -> None:
    with clinic.browser() as client:
        assert ">Iniciar sesión</button>" in client.get("/login?language=es&next=/alarms").text
        assert '<html lang="es">' in client.get("/login").text
        wrong = clinic.sign_in(client, "ana", "9999")
        assert "Nombre o PIN incorrecto." in wrong.text


def test_a_language_that_nobody_speaks_changes_nothing(clinic: Clinic) -> None:
    with clinic.browser() as client:
        client.cookies.set("language", "../../secret")
        assert '<html lang="en">' in client.get("/login?language=xx").text


def test_the_script_gets_the_words_of_its_language(clinic: Clinic) -> None:
    with clinic.browser() as client:
        assert dictionary(client)["words"] == {}
        client.cookies.set("language", "es")
        known = dictionary(client)
        assert known["language"] == "es"
        assert known["words"]["Alarms"] == "Alarmas"  # type: ignore[index]


def test_the_script_gets_the_zone_that_the_pages_are_written_in(clinic: Clinic) -> None:
    with clinic.browser() as client:
        assert dictionary(client)["zone"] == machine_zone()


def test_refusals_of_the_guard_are_translated_for_the_screen_and_english_in_the_audit(clinic: Clinic) -> None:
    with clinic.browser("wall") as client:
        client.cookies.set("language", "es")
        refused = client.post("/act", json={}, headers={"X-CSRF-Token": client.cookies["csrf"]})
        assert refused.json()["message"] == "El rol pared no puede hacer esto."


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_sign_in_page_has_room_for_spanish(
    clinic: Clinic, browser: Browser, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{clinic.origin}/login")
    page.get_by_role("link", name="Español").click()
    page.get_by_role("button", name="Iniciar sesión").wait_for()
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
