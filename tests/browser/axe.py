"""What axe-core finds wrong with a page, after the rules of WCAG 2.2 AA and those of good practice."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = ((1280, 800), (390, 844))
SMALL = """phone => [...document.querySelectorAll("a[href], button, input, select, summary, [role=tab]")]
  .filter(node => node.checkVisibility({ visibilityProperty: true }))
  .filter(node => !node.closest(".modebar, .skip-link, .tile .strip, p, li, td"))
  .map(node => (/^(radio|checkbox|file)$/.test(node.type)
    ? node.closest("label, .mantine-Checkbox-body, .mantine-Radio-body") ?? node.parentElement : node))
  .map(node => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < (phone ? 43.5 : 23.5))
  .map(([node, box]) => `${node.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`)"""
"""Targets under 24 px, or 44 px on a phone; links within a sentence are as high as its line, and a
tile's *Ack* as its strip: the tile leads to a large one."""


def findings(page: Page) -> list[str]:
    """Each element that breaks a rule: the rule, where, and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    result = page.evaluate(
        "rules => axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{rule['id']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def findings_at_each_size(page: Page) -> list[str]:
    """What is wrong on a desktop and on a phone, targets that are too small among it."""
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found += [f"{width}: {one}" for one in findings(page)]
        found += [f"{width}: small target: {one}" for one in page.evaluate(SMALL, width < 700)]
    return found
