"""Reads [[mapping]]: how the messages of a gateway are read that has a schema of its own."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from devices.mapping import CuffRule, Mapping, ValueRule
from devices.model import MetricCode
from devices.units import spellings_of
from monitor.config.faults import choice, shown, suggestion
from monitor.config.keys import MAPPED_CUFF, MAPPED_VALUE
from monitor.config.reader import Reader, Values

WILD = re.compile(r"[#+\s]|^/|/$|//|^\$")
"""What no topic of a device may have: wildcards, blanks, a slash at an end, the broker's own."""

_TOPIC = "a topic without wildcards, blanks or a slash at either end"
_USES = {
    "raw": frozenset({"topic", "encoding"}),
    "gatt": frozenset({"topic", "encoding"}),
    "json": frozenset({"topic", "time", "time_form", "zone", "missing"}),
    "values": frozenset({"missing"}),
}
"""Which keys a form has, beside its name and its availability."""


def read_mappings(reader: Reader, raw: object) -> list[Values]:
    """Return the checked values of every mapping, its values and its cuff under `value` and `cuff`."""
    if not isinstance(raw, list):
        reader.fault("mapping", "[[mapping]]", shown(raw), "write each under [[mapping]], in double brackets")
        return []
    return [_read(reader, f"mapping[{number}]", entry) for number, entry in enumerate(raw, start=1)]


def mapping_of(values: Values) -> Mapping:
    """Return the mapping of values without a fault."""
    return Mapping(
        form=values["form"],
        values=tuple(
            ValueRule(
                MetricCode(value["metric"]),
                value["unit"],
                value["at"] or "",
                value["topic"] or "",
                float(value["scale"]),
                float(value["period_s"]),
            )
            for value in values["value"]
        ),
        cuff=None if values["cuff"] is None else CuffRule(**values["cuff"]),
        time=values["time"],
        time_form=values["time_form"],
        zone=None if values["zone"] is None else ZoneInfo(values["zone"]),
        missing=tuple(values["missing"]),
        topic=values["topic"] or ("raw" if values["form"] == "raw" else ""),
        availability=values["availability"],
        encoding=values["encoding"],
    )


def _read(reader: Reader, where: str, raw: object) -> Values:
    values = reader.table("mapping", where, raw, inner=("value", "cuff"))
    entry = raw if isinstance(raw, dict) else {}
    form = values.get("form")
    if form is not None:
        for name in sorted((frozenset().union(*_USES.values()) - _USES[form]) & entry.keys()):
            found = shown(entry[name])
            reader.fault(f"{where}.{name}", f"no {name} in the form {form}", found, "leave it out")
    for name in ("topic", "availability"):
        if values.get(name) is not None and WILD.search(values[name]):
            reader.fault(f"{where}.{name}", _TOPIC, shown(values[name]), "write it as sensor/state")
    items = entry.get("value", [])
    if not isinstance(items, list):
        reader.fault(f"{where}.value", "[[mapping.value]]", shown(items), "write it in double brackets")
        items = []
    values["value"] = [
        _value(reader, f"{where}.value[{number}]", item, form) for number, item in enumerate(items, start=1)
    ]
    values["cuff"] = _cuff(reader, f"{where}.cuff", entry["cuff"], form) if "cuff" in entry else None
    _contents(reader, where, values, form)
    return values


def _contents(reader: Reader, where: str, values: Values, form: str | None) -> None:
    metrics = [value.get("metric") for value in values["value"]]
    if form in ("raw", "gatt") and (metrics or values["cuff"] is not None):
        expected = f"no values in the form {form}"
        reader.fault(where, expected, "some", "the kind of the device says what it gives")
    for metric in sorted({metric for metric in metrics if metric and metrics.count(metric) > 1}):
        reader.fault(f"{where}.value", "each metric once", f"{metric} twice", "take one of the two out")
    topics = [value.get("topic") for value in values["value"] if value.get("topic")]
    if len(set(topics)) < len(topics):
        reader.fault(f"{where}.value", "a topic of its own for each", "one twice", "give each its own")


def _value(reader: Reader, where: str, raw: object, form: str | None) -> Values:
    value = reader.table(MAPPED_VALUE, where, raw)
    wanted, other = ("topic", "at") if form == "values" else ("at", "topic")
    if form in ("json", "values"):
        if value.get(wanted, "") is None:
            expected = f"where the value stands, in the form {form}"
            reader.fault(f"{where}.{wanted}", expected, "nothing", "add it")
        if value.get(other) is not None:
            expected = f"{wanted} in the form {form}"
            reader.fault(f"{where}.{other}", expected, shown(value[other]), "leave it out")
    if value.get("topic") is not None and WILD.search(value["topic"]):
        reader.fault(f"{where}.topic", _TOPIC, shown(value["topic"]), "write it as sensor/spo2/state")
    if "metric" in value and "unit" in value:
        _unit(reader, f"{where}.unit", MetricCode(value["metric"]), value["unit"])
    return value


def _cuff(reader: Reader, where: str, raw: object, form: str | None) -> Values:
    cuff = reader.table(MAPPED_CUFF, where, raw)
    if form == "values":
        expected = "no cuff where each value has its topic"
        reader.fault(where, expected, "one", "systolic and diastolic must come in one message")
    if "unit" in cuff:
        _unit(reader, f"{where}.unit", MetricCode.NIBP, cuff["unit"])
    return cuff


def _unit(reader: Reader, where: str, metric: MetricCode, unit: str) -> None:
    known = [spelling for spelling in spellings_of(metric) if not spelling.isdecimal()]
    if unit not in known:
        remedy = suggestion(unit, known, "nothing is converted by guess")
        reader.fault(where, choice(known), shown(unit), remedy)
