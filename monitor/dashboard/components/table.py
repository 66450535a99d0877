"""A table of texts that scrolls inside its own box on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import dash_mantine_components as dmc
from dash.development.base_component import Component

Cell: TypeAlias = "str | Component"


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], empty: str) -> Component:
    """Return the table; `empty` is said in its place when there are no rows."""
    body = [dmc.TableTr([dmc.TableTd(cell) for cell in row]) for row in rows]
    if not body:
        return dmc.Text(empty, className="dim")
    head = dmc.TableThead(
        dmc.TableTr([dmc.TableTh(heading, attributes={"scope": "col"}) for heading in headings])
    )
    return dmc.TableScrollContainer(
        dmc.Table(
            [dmc.TableCaption(caption), head, dmc.TableTbody(body)],
            captionSide="top",
            verticalSpacing="sm",
            fz=16,
            tabularNums=True,
        ),
        minWidth=640,
        className="table",
    )
