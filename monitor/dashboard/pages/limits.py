"""What a limit would do, told while it is typed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, ctx

from monitor.dashboard import ids
from monitor.dashboard.pages.chair import chair_of, preset_of
from monitor.dashboard.services import Services
from monitor.dashboard.views.limit_panel import preview


def register(app: Dash, services: Services) -> None:
    """Wire the preview of the form that changes a limit; no other form has one."""

    async def told(_typed: list[Any]) -> list[str]:
        _, fields = ctx.args_grouping if isinstance(ctx.args_grouping, tuple) else (None, ctx.args_grouping)
        typed = {field["id"]["name"]: field.get("value") for field in fields}
        return [_told(services, output["id"], typed.get("limit")) for output in ctx.outputs_list]

    app.callback(
        Output(ids.any_preview(), "children"), Input(ids.any_field(), "value"), prevent_initial_call=True
    )(told)


def _told(services: Services, named: ids.Id, typed: Any) -> str:
    target = ids.target_of(named)
    chair, preset = chair_of(services.snapshot(), target.chair), preset_of(services, target.chair)
    if chair is None or preset is None or isinstance(typed, str):
        return ""
    return preview(chair, preset, target, typed)
