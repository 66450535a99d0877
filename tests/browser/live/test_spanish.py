"""The live views in Spanish: every word of them, and nothing cut off."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from monitor.dashboard.languages import SAID
from monitor.dashboard.views import retold, said
from monitor.language import LANGUAGES, catalogue, spoken
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

KNOWN = {
    "views": {},
    "language": "es",
    "languages": dict(LANGUAGES),
    "words": dict(catalogue("es")),
    "said": SAID,
}
SPANISH = f"window.chairside = {json.dumps(KNOWN)};"
MARKED = """
const words = new Proxy({}, { get: (_, text) => `⟦${String(text)}⟧` });
window.chairside = { views: {}, language: "xx", languages: {}, words };
"""
"""Each text that goes through `t` comes out in brackets: what stands outside of them was forgotten."""

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement: parent, nodeValue: text } = walker.currentNode;
    if (!parent.closest("script, style") && parent.checkVisibility()) found.push(text);
  }
  return found;
}"""
CUT_OFF = """() => [...document.querySelectorAll("button, a.nav-link, .pill")]
  .filter((node) => {
    if (!node.checkVisibility() || node.textContent === "") return false;
    const words = document.createRange();
    words.selectNodeContents(node);
    const [box, text] = [node.getBoundingClientRect(), words.getBoundingClientRect()];
    const outside = box.left < -1 || box.right > innerWidth + 1;
    return outside || text.left < box.left - 1 || text.right > box.right + 1;
  })
  .map((node) => node.textContent || node.className)"""

DATA = re.compile(
    r"DEMO|SpO₂|mmHg|/min|mg(/kg)?|\b(min|s|h)\b|Ana Ruiz|Leo|Infusion suite|DINAMAP|Radical-7"
    r"|[A-Z]\. [A-Z]\.|Bay \w+"
)


def forgotten(page: Page) -> set[str]:
    return {text for text in page.evaluate(TEXTS) if re.search(r"[A-Za-z]{2,}", _unsaid(text))}


def _unsaid(text: str) -> str:
    """What is left of a text without what `t` said, from the inside out, and without names and units."""
    while "⟦" in text:
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return DATA.sub("", text)


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7", "/handover"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_nothing_is_cut_off_in_spanish(open_page: Open, path: str, width: int, height: int) -> None:
    page = open_page(path, width, height, before=SPANISH)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []


def test_the_alarm_of_a_pressure_is_said_in_spanish_with_its_numbers(open_page: Open, stage: Stage) -> None:
    page = open_page("/", before=SPANISH)
    tile = page.locator(".tile:has(a[href='/chair/7'])")
    expect(tile).to_contain_text("PAS 184 ≥ 180")  # retold, where the frame has no numbers
    assert stage.newest is not None
    (alarm, *others) = stage.newest["chairs"]["7"]["alarms"]
    stage.change({"7": {"alarms": [{**alarm, "value": 186.5, "limit": 180}, *others]}})
    expect(tile).to_contain_text("PAS 186,5 ≥ 180")
    assert "Panel" in page.locator(".nav").inner_text()


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7", "/handover"])
def test_every_word_goes_through_the_catalogue(open_page: Open, path: str) -> None:
    assert forgotten(open_page(path, before=MARKED)) == set()


FILLED = {
    "bound": "160.5/100", "pressure": "124.5/82", "vital": "HR", "which": "baseline",
    "fast": "slow", "limb": "left arm", "sign": "<", "way": "forward",
}  # fmt: skip


def filled(template: str) -> str:
    """A text as the monitor might say it."""
    usual = {name: "12.5" for name, pattern in retold.PATTERNS.items() if pattern == retold.NUMBER}
    return re.sub(r"\{(\w+)\}", lambda gap: (usual | FILLED).get(gap[1], "Left"), template)


def test_the_live_script_retells_as_the_pages_do(open_page: Open) -> None:
    tables = ((said.GATES, retold.gate), (said.ALARMS, retold.alarm), (said.LINKS, retold.link))
    texts = {filled(template): tell for templates, tell in tables for template in templates}
    with spoken("es"):
        told = [tell(text) for text, tell in texts.items()]
    page = open_page("/", before=SPANISH)
    assert page.evaluate("(texts) => texts.map((text) => chairside.retold(text))", list(texts)) == told
    assert page.evaluate("chairside.retold('The clock was set forward by 12 s.')") == (
        "El reloj se ajustó 12 s hacia adelante."
    )
