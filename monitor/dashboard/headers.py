"""The headers that every answer carries: what a browser may load, embed, keep and tell others."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = ("/assets/", "/_dash-component-suites/")
STATIC_POLICY = "default-src 'self'"
"""Styles and scripts obey the policy of the page that loads them; theirs counts when one runs as a worker."""


def content_security_policy(script_hashes: Iterable[str]) -> str:
    """Return the policy: our own files, and the inline scripts with these hashes.

    `style-src 'unsafe-inline'` stays because Dash and Plotly set styles from scripts.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Adds the headers to every HTTP answer, refusals included; scripts and styles get few."""

    def __init__(self, app: ASGIApp, *, policy: str, secure: bool) -> None:
        self._app = app
        everywhere = {"x-content-type-options": "nosniff"}
        if secure:
            everywhere["strict-transport-security"] = "max-age=31536000"
        self._of_files = {**everywhere, "content-security-policy": STATIC_POLICY}
        self._of_answers = {
            **everywhere,
            "content-security-policy": policy,
            # Not `no-referrer`: under it browsers send `Origin: null` with a posted form.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cache-control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        mine = self._of_files if scope["path"].startswith(STATIC) else self._of_answers

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(mine)
            await send(message)

        await self._app(scope, receive, with_headers)
