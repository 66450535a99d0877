"""A hand-over, a wall display by link, an administrator's morning, a walk in Spanish, in the running demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.brokers import wait_until
from tests.browser.demo import answers, demo_at, signed_in
from tests.browser.english import english
from tests.browser.taps import enter_cuff, pick, tap_until

pytestmark = pytest.mark.timeout(300)

SignIn = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """At the speed of a clinic: nobody leaves while somebody reads."""
    with demo_at(tmp_path_factory.mktemp("journeys")) as demo:
        yield demo.address


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the consoles said; at the end, nothing."""
    said: list[str] = []
    yield said
    assert said == []


def listen(page: Page, said: list[str]) -> Page:
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


@pytest.fixture
def sign_in(browser: Browser, demo: str, complaints: list[str]) -> Iterator[SignIn]:
    opened: list[Page] = []

    def enter(user: str, pin: str) -> Page:
        page = listen(signed_in(browser, demo, user, pin), complaints)
        opened.append(page)
        return page

    yield enter
    for page in opened:
        page.context.close()


def test_a_handover(sign_in: SignIn) -> None:
    ana, leo = sign_in("ana", "1111"), sign_in("leo", "2222")
    ana.get_by_role("link", name="Hand over", exact=True).click()
    seven = ana.locator(".hand-card", has_text="7 R. T.")
    expect(seven).to_contain_text("mmHg", timeout=90_000)  # the demo says who looks after whom once it runs
    ana.get_by_label("Note on chair 7").fill("likes the window open")
    ana.get_by_text("Leo", exact=True).click()
    ana.get_by_role("button", name=re.compile(r"Hand over \d+ chairs to Leo")).click()
    expect(ana.get_by_text("You look after no chair.")).to_be_visible()
    leo.goto("/handover")
    expect(leo.locator(".hand-card", has_text="7 R. T.")).to_contain_text("likes the window open")
    leo.goto("/")
    expect(leo.locator('.tile:has(a[href="/chair/7"])')).to_contain_text("Leo")


def test_a_wall_display_by_link_until_it_is_revoked(
    sign_in: SignIn, browser: Browser, demo: str, complaints: list[str]
) -> None:
    admin = sign_in("admin", "9999")
    admin.goto("/admin")
    admin.get_by_role("tab", name="Wall displays").click()
    admin.get_by_label("Name of the display").fill("Corridor")
    admin.get_by_role("button", name="Make the link").click()
    said = admin.locator("#admin-wall-said")
    expect(said).to_contain_text("/wall/")
    context = browser.new_context(base_url=demo, viewport={"width": 1920, "height": 1080})
    wall = listen(context.new_page(), complaints)
    wall.goto(str(said.text_content()).split(": ", 1)[1])
    tile = wall.locator('.tile:has(a[href="/chair/7"])')
    expect(tile).to_contain_text("Infusion")
    for label in ("R. T.", "S. O.", "M. K."):
        expect(wall.locator("#board")).not_to_contain_text(label)
    expect(wall.locator(".strip-ack:visible, .sound-step:visible")).to_have_count(0)
    assert wall.url == f"{demo}/"
    admin.get_by_role("row", name="Corridor").get_by_role("button", name="Revoke").click()
    expect(admin.get_by_role("row", name="Corridor")).to_contain_text("revoked")
    wall.wait_for_url("**/login*")
    expect(wall.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    complaints[:] = [line for line in complaints if "401" not in line]  # how the display found out
    context.close()


def test_an_administrators_morning(sign_in: SignIn, browser: Browser, demo: str) -> None:
    admin = sign_in("admin", "9999")
    admin.get_by_role("link", name="Admin", exact=True).click()
    for label, text in (
        ("Name to sign in with", "mia"),
        ("Shown as", "Mia"),
        ("PIN (empty: as it is)", "2468"),
    ):
        admin.get_by_label(label).fill(text)
    admin.get_by_role("button", name="Save", exact=True).first.click()
    expect(admin.locator("#admin-user-said")).to_have_text("Mia (mia, nurse) is added.")
    mia = sign_in("mia", "2468")
    expect(mia.locator(".user-name")).to_have_text("Mia")
    row = admin.get_by_role("row", name="mia")
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("disabled")
    mia.wait_for_url("**/login*")

    admin.get_by_role("tab", name="Stations").click()
    expect(admin.get_by_role("row", name="admin").first).to_contain_text("/admin")
    admin.get_by_role("tab", name="Channels").click()
    expect(admin.get_by_text("nobody outside the screens is told of an alarm")).to_be_visible()
    expect(admin.get_by_role("button", name="Send a message marked TEST")).to_be_disabled()
    admin.get_by_role("tab", name="clinic.toml").click()
    expect(admin.get_by_text("The demo has no clinic.toml")).to_be_visible()
    expect(admin.get_by_label("The file")).to_have_attribute("readonly", "")
    admin.get_by_role("tab", name="Audit").click()
    admin.get_by_label("Only lines with").fill("mia")
    expect(admin.get_by_role("row", name="user disabled")).to_be_visible()


CALM = "5"
"""Early in the infusion; its patient and devices give no alarm of their own."""


def test_a_night_of_anesthesia(sign_in: SignIn) -> None:
    nurse, phone = sign_in("leo", "2222"), sign_in("ruiz", "3333")
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto("/alarms")
    nurse.goto(f"/chair/{CALM}")
    enter_cuff(nurse, 206, 98)
    line = phone.locator(".alarm-card", has_text="SYS 206 ≥ 180")
    expect(line).to_have_attribute("data-priority", "high")
    pick(line)
    alarm = phone.locator(".alarm-detail")
    expect(alarm.get_by_role("link", name=CALM, exact=True)).to_be_visible()
    expect(alarm).to_contain_text(re.compile(r"minute \d+ of \d+"))
    on_the_way = nurse.locator("#chair-alarms")
    tap_until(
        alarm.get_by_role("button", name=f"Accept chair {CALM}"),
        lambda: "Dr. Ruiz" in on_the_way.inner_text(),
    )
    expect(line).to_have_attribute("data-acknowledged", "true")
    phone.goto(f"/chair/{CALM}")
    phone.get_by_role("button", name="Change SYS high, high 180").click()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Limit, ")).fill("175")
    dialog.get_by_label("Reason").fill("stroke last year")
    dialog.get_by_role("button", name="Set this limit").click()
    expect(phone.locator("#limits")).to_contain_text("180 → 175 · Dr. Ruiz")
    phone.goto("/alarms")
    enter_cuff(nurse, 128, 76)
    enter_cuff(nurse, 126, 74)
    expect(line).to_have_count(0)


def test_a_trainer_reaches_the_simulator_and_the_board_shows_what_is_ordered(sign_in: SignIn) -> None:
    page = sign_in("leo", "2222")
    shown = page.locator(f'.tile:has(a[href="/chair/{CALM}"]) .number-spo2 .number-value')
    link = page.get_by_role("link", name="Simulator")
    there = link.get_attribute("href")
    assert there is not None
    wait_until(lambda: answers(f"{there}api") == 200, 60)
    with page.expect_popup() as opened:
        link.click()
    trainer = opened.value
    trainer.get_by_role("button", name=re.compile(f"^{CALM}")).click()
    trainer.locator("form[data-do=spo2] [name=to]").fill("84")
    trainer.locator("form[data-do=spo2] [name=over_min]").fill("0")
    trainer.locator("form[data-do=spo2] [name=for_min]").fill("240")
    trainer.get_by_role("button", name="Desaturate").click()
    expect(shown).to_contain_text("84")


WALKS = {
    ("ana", "1111"): ("/alarms", "/handover", "/chair/7"),
    ("ruiz", "3333"): ("/chair/9",),
    ("admin", "9999"): ("/sandbox", "/devices", "/admin"),
}


def spanish(page: Page, where: str) -> None:
    """Wait until the live bar and the page stand, then look at every word of it."""
    expect(page.locator(".bar-time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator(f".page-{where}")).to_be_attached()
    assert english(page, "es") == [], where


@pytest.mark.parametrize(("user", "pin"), WALKS)
def test_a_walk_in_spanish(browser: Browser, demo: str, complaints: list[str], user: str, pin: str) -> None:
    context = browser.new_context(base_url=demo, viewport={"width": 1280, "height": 800})
    page = listen(context.new_page(), complaints)
    page.goto("/login")
    assert english(page, "es") != [], "what is English is found"
    page.goto("/login?language=es")
    assert english(page, "es") == []
    page.get_by_label("Nombre").fill(user)
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Iniciar sesión", exact=True).click()
    expect(page.locator('.tile:has(a[href="/chair/7"])')).to_contain_text("mmHg")
    spanish(page, "board")
    simulator = page.get_by_role("link", name="Simulador").get_attribute("href")
    for path in WALKS[user, pin]:
        page.goto(path)
        spanish(page, path.split("/")[1])
    if user == "ana":
        expect(page.locator(".js-plotly-plot .xtick").first).to_be_attached()
        spanish(page, "chair")
        page.goto("/history")
        page.locator('a[href^="/visit/"]').first.click()
        spanish(page, "visit")
    if user == "admin":
        wait_until(lambda: answers(f"{simulator}api") == 200, 60)
        page.goto(str(simulator))
        expect(page.get_by_role("heading", name=re.compile("^Sillón"))).to_be_visible()
        assert english(page, "es") == []
    context.close()
