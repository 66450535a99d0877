"""Which page a path names."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote


class Route(NamedTuple):
    """A page and what it is of."""

    page: str
    """e.g. `board`, `chair`, `history` or `missing`."""
    of: str = ""
    """The chair or the visit."""


def route(path: str | None) -> Route:
    """Return the page of a path; anything unknown is the page `missing`."""
    parts = [unquote(part) for part in (path or "/").split("/") if part]
    match parts:
        case []:
            return Route("board")
        case ["alarms"]:
            return Route("alarms")
        case ["devices" | "handover" | "history" | "sandbox" | "admin" as page]:
            return Route(page)
        case ["chair" | "history" | "visit" as page, of]:
            return Route(page, of)
        case _:
            return Route("missing", path or "")
