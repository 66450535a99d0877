"""Styles and scripts keep to what the least versions of docs/screens.md can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

NEWER_STYLES = {
    r"^[^{}@/]*[^\s{}@/][^{}@]*\{[^{}]*\{": "nesting: Safari 16.5, Firefox 117",
    r":has\(": ":has(): Firefox 121",
    r":popover-open|::details-content|:open\b|:state\(": "Safari 17 or later, Firefox 125 or later",
    r"@starting-style|@scope|@property|@view-transition|@position-try": "at-rules: Firefox 128 or later",
    r"\blight-dark\(|\bround\(|\bmod\(|\brem\(|\bif\(|\brgb\(from\b|\bcalc-size\(|\battr\([^)]* type\(": (
        "functions: Firefox 118 or later, Safari 17.5 or later"
    ),
    r"(?m)[{;\s](?:anchor-name|position-anchor|field-sizing|interpolate-size|text-box(?:-trim)?|animation-timeline"
    r"|view-transition-name|corner-shape|text-wrap-style|scrollbar-gutter|transition-behavior)\s*:": (
        "not in Firefox 115 or Safari 16.4"
    ),
    r"\breading-flow\s*:": "reading-flow: Chromium alone",
    r"\boverflow-clip-margin\s*:": "overflow-clip-margin: not in Safari",
    r"\btext-wrap\s*:": "text-wrap: Safari 17.5, Firefox 121",
    r"\bzoom\s*:": "zoom: Firefox 126",
}
ADORNS = {
    ("board.css", "overflow-clip-margin: not in Safari"): "else a focus frame at the foot is cut",
    ("base.css", "text-wrap: Safari 17.5, Firefox 121"): "else a sentence breaks unevenly",
    ("topbar.css", "zoom: Firefox 126"): "else the bar of a very large wall does not grow",
    (
        "topbar.css",
        ":has(): Firefox 121",
    ): "else gaps on a phone are 4 px wider, and a focus may be hidden at the foot",
    (
        "alarms.css",
        ":has(): Firefox 121",
    ): "else whom an alarm called is cut on a phone; the line below says it",
    ("chair.css", ":has(): Firefox 121"): "else an empty row keeps its gap",
    ("dialogs.css", ":has(): Firefox 121"): "else the dot alone says which answer is chosen",
    ("quiet.css", ":has(): Firefox 121"): "else an empty row keeps its gap",
}
"""What may be missing: a file, what it uses, and what a browser without it shows."""

NEWER_SCRIPTS = {
    r"\(\?<[=!]": "lookbehind: one in a file that Safari 16.3 reads spoils all of it",
    r"/[dgimsuy]*v[dgimsuy]*(?=[.,;)\]])": "regular expressions with v: Safari 17",
    r"\bmoveBefore\b": "moveBefore: not in Safari",
    r"\bpopover|\bcommandFor|\bcheckVisibility\b|\bgetHTML\b|\bsetHTML": "Safari 17 or later",
    r"\b(?:Object|Map)\.groupBy\b|\bPromise\.(?:withResolvers|try)\b": "Safari 17.4, Firefox 119",
    r"\bArray\.fromAsync\b|\bURL\.(?:parse|canParse)\b": "URL.canParse: Safari 17; others later",
    r"\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|union|intersection|difference)\(": (
        "sets: Safari 17, Firefox 127"
    ),
    r"\.(?:keys|values|entries)\(\)\.(?:map|filter|some|every|find|forEach|reduce|take|drop|toArray)\(": (
        "iterators: Safari 18.4, Firefox 131"
    ),
    r"\brequestIdleCallback\b|\bscrollend\b|\bnavigation\.|\bstartViewTransition\b": "not in Safari 16.4",
    r"\bAbortSignal\.any\b|\bRegExp\.escape\b|\bTemporal\.|\bIterator\.": "not in Firefox 115",
    r"\busing \w+ =|\bimport\(|\bimport\.meta\b|^export ": "a plain script has none",
}
FALLS_BACK = {
    ("arrange.js", "moveBefore: not in Safari"): "else taken out and put back; flash and focus are mended",
}
"""What scripts ask for before they use it."""
COMMENT = re.compile(r"/\*[\s\S]*?\*/|^\s*//.*$|\s//\s.*$", re.MULTILINE)


def found(texts: dict[str, str], newer: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in texts.items():
        plain = COMMENT.sub("", text)
        yield from ((name, what) for pattern, what in newer.items() if re.search(pattern, plain))


def assets(house: Path, kind: str) -> dict[str, str]:
    files = {file.name: file.read_text() for file in sorted((house / "assets").glob(f"*.{kind}"))}
    return files | {"login.html": (house / "monitor" / "dashboard" / "login.html").read_text()}


def test_styles_use_nothing_newer_than_the_least_versions(house: Path) -> None:
    used = set(found(assets(house, "css"), NEWER_STYLES))
    assert used == set(ADORNS), "mend it, or say in ADORNS what is shown without it"


def test_scripts_use_nothing_newer_than_the_least_versions(house: Path) -> None:
    assert set(found(assets(house, "js"), NEWER_SCRIPTS)) == set(FALLS_BACK)


@pytest.mark.parametrize(
    ("text", "newer"),
    [
        ("#board[data-form] {\n  .tile { color: red; }\n}", NEWER_STYLES),
        (".card:has(button) { color: red; }", NEWER_STYLES),
        (".menu { position-anchor: --x; }", NEWER_STYLES),
        ('const short = text.replace(/(?<=x)y/, "");', NEWER_SCRIPTS),
        ("const found = /[[a-z]--[q]]/v.test(text);", NEWER_SCRIPTS),
        ("for (const x of tiles.values().map(f)) g(x);", NEWER_SCRIPTS),
        ("// What is written.\nif (field.checkVisibility()) send(); // now\nlet sent = true;", NEWER_SCRIPTS),
    ],
)
def test_what_is_newer_is_found(text: str, newer: dict[str, str]) -> None:
    assert list(found({"one": text}, newer))


@pytest.mark.parametrize(
    ("text", "newer"),
    [
        ("@media (max-width: 699px) {\n  .tile { color: red; }\n}", NEWER_STYLES),
        ("@keyframes flash {\n  0%, 49% { opacity: 1; }\n  50% { opacity: 0; }\n}", NEWER_STYLES),
        (".a { color: red; } /* not :has(b) */\n.b { color: red; }", NEWER_STYLES),
        ('const rate = a / b / v; // popover\nlet path = "/live";', NEWER_SCRIPTS),
    ],
)
def test_what_is_old_is_not(text: str, newer: dict[str, str]) -> None:
    assert list(found({"one": text}, newer)) == []
