"""Every route, as everybody: what is not allowed must be refused before any handler runs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import InvalidStatus

from monitor.dashboard.rules import ANYBODY, PAGE, RULES, rule_of
from monitor.terms import Role
from tests.monitor.dashboard_server.clinic import PINS, ROLES, Clinic, running

USERS = [None, *PINS]
SAMPLE = {
    "session": "v1",
    "package_name": "dash",
    "fingerprinted_path": "deps/x.js",
    "path:path": "chair/1",
    "secret": "x",
}
READABLE = {"login": "/login", "health": "/healthz"}


def routes(clinic: Clinic) -> list[tuple[str, str]]:
    """Every (method, path) that is registered, Dash's own included, with sample values in the path."""
    found = []
    for route in clinic.app.routes:
        path = getattr(route, "path", "")
        for name, value in SAMPLE.items():
            path = path.replace("{" + name + "}", value).replace("{" + name + ":path}", value)
        assert "{" not in path, f"give {path} a sample value"
        if isinstance(route, WebSocketRoute) or "websocket" in type(route).__name__.lower():
            found.append(("WEBSOCKET", path))
        elif isinstance(route, Route):
            found += [(method, path) for method in route.methods or () if method != "HEAD"]
    return found


def outcome(clinic: Clinic, client: httpx.Client, method: str, path: str) -> int:
    """The status of one attempt; 101 for a websocket that opened, 0 for a page that leads to sign-in."""
    if method == "WEBSOCKET":
        try:
            with clinic.socket(client, path):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code
    response = client.request(method, path)
    return 0 if response.headers.get("location", "").startswith("/login") else response.status_code


def test_nobody_but_the_listed_roles_gets_past_the_guard(quiet_clinic: Clinic) -> None:
    table = routes(quiet_clinic)
    assert {"/healthz", "/login", "/logout", "/me", "/act", "/unlock", "/live"} <= {path for _, path in table}
    assert ("WEBSOCKET", "/_dash-ws-callback") in table
    for method, path in table:
        rule = rule_of(path)
        for user in USERS:
            if path in ("/login", "/logout") and method == "POST":
                continue
            with quiet_clinic.browser(user) as client:
                status = outcome(quiet_clinic, client, method, path)
            allowed = rule.roles is ANYBODY or (user is not None and ROLES[user] in rule.roles)
            refused = status in (0, 401, 403)
            assert refused != allowed, f"{method} {path} as {user}: {status}"


def test_every_route_of_ours_has_a_rule_of_its_own(quiet_clinic: Clinic) -> None:
    pages = {path for _, path in routes(quiet_clinic) if rule_of(path) is PAGE}
    assert pages <= {"/", "chair/1", "/chair/1"}, "give the route a line in monitor.dashboard.rules"


def test_a_rule_without_a_route_is_stale(quiet_clinic: Clinic) -> None:
    paths = {path for _, path in routes(quiet_clinic)} | {
        "/assets/x",
        "/sandbox",
        "/devices",
        "/admin",
    }  # the pages of an administrator are served by Dash
    assert [rule.path for rule in RULES if not any(rule.covers(path) for path in paths)] == []


@pytest.mark.parametrize("path", ["/nowhere", "/_dash-layout", "/assets/live.js", "/records/v1.csv", "//act"])
def test_nobody_learns_anything_without_signing_in(quiet_clinic: Clinic, path: str) -> None:
    with quiet_clinic.browser() as client:
        answer = client.get(quiet_clinic.origin + path)
        assert answer.status_code in (303, 401)
        assert "chair" not in answer.text.lower()


POSTS = ["/act", "/unlock", "/logout", "/_dash-update-component"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1"])
def test_a_post_from_elsewhere_is_refused(quiet_clinic: Clinic, path: str, origin: str | None) -> None:
    with quiet_clinic.browser("ana") as client:
        del client.headers["Origin"]
        answer = client.post(path, json={}, headers={"Origin": origin} if origin else {})
        assert answer.status_code == 403
        assert "page of this clinic" in answer.json()["message"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_post_without_the_csrf_token_is_refused(quiet_clinic: Clinic, path: str, token: str | None) -> None:
    with quiet_clinic.browser("ana") as client:
        del client.headers["X-CSRF-Token"]
        answer = client.post(path, json={}, headers={} if token is None else {"X-CSRF-Token": token})
        assert answer.status_code == 403
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize("path", ["/live", "/_dash-ws-callback"])
@pytest.mark.parametrize("origin", [None, "http://evil.example"])
def test_a_websocket_from_elsewhere_is_refused(quiet_clinic: Clinic, path: str, origin: Any) -> None:
    with quiet_clinic.browser("ana") as client:
        with pytest.raises(InvalidStatus) as refused:
            quiet_clinic.socket(client, path, origin=origin)
        assert refused.value.response.status_code == 403


def test_a_foreign_name_that_leads_here_is_refused(quiet_clinic: Clinic) -> None:
    with quiet_clinic.browser() as client:
        host = f"evil.example:{quiet_clinic.port}"
        answer = client.get("/login", headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/me", "/_dash-layout", "/records/v1.csv", "/"])
@pytest.mark.parametrize("host", ["localhost/login?", "127.0.0.1/healthz#", "localhost/login%3F"])
def test_a_host_header_cannot_name_another_path(quiet_clinic: Clinic, path: str, host: str) -> None:
    with quiet_clinic.browser() as client:
        assert client.get(path, headers={"Host": host}).status_code in (303, 400, 401)


@pytest.mark.parametrize(
    "path", ["/healthz%3Fx", "/login%23x", "/login%2F", "/healthz/", "/LOGIN", "/%6d%65"]
)
def test_an_encoded_path_is_judged_as_it_is_routed(quiet_clinic: Clinic, path: str) -> None:
    with quiet_clinic.browser() as client:
        assert client.get(path).status_code in (303, 307, 401)


def test_a_page_leads_to_sign_in_and_back(quiet_clinic: Clinic) -> None:
    with quiet_clinic.browser() as client:
        assert client.get("/chair/1").headers["location"] == "/login?next=%2Fchair%2F1"
        assert quiet_clinic.sign_in(client, "ana", wanted="/chair/1").headers["location"] == "/chair/1"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/a?b", ""]
)
def test_sign_in_never_leads_to_another_host(quiet_clinic: Clinic, elsewhere: str) -> None:
    with quiet_clinic.browser() as client:
        assert quiet_clinic.sign_in(client, "ana", wanted=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/login", "/healthz", "/me", "/", "/act", "/nowhere"])
def test_every_answer_carries_the_security_headers(quiet_clinic: Clinic, path: str) -> None:
    with quiet_clinic.browser() as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_dash_callback_knows_who_asks(quiet_clinic: Clinic) -> None:
    for user in PINS:
        with quiet_clinic.browser(user) as client:
            assert quiet_clinic.callback(client, "who") == user


def test_a_refused_user_is_audited_and_a_stranger_is_not(quiet_clinic: Clinic) -> None:
    with quiet_clinic.browser() as client:
        client.post("/act", json={})
    with quiet_clinic.browser("wall") as client:
        client.post("/act", json={})
    with quiet_clinic.browser("ana") as client:  # a later write is on disk, so the earlier ones are
        client.post("/unlock", json={"pin": PINS["ana"]})
    refused = [
        line for line in quiet_clinic.desk.audit_trail() if line.event == "refused" and "/act" in line.detail
    ]
    assert {line.user for line in refused} >= {"wall"}
    assert "" not in {line.user for line in refused}


def test_behind_a_proxy_the_cookies_are_secure_and_the_origin_is_https(tmp_path: Any) -> None:
    with running(tmp_path, behind_proxy=True) as clinic, clinic.browser() as client:
        name = {"Host": "clinic.example", "Origin": "https://clinic.example"}
        shown = client.get("/login", headers=name)
        token = shown.cookies["csrf"]
        assert "Secure" in shown.headers["set-cookie"]
        form = {"user": "ana", "pin": PINS["ana"], "csrf": token}
        signed_in = client.post("/login", data=form, headers={**name, "Cookie": f"csrf={token}"})
        assert signed_in.status_code == 303
        cookie = signed_in.headers["set-cookie"]
        assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=strict"))
        assert "max-age" in signed_in.headers["strict-transport-security"]
        plain = {**name, "Origin": "http://clinic.example", "Cookie": f"csrf={token}"}
        assert client.post("/login", data=form, headers=plain).status_code == 403


def test_the_roles_are_those_of_the_house() -> None:
    assert set(ROLES.values()) == set(Role)
