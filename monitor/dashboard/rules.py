"""Who may use which route: one literal table, and what is not in it is a page."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.terms import ACTING_ROLES, Role

EVERY_ROLE = frozenset(Role)
STAFF = EVERY_ROLE - {Role.WALL}
NOBODY: frozenset[Role] = frozenset()
ANYBODY = None
"""No sign-in is needed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a path asks of whoever uses it."""

    path: str
    """A whole path, or all that begins with it where it ends in `/` or `-`."""
    roles: frozenset[Role] | None
    """None: no sign-in is needed."""
    form: bool = False
    """Posted by a plain form: its handler finds the CSRF token in the body, not the guard in a header."""
    unlocked: bool = False
    """Refused while the session is locked for idleness."""
    page: bool = False
    """Whoever is not signed in is sent to the sign-in page instead of being refused."""

    def covers(self, path: str) -> bool:
        """Tell whether this rule speaks of a path."""
        return path.startswith(self.path) if self.path[-1] in "/-" else path == self.path


RULES = (
    Rule("/healthz", ANYBODY),
    Rule("/words.js", ANYBODY),
    Rule("/login", ANYBODY, form=True),
    Rule("/logout", EVERY_ROLE, form=True),
    Rule("/me", EVERY_ROLE),
    Rule("/unlock", EVERY_ROLE),
    Rule("/switch", STAFF),
    Rule("/people", STAFF),
    Rule("/wall", ANYBODY),
    Rule("/wall/", ANYBODY),
    Rule("/act", ACTING_ROLES, unlocked=True),
    Rule("/handover/confirm", frozenset({Role.NURSE}), unlocked=True),
    Rule("/records/", STAFF, unlocked=True),
    Rule("/recent/", STAFF),
    Rule("/sandbox", frozenset({Role.ADMIN}), page=True),
    Rule("/devices", frozenset({Role.ADMIN}), page=True),
    Rule("/admin", frozenset({Role.ADMIN}), page=True),
    Rule("/live", EVERY_ROLE),
    Rule("/_dash-ws-callback", NOBODY),
    Rule("/_dash-", EVERY_ROLE),
    Rule("/_reload-hash", EVERY_ROLE),
    Rule("/_favicon.ico", EVERY_ROLE),
    Rule("/assets/", EVERY_ROLE),
)
PAGE = Rule("/", EVERY_ROLE, page=True)


def rule_of(path: str) -> Rule:
    """Return the rule of a path."""
    return next((rule for rule in RULES if rule.covers(path)), PAGE)
