"""The pages over the wire, without a browser: what each address shows, what each tap does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import plotly.graph_objects as go
import pytest
from dash import Dash
from fastapi import FastAPI

from monitor.dashboard import ids
from monitor.dashboard.components.earlier import earlier_infusions
from monitor.dashboard.figures.series import series_figure
from monitor.dashboard.pages import build
from monitor.dashboard.views.acts import Target
from monitor.dashboard.views.series import earlier_rows, heading
from monitor.sessions import actions
from monitor.sessions.actions import Act, Outcome
from monitor.store.history import EarlierInfusion, Series, SessionSummary
from monitor.terms import Role
from tests.monitor.dashboard_pages.fake_services import (
    ANA,
    MINUTE,
    START,
    FakeServices,
    cuff,
    hypertensive_history,
    seen_by,
)
from tests.monitor.dashboard_pages.serve import serving
from tests.monitor.dashboard_pages.wire import Page, outputs_of, said, texts

SEATING = {
    "label": "J. P.",
    "identifiers_confirmed": ["Full name matches", "Date of birth matches"],
    "planned_min": "40",
    "weight_kg": 70,
    "dose_mg_per_kg": 0.5,
}


@pytest.fixture(scope="module")
def clinic() -> Iterator[tuple[FakeServices, Page]]:
    """One server for all tests; each begins with a fresh clinic and a user nobody was before."""
    services = FakeServices()
    with serving(services) as address, httpx.Client(base_url=address) as client:
        yield services, Page(client)


@pytest.fixture
def services(clinic: tuple[FakeServices, Page], request: pytest.FixtureRequest) -> FakeServices:
    fresh = clinic[0]
    vars(fresh).clear()
    fresh.__init__(viewing=replace(ANA, user=request.node.name))  # type: ignore[misc]
    return fresh


@pytest.fixture
def page(clinic: tuple[FakeServices, Page], services: FakeServices) -> Page:
    return clinic[1]


@pytest.fixture(scope="module")
def app() -> Dash:
    return build(FastAPI(), FakeServices())


def show(page: Page, path: str) -> Any:
    response = page.call(ids.PAGE, "location.pathname", {"location.pathname": path})
    return response[ids.PAGE]["children"]


def redraw(page: Page, chair: str, shown: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the answer to a tick of the live script; `shown` is the answer that the browser shows."""
    before = shown or {}
    state = {
        "chair-numbers.data-chair": chair,
        "chart-screen.data": {"column_px": 1100},
        "charts-card.hidden": before.get(ids.CHARTS_CARD, {}).get("hidden", True),
        **{
            f"{part}.data-view": before.get(part, {}).get("data-view", "")
            for part in (ids.ACTS, ids.LIMITS, ids.VISIT_LOG)
        },
    }
    return page.call(f"{ids.figure_of(ids.CHARTS)}.data", "chart-tick.data", state)


def do(act: str, chair: str = "7", session: str = "s7", subject: str = "") -> ids.Id:
    return ids.do(Target(act, chair, session, subject))


def test_the_document_names_its_language_its_width_and_the_demo(page: Page) -> None:
    html = page.client.get("/chair/7").text
    assert '<html lang="en"' in html
    assert "width=device-width" in html
    assert "<title>DEMO · Chairside</title>" in html
    assert "_dash-component-suites" in html


def test_every_script_and_style_is_our_own(page: Page) -> None:
    head, _, rest = page.client.get("/").text.partition('<script id="_dash-config"')
    tags = head + rest.partition("</script>")[2]
    assert 'src="http' not in tags
    assert 'href="http' not in tags


def test_a_clinic_without_simulated_chairs_is_not_called_a_demo(services: FakeServices) -> None:
    services.settings = type(services.settings)(
        **{f: getattr(services.settings, f) for f in services.settings.__slots__ if f != "demo"}, demo=False
    )
    assert build(FastAPI(), services).title == "Chairside"


@pytest.mark.parametrize(
    ("path", "name", "heading"),
    [
        ("/", "page-board", "Board of all chairs"),
        ("/chair/7", "page-chair", "Chair 7"),
        ("/alarms", "page-alarms", "Alarms"),
        ("/history", "page-history", "Visits"),
        ("/history/7", "page-history", "Visits on chair 7"),
        ("/visit/s7", "page-visit", "R. T., chair 7, Tue 3 Feb 2026"),
        ("/chair/99", "page-missing", "There is no chair 99."),
        ("/visit/none", "page-missing", "There is no visit none."),
        ("/nowhere", "page-missing", "There is no page at /nowhere."),
    ],
)
def test_each_address_has_its_page_under_one_bar(page: Page, path: str, name: str, heading: str) -> None:
    shown = show(page, path)
    assert name in shown["props"]["className"].split()
    assert heading in " ".join(texts(shown))
    bar = shown["props"]["children"][1]["props"]
    assert (bar["id"], bar["data-live"]) == ("top-bar", "topbar")


def test_the_live_script_finds_its_empty_containers(page: Page) -> None:
    whole = json.dumps([show(page, path) for path in ("/", "/chair/7", "/alarms")])
    for live in ("board", "chair", "chair-alarms", "alarms"):
        assert f'"data-live": "{live}"' in whole


def test_every_id_of_every_callback_is_in_a_layout(app: Dash, page: Page) -> None:
    whole = json.dumps(app.validation_layout.to_plotly_json(), default=lambda part: part.to_plotly_json())
    for callback in page.wiring:
        named = [each["id"] for each in (*callback["inputs"], *callback["state"])]
        outputs = outputs_of(callback)
        named += [each["id"] for each in (outputs if isinstance(outputs, list) else [outputs])]
        for plain in (name for name in named if not name.startswith("{")):
            assert f'"id": "{plain}"' in whole, plain


def test_a_card_of_earlier_infusions_leads_to_each() -> None:
    visit = SessionSummary("s1", "7", "R. T.", "left", START, 40, START, START + 40 * MINUTE, demo=True)
    readings = [cuff(-4, 120, 75), cuff(30, 150, 90), cuff(41, 149, 90), cuff(60, 130, 80)]
    series = Series("R-09", 2, [EarlierInfusion(1, visit, 0.5, (120, 75, 70), readings)])
    rows = earlier_rows(series, 20)
    figure = series_figure(series, hypertensive_history(), earlier=True)
    go.Figure(figure)
    names = [trace["name"] for trace in figure["data"]]
    assert names == ["infusion 1 systolic", "infusion 1 diastolic", "this infusion"]
    assert len(series_figure(series, None, earlier=False)["data"]) == 0
    card = earlier_infusions(heading(series), rows, figure).to_plotly_json()
    drawn = json.dumps(card, default=lambda part: part.to_plotly_json())
    for text in ("Infusion 2 of series R-09", "0.5 mg/kg", "150/90", "20 min", '"/visit/s1"'):
        assert text in drawn


def test_no_callback_can_block_the_loop(app: Dash) -> None:
    served = [callback["callback"] for callback in app.callback_map.values() if "callback" in callback]
    assert len(served) == 19
    assert all(asyncio.iscoroutinefunction(function) for function in served)


def test_unknown_ids_are_refused_by_dash_itself(app: Dash) -> None:
    assert app.config.suppress_callback_exceptions is False


def test_a_chair_with_a_patient_shows_charts_buttons_readings_and_log(page: Page) -> None:
    drawn = redraw(page, "7")
    assert drawn[ids.CHARTS_CARD]["hidden"] is False
    assert len(drawn[ids.figure_of(ids.CHARTS)]["data"]["data"]) > 10
    assert "Pause infusion" in texts(drawn[ids.ACTS]["children"])
    assert "184/102" in texts(drawn[ids.READINGS]["children"])
    assert "Infusion started" in texts(drawn[ids.VISIT_LOG]["children"])
    assert drawn[ids.SEAT_CARD]["children"] is None


def test_a_free_chair_shows_the_form_that_seats_a_patient(page: Page) -> None:
    drawn = redraw(page, "2")
    assert ids.CHARTS_CARD not in drawn, "it was hidden before"
    assert "Seat patient" in texts(drawn[ids.SEAT_CARD]["children"])
    assert drawn[ids.ACTS]["children"] is None


def test_a_redraw_touches_nothing_that_has_not_changed(page: Page) -> None:
    assert set(redraw(page, "7", redraw(page, "7"))) == {ids.figure_of(ids.CHARTS)}


def test_charts_and_log_go_when_the_patient_goes(page: Page) -> None:
    gone = redraw(page, "2", redraw(page, "7"))
    assert gone[ids.CHARTS_CARD]["hidden"] is True
    assert gone[ids.VISIT_LOG]["children"] is None


def test_before_the_first_turn_nothing_is_drawn(services: FakeServices, page: Page) -> None:
    services.snapshot = lambda: None  # type: ignore[method-assign]
    assert redraw(page, "7") == {}


def test_one_tap_notes_a_mark_and_says_so(services: FakeServices, page: Page) -> None:
    answer = page.press(do("mark", subject="nausea"))
    assert said(answer) == ("Done", "Chair 7: Nausea noted.")
    assert services.acts == [("7", "s7", actions.Mark("nausea"))]
    assert answer[ids.CHART_TICK]["data"] == 1


def test_a_form_is_asked_then_filled_in_then_done(services: FakeServices, page: Page) -> None:
    asked = page.press(ids.ask(Target("manual_cuff", "7", "s7")))
    assert asked[ids.DIALOG]["opened"] is True
    assert asked[ids.DIALOG]["title"] == "Enter cuff by hand"
    typed = {"systolic": 151, "diastolic": 92, "pulse_rate": "", "minutes_ago": 2}
    answer = page.press(do("manual_cuff"), typed)
    assert said(answer)[0] == "Done"
    assert answer[ids.DIALOG]["opened"] is False
    assert services.acts == [("7", "s7", actions.ManualCuff(151, 92, minutes_ago=2))]


def test_a_mark_leaves_alone_the_form_that_was_opened_while_it_was_on_its_way(page: Page) -> None:
    answer = page.press(do("mark", subject="nausea"), dialog=False)
    assert said(answer)[0] == "Done"
    assert ids.DIALOG not in answer


def test_a_form_with_a_fault_stays_open_and_nothing_is_done(services: FakeServices, page: Page) -> None:
    answer = page.press(do("manual_cuff"), {"systolic": "", "diastolic": 92, "minutes_ago": 0})
    assert said(answer) == ("Not done", "Systolic, mmHg: please fill this in.")
    assert ids.DIALOG not in answer
    assert services.acts == []


def test_a_refusal_of_the_turn_is_told_in_its_own_words(page: Page) -> None:
    title, message = said(page.press(do("resume")))
    assert title == "Not done"
    assert "Resume is possible in paused; chair 7 is in infusion." in message


def test_a_button_of_a_visit_that_is_over_does_nothing_to_the_next_patient(page: Page) -> None:
    title, message = said(page.press(do("mark", session="s-before", subject="nausea")))
    assert title == "Not done"
    assert "another visit" in message


@pytest.mark.parametrize("viewer", [seen_by(Role.WALL), seen_by(Role.NURSE, locked=True)])
def test_who_may_not_act_is_told_even_when_a_button_was_still_enabled(
    services: FakeServices, page: Page, viewer: Any
) -> None:
    services.viewing = replace(viewer, user=services.viewing.user)
    assert said(page.press(do("pause")))[0] == "Not done"
    assert services.acts == []


def test_a_double_tap_is_one_act(services: FakeServices, page: Page) -> None:
    first = page.press(do("mark", subject="nausea"))
    assert page.press(do("mark", subject="nausea")) == first
    assert len(services.acts) == 1


def test_a_double_tap_does_not_hit_the_button_that_comes_under_the_finger(
    services: FakeServices, page: Page
) -> None:
    first = page.press(do("pause"))
    assert page.press(do("resume")) == first
    assert [type(act) for *_, act in services.acts] == [actions.Pause]


def test_after_a_refusal_the_same_button_counts_at_once(services: FakeServices, page: Page) -> None:
    typed = {"systolic": 151, "diastolic": 92, "minutes_ago": 0}
    assert said(page.press(do("manual_cuff"), {**typed, "systolic": 9}))[0] == "Not done"
    assert said(page.press(do("manual_cuff"), typed))[0] == "Done"


def test_two_marks_in_quick_succession_are_two_acts(services: FakeServices, page: Page) -> None:
    page.press(do("mark", subject="nausea"))
    page.press(do("mark", subject="dizziness"))
    assert len(services.acts) == 2


def test_buttons_that_merely_appear_do_nothing(services: FakeServices, page: Page) -> None:
    button = do("pause")
    changed = f"{json.dumps(button, sort_keys=True, separators=(',', ':'))}.n_clicks"
    appeared = {"id": button, "property": "n_clicks", "value": None}
    values: dict[str, Any] = {"n_clicks": [appeared], "value": []}
    assert page.call('"part":"do"', changed, values) == {}
    assert services.acts == []


class Broken(FakeServices):
    """Services whose desk fails in a way nobody thought of."""

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        raise RuntimeError("the desk is on fire")


def test_a_fault_of_the_page_is_said_and_logged_and_shows_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Broken()) as address, httpx.Client(base_url=address) as client:
        body = json.dumps(Page(client).press(do("pause")))
    assert "desk is on fire" not in body
    assert "desk is on fire" in caplog.text


class Late(FakeServices):
    """Services whose monitor does what it is asked, but says so too late."""

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        await super().act(chair, session, act)
        return None


def test_an_act_whose_answer_is_late_is_not_called_undone_and_its_form_goes() -> None:
    with serving(Late()) as address, httpx.Client(base_url=address) as client:
        answer = Page(client).press(do("manual_cuff"), {"systolic": 151, "diastolic": 92, "minutes_ago": 2})
    assert said(answer)[0] == "Not answered yet"
    assert answer[ids.DIALOG]["opened"] is False


def test_the_whole_visit_goes_by_taps(services: FakeServices, page: Page) -> None:
    def tap(act: str, typed: dict[str, Any] | None = None, subject: str = "") -> None:
        session = services.seated["2"].id if "2" in services.seated else ""
        title, message = said(page.press(do(act, "2", session, subject), typed))
        assert title == "Done", message

    cuff = {"systolic": 131, "diastolic": 79, "pulse_rate": 70, "minutes_ago": 0}
    tap("seat", SEATING)
    tap("begin_baseline")
    tap("manual_cuff", cuff)
    tap("mark", subject="nausea")
    services.now_ms += 60_000
    tap("standby", {"reason": "Bathroom", "minutes": "10"})
    tap("entered_in_error", {"reason": "arm moved"}, subject=next(iter(services.visits["s2-1"].cuffs)).key)
    assert services.visits["s2-1"].cuffs[0].in_error
    assert "data-view" in redraw(page, "2")[ids.ACTS]


def test_a_baseline_is_confirmed_as_it_was_seen_or_not_at_all(services: FakeServices, page: Page) -> None:
    page.press(do("seat", "2", ""), SEATING)
    session = services.seated["2"].id
    page.press(do("begin_baseline", "2", session))
    for systolic in (131, 129):
        page.press(do("manual_cuff", "2", session), {"systolic": systolic, "diastolic": 79, "minutes_ago": 0})
    asked = page.press(ids.ask(Target("confirm_baseline", "2", session)))
    assert "Median of 2: 130/79 mmHg" in texts(asked[ids.DIALOG]["children"])
    title, message = said(page.press(do("confirm_baseline", "2", session, "140/90")))
    assert title == "Not done"
    assert "the median is now 130/79, it was 140/90" in message
    assert said(page.press(do("confirm_baseline", "2", session, "130/79")))[0] == "Done"


def test_the_alarm_history_is_a_table(page: Page) -> None:
    drawn = page.call(ids.ALARM_HISTORY, "history-tick.n_intervals", {})
    said_ = texts(drawn[ids.ALARM_HISTORY]["children"])
    assert said_[:6] == ["Time", "Chair", "Priority", "Alarm", "Change", "Who"]
    assert said_[7:12] == ["7", "!!! high", "SYS 182 ≥ 180", "now high", ""]


def test_a_finished_visit_can_be_downloaded_and_an_open_one_not_yet(
    services: FakeServices, page: Page
) -> None:
    assert "/records/s7.csv" not in json.dumps(show(page, "/history"))
    visit = services.visits["s7"]
    visit.summary = type(visit.summary)("s7", "7", "R. T.", "left", 0, 40, left_ms=9, record=True)
    assert '"href": "/records/s7.csv"' in json.dumps(show(page, "/history"))


def test_a_past_visit_is_drawn_when_the_screen_is_known(page: Page) -> None:
    drawn = page.call(
        "past-charts-figure.data",
        "past-screen.data",
        {"past-screen.data": {"column_px": 400}, "past-visit.data": "s7"},
    )
    assert drawn["past-charts-figure"]["data"]["layout"]["dragmode"] is False
