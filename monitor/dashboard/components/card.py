"""A card: a part of a page under its own heading."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component


def card(heading: Component | str, *parts: Component | None, name: str) -> html.Section:
    """Return the card; parts that are None are left out."""
    inside = [part for part in parts if part is not None]
    return html.Section([title(heading), *inside], className=f"card {name}")


def title(heading: Component | str) -> dmc.Title:
    """Return the heading of a card, below the page's own."""
    return dmc.Title(heading, order=2, fz=17, fw=600, c="dimmed", mb=10)
