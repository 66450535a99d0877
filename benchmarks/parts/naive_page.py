"""The page as most Dash dashboards are written: one Interval, one callback, every tile built anew.

python benchmarks/parts/naive_page.py STORE PORT
"""

from __future__ import annotations

import sys
from pathlib import Path

import plotly.graph_objects as go
import uvicorn
from dash import Dash, Input, Output, dcc, html
from fastapi import FastAPI

from monitor.store.queries import JournalReader
from monitor.store.snapshot import ChairView


def tile(chair: ChairView) -> html.Div:
    times, systolic = [p.at_ms for p in chair.trend], [p.systolic for p in chair.trend]
    values = [
        chair.hr and chair.hr.value,
        chair.spo2 and chair.spo2.value,
        chair.cuff and chair.cuff.systolic,
    ]
    figure = go.Figure(go.Scatter(x=times, y=systolic))
    return html.Div([html.H3(chair.label), *(html.Div(str(v)) for v in values), dcc.Graph(figure=figure)])


def serve(store: Path, port: int) -> None:
    reader = JournalReader.open(store)
    server = FastAPI()
    app = Dash(__name__, server=server, assets_folder="none")
    app.layout = html.Div([dcc.Interval(id="tick", interval=1000), html.Div(id="board")])

    @app.callback(Output("board", "children"), Input("tick", "n_intervals"))
    def refresh(_tick: int | None) -> list[html.Div]:
        snapshot = reader.snapshot()
        return [tile(chair) for chair in snapshot.chairs] if snapshot else []

    uvicorn.run(server, port=port, log_level="warning")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
