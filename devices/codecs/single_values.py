"""One number a topic, as text: what ESPHome, Tasmota and Home Assistant publish as a state.

    oximeter-3/sensor/spo2/state 97      oximeter-3/sensor/pulse/state unavailable

A file has one message a line, topic first, as `mosquitto_sub -v` prints it.

Source: Home Assistant, MQTT sensor; ESPHome, MQTT client component.
"""

from __future__ import annotations

from devices.codecs.framing import LineCodec
from devices.codecs.mapped_json import PLAIN, read_value
from devices.mapping import Mapping, ValueRule
from devices.model import DeviceEvent, Malformed

_LONGEST = 64
_LONGEST_LINE = 1024
_BY_NAME = {rule.metric.value: rule for rule in PLAIN.values}

AVAILABLE = {
    **dict.fromkeys(("online", "true", "1", "on", '{"state":"online"}'), True),
    **dict.fromkeys(("offline", "false", "0", "off", '{"state":"offline"}'), False),
}
"""What an availability topic says, in small letters without blanks."""


def read_state(mapping: Mapping, rule: ValueRule, payload: bytes) -> list[DeviceEvent]:
    """Return the event of one state."""
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        return [Malformed(len(payload), f"{rule.topic}: expected text, got bytes that are not UTF-8")]
    if len(text) > _LONGEST:
        return [Malformed(len(payload), f"{rule.topic}: expected a number, got {len(text)} characters")]
    return [read_value(mapping, rule, text)]


def is_available(payload: bytes) -> bool | None:
    """Whether the gateway says that the device is there; None for words that say neither."""
    return AVAILABLE.get("".join(payload.decode("utf-8", "replace").lower().split()))


def single_values() -> LineCodec:
    """Return a codec of lines: the name of a metric, blank, its state."""
    return LineCodec(_read_line, _LONGEST_LINE)


def _read_line(line: bytes) -> list[DeviceEvent]:
    topic, _, state = line.partition(b" ")
    rule = _BY_NAME.get(topic.decode("ascii", "replace").rpartition("/")[2])
    if rule is None:
        return [Malformed(len(line), f"topic: expected it to end in one of {', '.join(_BY_NAME)}")]
    return read_state(PLAIN, rule, state)
