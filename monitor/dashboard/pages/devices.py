"""The page of devices, for administrators: links, skipped bytes and clocks as they stood when opened."""

from __future__ import annotations

from dash import html

from monitor.dashboard.components.card import card
from monitor.dashboard.components.table import table
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.views import words
from monitor.dashboard.views.devices import DeviceRow, device_rows
from monitor.store.snapshot import Snapshot

HEADINGS = ("Chair", "Device", "Kind", "Link", "What a technician needs", "Skipped", "Clock")
REFUSED = "The page of devices is for administrators."
FIND = (
    "To name what is plugged into this computer, and to get its entry for clinic.toml: "
    "chairside devices scan --config clinic.toml"
)


def layout(snapshot: Snapshot | None) -> html.Div:
    """Return the page; it holds no vital signs, as it does not move."""
    rows: tuple[DeviceRow, ...] = () if snapshot is None else device_rows(snapshot)
    cells = [(r.chair, r.name, r.kind, r.link, r.detail, r.malformed, r.clock) for r in rows]
    asof = "no turn yet" if snapshot is None else f"as of {words.clock_seconds(snapshot.at_ms)}"
    return frame(
        "devices",
        "Devices",
        card(
            f"Devices, {asof}",
            html.P("Reload the page for newer. Skipped bytes count since the monitor started."),
            table("Devices", HEADINGS, cells, "No device is configured."),
            html.P(FIND),
            name="devices",
        ),
    )
