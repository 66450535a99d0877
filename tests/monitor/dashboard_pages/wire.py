"""Calls callbacks as a browser does, with the wiring that Dash itself declares."""

from __future__ import annotations

import json
from typing import Any

import httpx

from monitor.dashboard import ids


class Page:
    """One browser's view of the callbacks; `call` names one by an output, or by an input if it has none."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.wiring: list[dict[str, Any]] = client.get("/_dash-dependencies").json()

    def call(self, output: str, changed: str, values: dict[str, Any]) -> dict[str, Any]:
        """The response to a change of `changed` while the inputs and states have these values."""
        spec = next(callback for callback in self.wiring if output in name_of(callback))
        body = {
            "output": spec["output"],
            "outputs": outputs_of(spec),
            "inputs": [self._value(each, values) for each in spec["inputs"]],
            "state": [self._value(each, values) for each in spec["state"]],
            "changedPropIds": [changed],
        }
        answer = self.client.post("/_dash-update-component", json=body)
        if answer.status_code == 204:
            return {}
        assert answer.status_code == 200, answer.text
        said = answer.json()
        return {**said.get("response", {}), **said.get("sideUpdate", {})}

    def press(
        self, button: ids.Id, typed: dict[str, Any] | None = None, *, dialog: bool = True
    ) -> dict[str, Any]:
        """The response to a tap on a button, with what was typed into the fields of its form."""
        fields = [
            {"id": ids.field(name), "property": "value", "value": v} for name, v in (typed or {}).items()
        ]
        tapped = {"id": button, "property": "n_clicks", "value": 1}
        changed = f"{json.dumps(button, sort_keys=True, separators=(',', ':'))}.n_clicks"
        output = f'"part":"{button["part"]}"'
        values = {"n_clicks": [tapped], "value": fields, f"{ids.DIALOG}.opened": dialog}
        return self.call(output, changed, values)

    @staticmethod
    def _value(each: dict[str, Any], values: dict[str, Any]) -> Any:
        if each["id"].startswith("{"):
            return values[each["property"]]
        return {
            "id": each["id"],
            "property": each["property"],
            "value": values.get(f"{each['id']}.{each['property']}"),
        }


def name_of(callback: dict[str, Any]) -> str:
    """Its outputs as Dash spells them; the first input of one that only sets properties by name."""
    return str(callback["inputs"][0]["id"] if callback["no_output"] else callback["output"])


def outputs_of(callback: dict[str, Any]) -> Any:
    """The outputs that a callback's name spells, as the browser sends them."""
    if callback["no_output"]:
        return []
    output = str(callback["output"])
    named = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
    listed = [{"id": id_, "property": prop.split("@")[0]} for id_, prop in named]
    return listed if output.startswith("..") else listed[0]


def said(response: dict[str, Any]) -> tuple[str, str]:
    """The title and the text of the notification."""
    (shown,) = response[ids.NOTIFICATIONS]["sendNotifications"]
    return shown["title"], shown["message"]


def texts(component: Any) -> list[str]:
    """Every text of a component tree, in order."""
    if isinstance(component, str):
        return [component]
    if isinstance(component, list):
        return [text for each in component for text in texts(each)]
    if isinstance(component, dict):
        return texts(component.get("props", {}).get("children")) + texts(
            component.get("props", {}).get("label")
        )
    return []


def parts(component: Any, kind: str) -> list[dict[str, Any]]:
    """Every component of a kind in a tree."""
    if isinstance(component, list):
        return [found for each in component for found in parts(each, kind)]
    if not isinstance(component, dict):
        return []
    mine = [component] if component.get("type") == kind else []
    return mine + parts(component.get("props", {}).get("children"), kind)
