"""Every route and every callback as everybody, against what this table expects of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.dashboard.pages import build
from monitor.store.walls import WallLinks
from monitor.terms import Role
from tests.monitor.dashboard_pages.wire import name_of, outputs_of
from tests.monitor.dashboard_server.clinic import PINS, ROLES, Clinic, running
from tests.monitor.dashboard_server.test_guard import outcome, routes

ALL = frozenset(Role)
STAFF = ALL - {Role.WALL}
ACTING = frozenset({Role.NURSE, Role.ANESTHESIA})
ADMIN = frozenset({Role.ADMIN})
ANYBODY = ALL | {None}

ROUTES: dict[tuple[str, str], frozenset[Any]] = {
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/words.js"): ANYBODY,
    ("GET", "/login"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("POST", "/logout"): ALL,
    ("POST", "/unlock"): ALL,
    ("POST", "/switch"): STAFF,
    ("GET", "/people"): STAFF,
    ("GET", "/wall/{secret}"): ANYBODY,
    ("GET", "/wall"): ANYBODY,
    ("POST", "/act"): ACTING,
    ("GET", "/me"): ALL,
    ("POST", "/handover/confirm"): frozenset({Role.NURSE}),
    ("GET", "/records/{session}.csv"): STAFF,
    ("GET", "/recent/{session}"): STAFF,
    ("WEBSOCKET", "/live"): ALL,
    ("GET", "/admin"): ADMIN,
    ("GET", "/sandbox"): ADMIN,
    ("GET", "/chair/1"): ALL,
}
"""Ours; what Dash adds is under these two, for everybody who is signed in."""
OF_DASH = ("/_", "/assets/")

CALLBACKS: dict[str, frozenset[Role]] = {
    "admin-users": ADMIN,
    "admin-walls": ADMIN,
    "admin-stations": ADMIN,
    "admin-audit": ADMIN,
    "admin-tried": ADMIN,
    "admin-file-said": ADMIN,
    "devices-heard": ADMIN,
    "sandbox-fields": ALL,
    "sandbox-result": ADMIN,
    "page": ALL,
    "charts-figure": ALL,
    "ask": ALL,
    "do": ALL,
    "alarm-history": ALL,
    "past-charts-figure": ALL,
    "earlier-chart-figure": ALL,
    "earlier": ALL,
    "history-table": ALL,
    "preview": ALL,
}
"""By their first output, or input if they have none. Acts are refused by the services: test_acts."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running(tmp_path_factory.mktemp("store"), pages=build) as clinic:
        yield clinic


def test_every_route_is_in_the_table_and_answers_whom_it_should(whole: Clinic) -> None:
    ours = [(m, p) for m, p in routes(whole) if not p.startswith(OF_DASH) and p not in ("/", "chair/1")]
    named = {(m, p.replace("{secret}", "x").replace("{session}", "v1")): r for (m, p), r in ROUTES.items()}
    unknown = [route for route in ours if route not in named and route[1] != "/chair/1"]
    assert not unknown, "give these a line in the table"
    clients: list[tuple[Role | None, str | None]] = [(None, None), *((ROLES[u], u) for u in PINS)]
    for role, user in clients:
        for (method, path), allowed in named.items():
            if (method, path) == ("POST", "/logout"):
                continue
            with whole.browser(user) as client:
                status = outcome(whole, client, method, path)
            if method == "POST" and allowed is ANYBODY:
                assert status == 403, "a form without its token"
            elif path == "/switch" and role in allowed:
                assert status == 400
            else:
                assert (status in (0, 401, 403)) != (role in allowed), f"{method} {path} as {role}: {status}"


def first_output(spec: dict[str, Any]) -> str:
    name = name_of(spec).strip(".").split("...")[0]
    return (
        str(json.loads(name[: name.index("}") + 1])["part"])
        if name.startswith("{")
        else name.rsplit(".", 1)[0]
    )


def test_every_callback_is_in_the_table_and_does_nothing_for_others(whole: Clinic) -> None:
    with whole.browser("boss") as boss:
        wiring = boss.get("/_dash-dependencies").json()
    served = [each for each in wiring if not each["clientside_function"]]
    assert {first_output(each) for each in served} == set(CALLBACKS), "mend the table"
    for user, role in ROLES.items():
        with whole.browser(user) as client:
            for spec in served:
                allowed = CALLBACKS[first_output(spec)]
                if allowed == ALL:
                    continue
                answer = client.post("/_dash-update-component", json=called(spec))
                refused = answer.status_code == 204 or "Only administrators" in answer.text
                assert refused != (role in allowed), f"{spec['output']} as {role}: {answer.text}"
    assert [link.name for link in WallLinks(whole.desk).all()] == ["Corridor"]
    assert whole.desk.staff() == []


def called(spec: dict[str, Any]) -> dict[str, Any]:
    """A press of the callback's first button, with what is typed left empty but for a display's name."""
    values = {"admin-wall-name.value": "Corridor", "admin-audit-of.value": "x"}

    def filled(each: dict[str, Any]) -> Any:
        if each["id"].startswith("{"):
            return []
        name = f"{each['id']}.{each['property']}"
        return {"id": each["id"], "property": each["property"], "value": values.get(name, first.get(name))}

    pressed = spec["inputs"][0]
    first = {f"{pressed['id']}.{pressed['property']}": 1}
    return {
        "output": spec["output"],
        "outputs": outputs_of(spec),
        "inputs": [filled(each) for each in spec["inputs"]],
        "state": [filled(each) for each in spec["state"]],
        "changedPropIds": [f"{pressed['id']}.{pressed['property']}"],
    }
