"""Signing in and out: a plain page that works without Dash, by touch and by keyboard."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitor import language
from monitor.config import Settings, UserSettings
from monitor.dashboard.audit import Audit
from monitor.dashboard.body import limited_body
from monitor.dashboard.languages import COOKIE as LANGUAGE_COOKIE
from monitor.dashboard.languages import KEPT_S
from monitor.dashboard.origin import CSRF_COOKIE, csrf_matches
from monitor.dashboard.pin_gate import PinGate
from monitor.dashboard.pins import LockedOut, WrongPin
from monitor.dashboard.sign_in import COOKIE, SignedIn, SignIns
from monitor.dashboard.sockets import Sockets
from monitor.dashboard.tries import TooManyTries
from monitor.language import LANGUAGES, t

PAGE = Template(files("monitor.dashboard").joinpath("login.html").read_text("utf-8"))
OWN_PATH = re.compile(r"/(?:[\w-]+/?)*", re.ASCII)
"""Where a sign-in may lead: a path of ours, never another host."""


def script_hash() -> str:
    """Return the CSP source of the page's one inline script."""
    script = PAGE.template.split("<script>", 1)[1].split("</script>", 1)[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class Door:
    """The routes `/login` and `/logout`."""

    def __init__(
        self,
        settings: Settings,
        gate: PinGate,
        sign_ins: SignIns,
        sockets: Sockets,
        audit: Audit,
        *,
        secure: bool,
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._sign_ins = sign_ins
        self._sockets = sockets
        self._audit = audit
        self._secure = secure

    def add_routes(self, server: FastAPI) -> None:
        """Serve the sign-in page and take what is posted to it."""
        server.add_api_route("/login", self.show, methods=["GET"])
        server.add_api_route("/login", self.sign_in, methods=["POST"])
        server.add_api_route("/logout", self.sign_out, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """Show the sign-in page, from now on in another language where one is asked for."""
        wanted, chosen = request.query_params.get("next", "/"), request.query_params.get("language", "")
        if chosen not in LANGUAGES:
            return self._page(request, wanted=wanted)
        with language.spoken(chosen):
            page = self._page(request, wanted=wanted)
        page.set_cookie(LANGUAGE_COOKIE, chosen, max_age=KEPT_S, samesite="strict", secure=self._secure)
        return page

    async def sign_in(self, request: Request) -> Response:
        """Let a user in whose PIN is right."""
        form = await _form(request)
        name, wanted = form.get("user", ""), form.get("next", "/")
        if not csrf_matches(request, form.get("csrf")):
            return self._page(request, name, wanted, t("This page was out of date. Try again."), 403)
        try:
            user = await self._gate.check(request, name, form.get("pin", ""), request.state.signed_in)
        except WrongPin:
            return self._page(request, name, wanted, t("Wrong name or PIN."), 401)
        except (LockedOut, TooManyTries) as refused:
            return self._page(request, name, wanted, status=429, waits=refused)
        await self._end(request)
        cookie = await self._sign_ins.open(user)
        self._audit.note(user.name, "signed in")
        answer = RedirectResponse(wanted if OWN_PATH.fullmatch(wanted) else "/", 303)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=self._secure)
        self._gate.remember(request, answer, user)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End this session and close its websockets."""
        given = request.headers.get("x-csrf-token") or (await _form(request)).get("csrf")
        if not csrf_matches(request, given):
            return self._page(request, message=t("This page was out of date. Try again."), status=403)
        await self._end(request)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    async def _end(self, request: Request) -> None:
        signed_in: SignedIn | None = request.state.signed_in
        if signed_in:
            self._audit.note(signed_in.user.name, "signed out")
            try:
                await self._sign_ins.close(signed_in.token)
            finally:
                self._sockets.close(signed_in.token)

    def _page(
        self,
        request: Request,
        name: str = "",
        wanted: str = "/",
        message: str = "",
        status: int = 200,
        waits: LockedOut | TooManyTries | None = None,
    ) -> HTMLResponse:
        wait_s = 0.0 if waits is None else waits.wait_s
        waiting = "" if waits is None else t(waits.MESSAGE)
        token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
        page = PAGE.substitute(
            clinic=escape(self._settings.name),
            user=escape(name[:40]),
            next=escape(wanted),
            csrf=escape(token),
            message=escape(waiting.format(n=f"{wait_s:.0f}") or message),
            wait=f"{wait_s:.0f}",
            waiting=escape(waiting),
            demo=self._demo(),
            lang=language.current(),
            languages=_choices(wanted),
            **_words(),
        )
        answer = HTMLResponse(page, status)
        answer.set_cookie(CSRF_COOKIE, token, samesite="strict", secure=self._secure)
        return answer

    def _demo(self) -> str:
        """Return the list of the demo's users and PINs; nothing in a real clinic."""
        if not self._settings.demo:
            return ""
        pins = self._settings.demo_pins
        lead = escape(t("Simulated patients. Sign in as:"))
        people = "".join(_person(user, pins[user.name]) for user in self._settings.users if user.name in pins)
        return f'<aside class="demo"><h2>DEMO</h2><p>{lead}</p>{people}</aside>'


def _words() -> dict[str, str]:
    """Return what the page says, in the language of whoever asks."""
    words = {
        "sign_in": t("Sign in"),
        "before": t("Who signed in here before"),
        "name": t("Name"),
        "pad": t("PIN pad"),
        "clear": t("Clear the PIN"),
        "delete": t("Delete the last digit"),
        "again": t("Try again now."),
        "secondary": t(
            "Secondary display, not a medical device: the bedside monitor stays the primary alarm."
        ),
    }
    return {name: escape(text) for name, text in words.items()}


def _choices(wanted: str) -> str:
    """Return a link for every other language, in that language."""
    others = (name for name in LANGUAGES if name != language.current())
    asked = {name: urlencode({"language": name, "next": wanted}) for name in others}
    return "".join(
        f'<a href="/login?{escape(query)}" lang="{name}" hreflang="{name}">{LANGUAGES[name]}</a>'
        for name, query in asked.items()
    )


def _person(user: UserSettings, pin: str) -> str:
    name, display = escape(user.name), escape(user.display)
    return (
        f'<button type="button" class="person" data-user="{name}" data-pin="{escape(pin)}">'
        f"<b>{display}</b> {escape(t(user.role))} <kbd>{name}</kbd> <kbd>{escape(pin)}</kbd></button>"
    )


async def _form(request: Request) -> dict[str, str]:
    body = (await limited_body(request)).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
