"""What a screen reader is told of alarms and numbers, by the text of the document."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


def told(page: Page, politeness: str) -> list[str]:
    return page.locator(f"[data-announce={politeness}] p").all_text_contents()


def test_an_alarm_is_announced_once_by_its_priority_and_again_when_it_changes(
    open_page: Open, stage: Stage
) -> None:
    stage.newest = frames.full([frames.seated("7", "R. T."), frames.seated("8", "S. O.")])
    page = open_page()
    assert told(page, "assertive") == told(page, "polite") == []
    high = frames.as_json(
        frames.seated("7", "R. T.", alarms=[frames.alarm("sbp_high", "high", "SYS 184 ≥ 180")])
    )
    stage.change({"7": {"alarms": high["alarms"]}})
    expect(page.locator("[data-announce=assertive] p")).to_have_text(
        ["high priority alarm, chair 7: SYS 184 ≥ 180"]
    )
    for _ in range(3):
        stage.change({"7": {"alarms": high["alarms"]}})
    taken = [{**high["alarms"][0], "presence": "acknowledged", "acknowledged_by": "Ana", "calls": []}]
    stage.change({"7": {"alarms": taken}})
    expect(page.locator("[data-announce=polite] p")).to_have_text(["chair 7: SYS 184 ≥ 180, Ana has it"])
    assert len(told(page, "assertive")) == 1
    stage.change({"7": {"alarms": []}})
    expect(page.locator("[data-announce=polite] p").last).to_have_text("Ended, chair 7: SYS 184 ≥ 180")


def test_a_number_has_a_name_that_says_value_unit_and_age(open_page: Open, stage: Stage) -> None:
    stage.newest = frames.full(
        [frames.seated("7", "R. T.", cuff=frames.cuff(124, 82, 3), hr=frames.rate(None, last=97))]
    )
    page = open_page()
    expect(page.get_by_role("img", name="blood pressure 124 over 82, 3 minutes ago")).to_be_visible()
    expect(page.get_by_role("img", name="no pulse rate")).to_be_visible()
    expect(page.get_by_role("img", name="SpO₂ 98 %")).to_be_visible()


def test_what_counts_each_second_is_in_no_live_region(open_page: Open) -> None:
    page = open_page()
    page.evaluate("""() => {
      window.spoken = [];
      const live = node => node?.parentElement?.closest("[aria-live], [role=status], [role=alert]");
      new MutationObserver(changes => changes.forEach(({ target }) => {
        const region = live(target);
        if (region && region.getAttribute("aria-live") !== "off") window.spoken.push(target.textContent);
      })).observe(document.body, { subtree: true, childList: true, characterData: true });
    }""")
    before = page.locator(".bar-time").text_content()
    page.wait_for_function("before => document.querySelector('.bar-time').textContent !== before", arg=before)
    assert page.evaluate("window.spoken") == []
