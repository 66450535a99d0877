"""English on a page that is read in another language: sentences of the catalogue, as they are."""

from __future__ import annotations

import re
from functools import cache

from playwright.sync_api import Page

from monitor.language import catalogue

LONG = 4
"""From so many words on a text of the catalogue is told from a name that somebody gave."""
GAP = re.compile(r"\{\w+\}")

TEXTS = """() => {
  const said = [...document.querySelectorAll("[aria-label], [title], [placeholder]")]
    .flatMap((node) => ["aria-label", "title", "placeholder"].map((name) => node.getAttribute(name)));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, nodeValue: text } = walker.currentNode;
    if (!parent.closest("script, style")) said.push(text);
  }
  return said.filter((text) => text && text.trim());
}"""
"""What a page says, hidden menus and what only screen readers hear among it."""


def english(page: Page, language: str) -> list[str]:
    """The texts of a page that hold the longest part between the gaps of an English sentence."""
    shown = "\n".join(page.evaluate(TEXTS))
    return [part for part in _parts(language) if part in shown]


@cache
def _parts(language: str) -> tuple[str, ...]:
    texts = {text for text, told in catalogue(language).items() if text != told}
    parts = {max(GAP.split(text), key=len).strip() for text in texts}
    long = tuple(sorted(part for part in parts if len(re.findall(r"[A-Za-z]{2,}", part)) >= LONG))
    assert len(long) > 200
    return long
