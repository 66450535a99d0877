"""The headers that every answer carries: what a browser may load, embed, keep and tell others."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = ("/assets/", "/_dash-component-suites/")
STATIC_POLICY = "default-src 'self'"
"""Of a script, style or font only a worker looks at it; the page's own would be a tenth of a first load."""


def content_security_policy(script_hashes: Iterable[str]) -> str:
    """Return the policy: our own files, and the inline scripts with these hashes.

    `style-src 'unsafe-inline'` stays because Dash and Plotly set styles from scripts.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *dict.fromkeys(script_hashes))),
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


NOT_NEEDED = (
    "camera",
    "display-capture",
    "geolocation",
    "hid",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
"""What no page of ours asks a browser for, so that no script in one can."""


class SecurityHeaders:
    """Adds the headers to every HTTP answer, refusals included."""

    def __init__(self, app: ASGIApp, *, policy: str, secure: bool) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            # Not `no-referrer`: under it browsers send `Origin: null` with a posted form.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": ", ".join(f"{name}=()" for name in NOT_NEEDED),
        }
        if secure:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        patient_data = not scope["path"].startswith(STATIC)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if patient_data:
                    headers["cache-control"] = "no-store"
                elif message["status"] == 200:
                    headers["content-security-policy"] = STATIC_POLICY
            await send(message)

        await self._app(scope, receive, with_headers)
