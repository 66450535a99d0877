"""Columns, rows and the form of a tile, for one to thirty chairs on many sizes, as documented."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

DOCS = Path(__file__).parents[3] / "docs" / "screens.md"
FORMS = {
    form: (int(width), int(height))
    for form, width, height in re.findall(
        r"^\| (\w+) \| (\d+) × (\d+)", DOCS.read_text("utf-8"), re.MULTILINE
    )
}
"""The least box of each form, the fullest first, as the documentation promises it."""
GAP = 10
HEADING = 28
ROOMY = 1.3
"""So far the words grow with the tile; from here on the trend does."""
SLACK = 1e-6

Box = tuple[float, float, float, float]
"""left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One board: so many chairs in each room, and the window they have."""

    counts: list[int]
    width: int
    height: int
    headed: bool


def sweep() -> list[Asked]:
    dice = random.Random(30)
    sizes = [(3840, 2160), (1920, 1080), (1920, 930), (1280, 690), (1024, 640), (820, 1040), (700, 400)]
    sizes += [(dice.randint(300, 4000), dice.randint(200, 2400)) for _ in range(25)]
    boards = [Asked([n], *size, False) for n in range(1, 31) for size in sizes]
    for size in sizes:
        for _ in range(20):
            rooms = [dice.randint(1, 12) for _ in range(dice.randint(2, 5))]
            boards.append(Asked(rooms, *size, True))
    return boards


BOARDS = sweep()
FIT = """(boards) => boards.map(([counts, width, height, headed]) => {
  const way = chairside.fit.fit(counts, width, height, headed);
  if (way === null) return null;
  const areas = way.beside ? chairside.fit.areas(counts, way) : null;
  return { ...way, template: chairside.fit.template(way), areas };
})"""


@pytest.fixture(scope="module")
def ways(scripts: Page) -> list[dict[str, Any] | None]:
    asked = [[one.counts, one.width, one.height, one.headed] for one in BOARDS]
    found: list[dict[str, Any] | None] = scripts.evaluate(FIT, asked)
    return found


def lines(template: str, height: float) -> list[tuple[float, float]]:
    """Top and bottom of each row of a grid that is so high."""
    each = re.sub(
        r"repeat\((\d+), ([^)]*\)?)\)", lambda m: " ".join([m[2].replace(" ", "")] * int(m[1])), template
    ).split()
    free = height - GAP * (len(each) - 1) - sum(float(row[:-2]) for row in each if row.endswith("px"))
    share = free / sum(not row.endswith("px") for row in each)
    top, found = 0.0, []
    for row in each:
        high = float(row[:-2]) if row.endswith("px") else share
        found.append((top, top + high))
        top += high + GAP
    return found


def tiles(asked: Asked, way: dict[str, Any]) -> list[Box]:
    """Where the browser's grid puts the tiles."""
    rows = lines(way["template"], asked.height)
    wide = (asked.width - GAP * (way["columns"] - 1)) / way["columns"]

    def box(row: int, column: int) -> Box:
        left = column * (wide + GAP)
        return (left, rows[row][0], left + wide, rows[row][1])

    if way["areas"]:
        places = [map(int, area.split(" / ")) for group in way["areas"] for area in group["tiles"]]
        return [box(row - 1, column - 1) for row, column in places]
    found, line = [], 0
    for count in asked.counts:
        line += asked.headed
        found += [box(line + n // way["columns"], n % way["columns"]) for n in range(count)]
        line += -(-count // way["columns"])
    return found


def fits(asked: Asked, form: str) -> bool:
    """Whether chairs of one group can be shown in a form, with any number of columns."""
    wide, high = FORMS[form]
    (count,) = asked.counts
    return any(
        (asked.width - GAP * (columns - 1)) / columns >= wide
        and (asked.height - GAP * (-(-count // columns) - 1)) / -(-count // columns) >= high
        for columns in range(1, count + 1)
    )


def test_the_documentation_names_the_forms_of_a_tile() -> None:
    assert list(FORMS) == ["whole", "close", "tall", "short", "dense"]


def test_every_tile_is_inside_its_window_over_no_other_and_as_large_as_its_form_must_be(
    ways: list[Any],
) -> None:
    for asked, way in zip(BOARDS, ways, strict=True):
        if way is None:
            continue
        boxes = tiles(asked, way)
        assert len(boxes) == sum(asked.counts), asked
        assert way["unit"] >= 1, asked
        wide, high = (side * way["unit"] for side in FORMS[way["form"]])
        for left, top, right, bottom in boxes:
            assert left >= 0, asked
            assert top >= 0, asked
            assert right <= asked.width + SLACK, asked
            assert bottom <= asked.height + SLACK, asked
            assert right - left >= wide - SLACK, asked
            assert (
                bottom - top >= (high if way["unit"] <= ROOMY else FORMS[way["form"]][1] * ROOMY) - SLACK
            ), asked
        for n, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[n + 1 :]:
                apart = other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
                assert apart, asked


def test_no_fuller_form_is_passed_over_and_none_is_missing_where_one_fits(ways: list[Any]) -> None:
    for asked, way in zip(BOARDS, ways, strict=True):
        if asked.headed:
            continue
        best = next((form for form in FORMS if fits(asked, form)), None)
        assert (way and way["form"]) == best, asked


def test_a_heading_stands_above_its_own_room_and_no_other(ways: list[Any]) -> None:
    seen = 0
    for asked, way in zip(BOARDS, ways, strict=True):
        if way is None or not way["areas"]:
            continue
        seen += 1
        ends = []
        for group in way["areas"]:
            row, start, _, end = map(int, group["heading"].split(" / "))
            assert row == 1, asked
            columns = [int(area.split(" / ")[1]) for area in group["tiles"]]
            assert min(columns) == start, asked
            assert max(columns) < end, asked
            ends.append((start, end))
        assert [end for _, end in ends[:-1]] == [start for start, _ in ends[1:]], asked
        assert ends[-1][1] == way["columns"] + 1, asked
    assert seen > 20


SCROLLED = """([counts, width]) => { const way = chairside.fit.scrolled(counts, width, counts.length > 1);
  return [way.form, way.unit, way.row_px, way.columns]; }"""


@pytest.mark.parametrize("counts", [[30], [12, 9, 9], [1]])
@pytest.mark.parametrize("width", [180, 320, 700, 820, 1920])
def test_what_cannot_be_shown_at_once_scrolls_in_the_smallest_form(
    scripts: Page, counts: list[int], width: int
) -> None:
    form, unit, row, columns = scripts.evaluate(SCROLLED, [counts, width])
    wide, high = FORMS["dense"]
    assert form == "dense"
    assert columns == max(1, (width + GAP) // (wide + GAP))
    assert unit >= 1 or width < wide
    assert row == pytest.approx(high * unit)


@pytest.mark.parametrize(("width", "unit"), [(320, 1), (390, 390 / 330), (699, 1.3)])
def test_a_phone_is_one_column_whose_words_grow_a_little(scripts: Page, width: int, unit: float) -> None:
    way = scripts.evaluate("(width) => chairside.fit.list(width)", width)
    assert (way["columns"], way["form"]) == (1, "close")
    assert way["unit"] == pytest.approx(unit)
