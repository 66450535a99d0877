"""Where a request comes from: our own pages, or somebody else's."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

CSRF_COOKIE = "csrf"
CSRF_HEADER = "x-csrf-token"


def same_origin(connection: HTTPConnection, *, secure: bool) -> bool:
    """Tell whether the browser says that the request was made by one of our own pages."""
    host = connection.headers.get("host")
    scheme = "https" if secure else "http"
    return host is not None and connection.headers.get("origin") == f"{scheme}://{host}"


def is_local(connection: HTTPConnection) -> bool:
    """Tell whether the browser was pointed at this machine itself, by a name nobody else can own.

    A foreign name that resolves to this machine (DNS rebinding) would make a foreign page same-origin.
    """
    try:
        name = urlsplit("//" + connection.headers.get("host", "")).hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def csrf_matches(connection: HTTPConnection, given: str | None) -> bool:
    """Tell whether the request carries the token of our cookie, which a foreign page cannot read."""
    cookie = connection.cookies.get(CSRF_COOKIE)
    return bool(cookie and given) and secrets.compare_digest(str(cookie).encode(), str(given).encode())
