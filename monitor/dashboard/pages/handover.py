"""The change of shift: drawn by the live script; the notes of the visits come from the journal."""

from __future__ import annotations

import json

from dash import html

from monitor.dashboard import ids
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views.visits import handover_notes
from monitor.language import t


async def page(services: Services) -> html.Div:
    """Return the page for whoever looks: the notes of the visits that they look after."""
    snapshot, viewer = services.snapshot(), services.viewer()
    sessions = [] if snapshot is None else [chair.session for chair in snapshot.chairs]
    notes: dict[str, tuple[str, ...]] = {}
    for session in sessions:
        if session is None or session.nurse != viewer.display:
            continue
        history = await services.history(session.id, samples=0)
        if history is not None:
            notes[session.id] = handover_notes(history)
    return layout(notes)


def layout(notes: dict[str, tuple[str, ...]]) -> html.Div:
    """Return the page, empty for the live script, with what it cannot know: notes by visit."""
    told = {"data-live": "handover", "data-notes": json.dumps(notes, ensure_ascii=False)}
    return frame("handover", t("Hand over"), html.Div(id=ids.HANDOVER, **told))
