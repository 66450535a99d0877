"""Callbacks that only some roles may call: for all others nothing happens, whatever their page holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from dash.exceptions import PreventUpdate

from monitor.dashboard.services import Services
from monitor.terms import Role

Callback = Callable[..., Awaitable[Any]]


def only(services: Services, role: Role, callback: Callback) -> Callback:
    """Return a callback that runs for this role and answers nothing to others."""

    @wraps(callback)
    async def checked(*values: Any) -> Any:
        if services.viewer().role is not role:
            raise PreventUpdate
        return await callback(*values)

    return checked
