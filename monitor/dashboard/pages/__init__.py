"""The pages: Dash for layouts, forms and charts; the live script owns every live number."""

from __future__ import annotations

import logging
from pathlib import Path

from dash import Dash, html, set_props
from fastapi import FastAPI

from monitor import language
from monitor.config import Settings
from monitor.dashboard import bundle, ids
from monitor.dashboard.components import charts, notice
from monitor.dashboard.pages import (
    acts,
    admin,
    alarms,
    board,
    chair,
    devices,
    earlier,
    handover,
    history,
    limits,
    router,
    sandbox,
    shell,
    visit,
)
from monitor.dashboard.pages.shell import assets_folder, document, index, used
from monitor.dashboard.services import Services
from monitor.language import t
from monitor.store.history import SessionSummary
from monitor.terms import Phase

log = logging.getLogger(__name__)

FAULT = "What it shows may be old, and the last tap may not have been done. Reload it; the log has the cause."


def build(server: FastAPI, services: Services) -> Dash:
    """Return the Dash application on `server`; its own routes must be added before this starts serving."""
    folder = assets_folder()
    bundle.add_routes(server, folder)
    app = Dash(
        __name__,
        server=server,
        assets_folder=str(folder),
        title="DEMO · Chairside" if services.settings.demo else "Chairside",
        update_title=None,
        index_string=index(),
        compress=True,
        on_error=_fault,
    )
    app.backend.websocket_capability = False  # or every browser asks for a socket that the guard refuses
    _frame(app, folder)
    app.layout = document()
    app.validation_layout = html.Div([document(), *_every_page(services.settings)])
    shell.register(app)
    router.register(app, services)
    charts.register(app)
    chair.register(app, services)
    acts.register(app, services)
    limits.register(app, services)
    alarms.register(app, services)
    visit.register(app, services)
    earlier.register(app, services)
    history.register(app, services)
    sandbox.register(app, services)
    admin.register(app, services)
    devices.register(app, services)
    # Dash collects its scripts at the first request to `/`; a browser may well ask for another page first.
    app._setup_server()  # noqa: SLF001
    return app


def _frame(app: Dash, folder: Path) -> None:
    """Say each page's language in its frame, our scripts together, of Dash's what is used."""
    plain = app.interpolate_index

    def framed(**parts: str) -> str:
        parts["scripts"] = used(parts["scripts"])
        whole: str = plain(**parts)
        return bundle.together(whole, folder).replace("{%lang%}", language.current())

    app.interpolate_index = framed


def _every_page(settings: Settings) -> list[html.Div]:
    """Return one page of each kind, so that Dash can check every id that a callback names."""
    nobody = SessionSummary("", "", "", Phase.LEFT, 0, 0)
    chairs = [chair.layout(settings.chairs[0])] if settings.chairs else []
    pages = [
        board.layout(),
        alarms.layout(),
        handover.layout({}),
        history.layout(()),
        visit.layout(nobody, ()),
    ]
    return [*pages, earlier.example(), sandbox.layout({}), admin.example(), devices.example(), *chairs]


def _fault(error: Exception) -> None:
    """Tell the user and the log that a callback failed; the page never fails silently."""
    log.error("a callback of the pages failed", exc_info=error)
    set_props(ids.NOTIFICATIONS, {"sendNotifications": notice.broken(t(FAULT))})
