"""The frame around every page: the document, and the bar and main part of a page."""

from __future__ import annotations

from pathlib import Path

import dash_mantine_components as dmc
import plotly
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from dash.fingerprint import build_fingerprint

import monitor
from monitor.dashboard import ids
from monitor.dashboard.components.theme import THEME
from monitor.dashboard.version import version_of
from monitor.language import t

INDEX = """<!doctype html>
<html lang="{%lang%}" data-version="VERSION" data-plotly="PLOTLY" data-mantine-color-scheme="dark">
<head>
{%metas%}
<meta name="color-scheme" content="dark light">
<title>{%title%}</title>
{%favicon%}
{%css%}
<script src="/words.js"></script>
</head>
<body>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>
"""


NOT_USED = ("/dash_table/", "dash_core_components-shared", "/deps/polyfill@")
"""Scripts that Dash names on every page and none of ours needs: tables; what charts load by themselves; and a
polyfill for browsers that cannot show the pages anyway (`_regenerator.js` stands in for what is used)."""


def assets_folder() -> Path:
    """Return where styles and scripts lie: inside the installed package, or beside it in a checkout."""
    package = Path(monitor.__file__).parent
    packed = package / "_assets"
    return packed if packed.is_dir() else package.parent / "assets"


def index() -> str:
    """Return the frame of the document; it says of which version its scripts are."""
    return INDEX.replace("VERSION", version_of(assets_folder())).replace("PLOTLY", plotly_address())


def plotly_address() -> str:
    """Return where the charts' library lies, under a name that changes with it: a browser may keep it."""
    file = "package_data/plotly.min.js"
    changed = int((Path(plotly.__file__).parent / file).stat().st_mtime)
    return f"/_dash-component-suites/plotly/{build_fingerprint(file, plotly.__version__, changed)}"


def used(scripts: str) -> str:
    """Return the lines of a page that load scripts, without those that are never used."""
    return "\n".join(line for line in scripts.splitlines() if not any(name in line for name in NOT_USED))


def document() -> Component:
    """Return what stays when pages change: the address, the notifications, and the place of the page."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
            dmc.NotificationContainer(id=ids.NOTIFICATIONS, position="bottom-left", sendNotifications=[]),
            html.Div(id=ids.PAGE),
        ],
        id=ids.THEME,
        theme=THEME,
        forceColorScheme="dark",
    )


def register(app: Dash) -> None:
    """Tell forms and dialogs which theme this station has chosen."""
    app.clientside_callback(
        "() => window.chairside.theme.scheme()",
        Output(ids.THEME, "forceColorScheme"),
        Input(ids.LOCATION, "pathname"),
    )


def frame(page: str, heading: str, *parts: Component) -> html.Div:
    """Return a page: its bar, which the live script fills, and its main part under a heading."""
    return html.Div(
        [
            html.A(t("Skip to the page"), href="#main", className="skip-link"),
            html.Header(id=ids.TOP_BAR, **{"data-live": "topbar"}),
            html.Main([dmc.VisuallyHidden(html.H1(heading)), *parts], id="main", tabIndex="-1"),
        ],
        className=f"page page-{page}",
    )
