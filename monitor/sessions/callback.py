"""A word to the patient's nurse from whoever is called: "on my way", "call me". Pure, given `now`."""

from __future__ import annotations

from msgspec.structs import replace

from monitor.sessions import actions
from monitor.sessions.actions import OperatorAction
from monitor.sessions.session import CalledBack, Session
from monitor.terms import Now

TEXT_MAX = 80
"""It must fit on a tile."""


def fault(session: Session, act: actions.CallBack | actions.CallHeard) -> str:
    """Why nothing can be said or heard; empty where it can."""
    if isinstance(act, actions.CallHeard):
        return "" if session.called_back else f"Nobody has called back to chair {session.chair}."
    text = act.text.strip()
    if 1 <= len(text) <= TEXT_MAX and text.isprintable():
        return ""
    return f"A word to the nurse has 1 to {TEXT_MAX} characters in one line; this one has {len(text)}."


def said(session: Session, action: OperatorAction, now: Now) -> Session:
    """The session after a word to its nurse, or after it was heard; the newest word stands."""
    match action.act:
        case actions.CallBack(text=text):
            return replace(session, called_back=CalledBack(text.strip(), action.user, now.utc_ms))
        case actions.CallHeard():
            return replace(session, called_back=None)
        case _:
            return session
