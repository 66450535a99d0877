"""What the screen says after somebody acted."""

from __future__ import annotations

from typing import Any

from monitor.language import t


def done(text: str) -> list[dict[str, Any]]:
    """Say that an act was accepted."""
    return [{"action": "show", "title": t("Done"), "message": text, "color": "gray", "autoClose": 4000}]


def refused(text: str) -> list[dict[str, Any]]:
    """Say that an act was not done, and why; stays until closed or 15 s."""
    return [
        {"action": "show", "title": t("Not done"), "message": text, "color": "orange", "autoClose": 15000}
    ]


def unanswered(text: str) -> list[dict[str, Any]]:
    """Say that an act was taken down and that the monitor has not said yet what became of it."""
    return [
        {
            "action": "show",
            "title": t("Not answered yet"),
            "message": text,
            "color": "orange",
            "autoClose": 15000,
        }
    ]


def broken(text: str) -> list[dict[str, Any]]:
    """Say that the screen itself failed; one notice however often."""
    return [
        {
            "action": "show",
            "id": "broken",
            "title": t("This page has a fault"),
            "message": text,
            "color": "orange",
            "autoClose": False,
        }
    ]
