"""A table of texts that scrolls inside its own box on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import dash_mantine_components as dmc
from dash.development.base_component import Component

from monitor.language import t

Cell: TypeAlias = "str | Component"


def table(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], empty: str) -> Component:
    """Return the table; `name` is for screen readers, `empty` stands in its place without rows."""
    body = [dmc.TableTr([dmc.TableTd(cell) for cell in row]) for row in rows]
    if not body:
        return dmc.Text(empty, className="dim")
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(t(heading)) for heading in headings]))
    return dmc.TableScrollContainer(
        dmc.Table(
            [head, dmc.TableTbody(body)],
            verticalSpacing="sm",
            fz=16,
            tabularNums=True,
            style={"whiteSpace": "nowrap"},
            **{"aria-label": name},
        ),
        minWidth=640,
        className="table",
    )
