"""Zooming into the charts of a visit that goes on, in a real Chromium."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route

from tests.browser.taps import repeat_until
from tests.monitor.dashboard_pages.fake_services import MINUTE, FakeServices

PLOT = "document.querySelector('#charts .chart-plot')"
SHOWN = f"{PLOT}?.layout?.xaxis?.range"
WHOLE = f"{PLOT}?.layout?.meta?.whole"
REDRAW = "dash_clientside.set_props('chart-tick', {data: 4711})"


@pytest.fixture
def page(opened: Page, services: FakeServices) -> Page:
    """The charts of an infusion, zoomed into its later half."""
    opened.goto("/chair/7")
    opened.wait_for_function(f"{SHOWN}?.join() === '-11,45'")
    x, y, width = middle(opened)
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + width * 0.3, y, steps=5)
    opened.mouse.up()
    opened.wait_for_function(f"{SHOWN}[0] > 10")
    return opened


def middle(page: Page) -> tuple[float, float, float]:
    """The middle of the plot and its width, pixels."""
    box = page.locator("#charts .nsewdrag").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def zoom_out(page: Page) -> None:
    """Click twice; of two clicks that come late, as on a busy machine, Plotly makes no double one."""
    x, y, _ = middle(page)
    repeat_until(page, lambda: page.mouse.dblclick(x, y), lambda: page.evaluate(f"{SHOWN}[0] === -11"))


def grow(page: Page, services: FakeServices) -> None:
    """Let twenty minutes pass, and wait until the charts know."""
    services.now_ms += 20 * MINUTE
    page.evaluate(REDRAW)
    page.wait_for_function(f"{WHOLE}.join() === '-11,60'")


def test_zoom_survives_a_redraw(page: Page, services: FakeServices) -> None:
    zoomed = page.evaluate(f"{SHOWN}.join()")
    grow(page, services)
    assert page.evaluate(f"{SHOWN}.join()") == zoomed


def test_once_zoomed_out_the_charts_grow_with_the_visit(page: Page, services: FakeServices) -> None:
    zoom_out(page)
    grow(page, services)
    assert page.evaluate(f"{SHOWN}.join()") == "-11,60"


@pytest.mark.parametrize("how", ["double click", "button"])
def test_zoomed_out_a_visit_that_grew_meanwhile_is_shown_up_to_now(
    page: Page, services: FakeServices, how: str
) -> None:
    grow(page, services)
    if how == "button":
        page.locator("#charts .modebar-btn[data-title='Whole visit']").click()
    else:
        zoom_out(page)
    page.wait_for_function(f"{SHOWN}.join() === '-11,60'")


def test_a_figure_asked_for_before_zooming_out_does_not_zoom_in_again(
    page: Page, services: FakeServices
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        wanted = json.loads(route.request.post_data or "{}")["output"]
        if "charts-figure" in wanted:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    services.now_ms += 20 * MINUTE
    page.evaluate(REDRAW)
    repeat_until(page, lambda: None, lambda: held)
    zoom_out(page)
    held[0].continue_()
    page.wait_for_function(f"{WHOLE}.join() === '-11,60'")
    assert page.evaluate(f"{SHOWN}.join()") == "-11,60"
