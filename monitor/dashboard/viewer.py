"""Who makes the current request: a context variable that the guard sets and pages read."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from monitor.dashboard.services import Viewer


@dataclass(frozen=True, slots=True)
class Present:
    """The person at the other end of a request, and the sign-in session they use."""

    viewer: Viewer
    token: str


current: ContextVar[Present | None] = ContextVar("present", default=None)


class NobodySignedIn(LookupError):
    """The viewer was asked for outside a guarded request."""


def present() -> Present:
    """Return who makes the current request; tasks started within the request see it too."""
    found = current.get()
    if found is None:
        raise NobodySignedIn("expected a request of a signed-in user, found none")
    return found
