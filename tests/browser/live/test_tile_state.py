"""What a whole tile shows of each state of a chair, without a server: words, marks, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from monitor.store.snapshot import CalledBackView
from monitor.terms import LimitChange, Priority
from tests.browser.live import frames
from tests.browser.live.frames import AT_MS, MINUTE_MS

LOOK = """([chair, now]) => {
  const tile = chairside.tile(chair.id);
  tile.update(chair, now);
  const words = (which) => {
    const node = tile.node.querySelector(which);
    return node.closest("[hidden]") ? null : node.textContent.replaceAll("\\u00a0", " ");
  };
  const marks = (which) => { const { area, ...all } = tile.node.querySelector(which).dataset; return Object.keys(all).map((key) => `${key}=${all[key]}`).sort().join(" "); };
  return {
    tile: Object.entries(tile.node.dataset).map(([key, value]) => `${key}=${value}`).sort().join(" "),
    label: tile.node.querySelector(".tile-link").getAttribute("aria-label"),
    pressure: words(".pressure").replace(/\\?$/, ""), bp: marks(".pressure"), way: words(".side .way"), delta: words(".side-delta"),
    taken: words(".meta-taken"), reason: words(".meta-reason"), next: words(".meta-next"),
    hr: marks(".number-hr"), spo2: marks(".number-spo2"), saturation: words(".number-spo2 .number-value > span"),
    strip: words(".strip-text"), marks: words(".strip-marks"), time: words(".strip-time"), more: words(".strip-more"), ack: words(".strip-ack"),
    notice: words(".notice-words"), calm: words(".calm-words"), off: words(".tile-off")?.replace(/ · \\d\\d:\\d\\d$/, "") ?? null, badge: words(".badge-limits"),
    bell: words(".badge-off"), word: words(".tile-word"),
  };
}"""  # noqa: E501

CLINIC = {chair.id: chair for chair in frames.clinic(12)}
CHANGED = LimitChange("sbp_high", Priority.MEDIUM, 170, 160, AT_MS, "Dr. Osei", "known")
OFF = frames.SwitchedOffView("hr_low", "Ana Ruiz", AT_MS - MINUTE_MS, "known")
NO_STRIP = {"strip": None, "ack": None, "marks": None}
TILES: dict[str, tuple[Any, dict[str, Any]]] = {
    "all is well": (
        CLINIC["1"],
        NO_STRIP
        | {
            "tile": "demo=true",
            "label": "Chair 1, D. S.",
            "pressure": "134/83",
            "bp": "state=live",
            "way": "→",
        }
        | {"hr": "state=live", "spo2": "state=live", "delta": "+14 %", "notice": None, "calm": "+14 %"}
        | {"off": None, "badge": None, "bell": None, "word": None, "reason": ""},
    ),
    "a high alarm that nobody has": (
        CLINIC["7"],
        {"tile": "demo=true priority=high", "bp": "alarm=high state=live", "way": "↗", "delta": "+56 %"}
        | {
            "strip": "SYS 184 ≥ 180",
            "marks": "!!!",
            "time": "for 0:38",
            "more": "+1",
            "ack": "Ack",
            "calm": None,
        },
    ),
    "a medium alarm that nobody has": (
        CLINIC["3"],
        {"tile": "demo=true priority=medium", "bp": "alarm=medium state=live", "marks": "!!", "more": None},
    ),
    "an alarm that somebody has": (
        CLINIC["8"],
        {
            "tile": "acknowledged=true demo=true priority=medium",
            "hr": "acknowledged=true alarm=medium state=live",
        }
        | {"strip": "PR 126 > 120", "time": "✓ Ana Ruiz, 25 s", "ack": None},
    ),
    "a low alarm, a doubted pressure and a probe that is off": (
        CLINIC["11"],
        {
            "tile": "demo=true priority=low",
            "bp": "questionable=true state=live",
            "reason": "motion",
            "way": None,
        }
        | {"spo2": "state=gone", "saturation": "--", "marks": "!", "strip": "SpO₂ probe off"},
    ),
    "a free chair": (
        CLINIC["6"],
        NO_STRIP | {"tile": "demo=true free=true", "label": "Chair 6, free", "notice": None, "calm": None},
    ),
    "a standby, with nothing to read": (
        CLINIC["10"],
        NO_STRIP
        | {"tile": "demo=true standby=true", "notice": "Standby 6:10 · bathroom", "pressure": "--/--"}
        | {"bp": "state=gone", "taken": "last 151/92, 14 min ago", "delta": "", "way": None},
    ),
    "old numbers and a late pressure": (
        CLINIC["9"],
        {"bp": "state=dim", "spo2": "state=dim", "next": "late 1:10", "calm": "Ready", "saturation": "94"},
    ),
    "a pressure that is being taken": (CLINIC["5"], {"next": "measuring…"}),
    "changed limits, an alarm that is off and a word to the nurse": (
        frames.seated(
            "1",
            "D. S.",
            session=frames.visit(
                "1",
                "D. S.",
                limit_changes=(CHANGED,),
                called_back=CalledBackView("Call me", "Dr. Osei", AT_MS - 130_000),
            ),
            off=[OFF],
        ),
        {
            "badge": "± limits",
            "off": "HR low OFF · Ana Ruiz",
            "bell": "",
            "word": "Dr. Osei: Call me, 2 min ago",
        },
    ),
    "reminded a moment ago": (
        frames.seated("1", "D. S.", reminder_ms=AT_MS - 2000),
        {"tile": "demo=true reminded=true"},
    ),
    "reminded a while ago": (frames.seated("1", "D. S.", reminder_ms=AT_MS - 7000), {"tile": "demo=true"}),
}


@pytest.mark.parametrize("case", TILES)
def test_a_tile(scripts: Page, case: str) -> None:
    chair, shown = TILES[case]
    told = scripts.evaluate(LOOK, [frames.as_json(chair), AT_MS])
    assert {name: told[name] for name in shown} == shown


SAME = """([steps, now]) => {
  const tiles = [chairside.tile("1"), chairside.tile("1")];
  for (const [chair, keys] of steps) tiles[0].update(chair, now, keys && new Set(keys));
  tiles[1].update(steps.at(-1)[0], now);
  return tiles.map(({ node }) => {
    for (const one of node.querySelectorAll("[hidden], .doubt")) one.replaceChildren();
    for (const one of node.querySelectorAll("[hidden]")) {
      for (const { name } of [...one.attributes]) one.removeAttribute(name);
    }
    for (const one of node.querySelectorAll("[title='']")) one.removeAttribute("title");
    for (const one of [node, ...node.querySelectorAll("[style]")]) one.removeAttribute("style"); // of a flash
    return node.outerHTML;
  });
}"""


@pytest.mark.parametrize("before", TILES)
def test_nothing_of_what_was_shown_before_stays(scripts: Page, before: str) -> None:
    both = [frames.as_json(TILES[name][0]) for name in (before, "all is well")]
    old, fresh = scripts.evaluate(SAME, [[[chair, None] for chair in both], AT_MS])
    assert old == fresh


@pytest.mark.parametrize("before", TILES)
def test_a_tile_that_is_told_of_numbers_alone_shows_them_as_one_that_is_told_all(
    scripts: Page, before: str
) -> None:
    chair = frames.as_json(TILES[before][0])
    for after, (other, _) in TILES.items():
        numbers = {key: what for key, what in frames.as_json(other).items() if key in ("hr", "spo2")}
        steps = [[chair, None], [{**chair, **numbers}, ["hr", "spo2"]]]
        told, fresh = scripts.evaluate(SAME, [steps, AT_MS])
        assert told == fresh, after
