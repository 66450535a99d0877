"""Reads [notify]: the channels with their secrets, and the topics of the alarms."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from monitor.config.faults import shown
from monitor.config.keys import ALARM_TOPICS, CHANNEL
from monitor.config.reader import Reader, Values
from monitor.config.settings import AlarmTopics, BrokerSettings, ChannelSettings, NotifySettings
from monitor.terms import Priority

WAYS = ("url", "url_env", "url_file")
HOSTED = frozenset({
    "form", "forms", "gotify", "gotifys", "json", "jsons", "mailto", "mailtos", "mqtt", "mqtts",
    "ntfy", "ntfys", "rsyslog", "syslog", "xml", "xmls",
})  # fmt: skip
"""Schemes whose URL names a host where others have a token."""
_WILD = re.compile(r"[#+\s]|^/|/$|//|^\$")


def read_notify(reader: Reader, raw: object, folder: Path) -> Values:
    """Return the checked values of [notify], each channel with the URL that it is reached by."""
    values = reader.table("notify", "notify", raw, inner=("channel", "mqtt"))
    tables = raw if isinstance(raw, dict) else {}
    channels = reader.entries(CHANNEL, tables.get("channel", []))
    names: dict[object, int] = {}
    for number, channel in enumerate(channels, start=1):
        where = f"{CHANNEL}[{number}]"
        first = names.setdefault(channel.get("name", number), number)
        if first != number:
            found = f"{shown(channel['name'])}, as in {CHANNEL}[{first}]"
            reader.fault(f"{where}.name", "one that no other channel has", found, "give each its own")
        channel["found"] = _url(reader, where, channel, folder)
    topics = reader.table(ALARM_TOPICS, ALARM_TOPICS, tables.get("mqtt", {}))
    topic = topics.get("topic")
    if topic is not None and _WILD.search(topic):
        expected = "a topic without wildcards, spaces or a slash at either end"
        reader.fault(f"{ALARM_TOPICS}.topic", expected, shown(topic), "write it as ward/3/alarms")
    return values | {"channel": channels, "mqtt": topics}


def notify_settings(values: Values, site: str, broker: BrokerSettings) -> NotifySettings:
    """Return the settings of values without a fault."""
    topics = values["mqtt"]
    channels = (
        ChannelSettings(channel["name"], channel["found"], where_of(channel["found"]))
        for channel in values["channel"]
    )
    return NotifySettings(
        channels=tuple(channels),
        mqtt=AlarmTopics(
            replace(broker, client_id=topics["client_id"]),
            topics["topic"] or f"chairside/{site}/alarms",
            topics["heartbeat_s"],
        )
        if topics["enabled"]
        else None,
        min_priority=Priority(values["min_priority"]),
        events=tuple(values["events"]),
        **{name: values[name] for name in ("repeat_s", "no_station_s", "demo")},
    )


def where_of(url: str) -> str:
    """Return what may be shown of a channel's URL: many services keep a token where others name a host."""
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{host}" if scheme.lower() in HOSTED else f"{scheme}://…"


def _url(reader: Reader, where: str, channel: Values, folder: Path) -> str | None:
    """The URL of a channel, wherever it is kept; None with a fault."""
    given = [way for way in WAYS if channel.get(way) is not None]
    if len(given) != 1:
        if all(way in channel for way in WAYS):
            reader.fault(where, "one of url, url_env, url_file", " and ".join(given) or "none", "keep one")
        return None
    (way,) = given
    fetch: Callable[[], str | None] = {
        "url": lambda: channel["url"],
        "url_env": lambda: _from_environment(reader, f"{where}.url_env", channel["url_env"]),
        "url_file": lambda: _from_file(reader, f"{where}.url_file", folder / channel["url_file"]),
    }[way]
    url = fetch()
    if url is not None and not _understood(url):
        scheme = url.partition("://")[0] if "://" in url else "no scheme"
        remedy = "look the service up in Apprise's list; the secret itself is not shown here"
        reader.fault(f"{where}.{way}", "an Apprise URL", f"one that Apprise refuses ({scheme})", remedy)
        return None
    return url


def _from_environment(reader: Reader, where: str, name: str) -> str | None:
    value = os.environ.get(name, "").strip()
    if not value:
        reader.fault(where, "an environment variable that is set", shown(name), "set it where chairside runs")
    return value or None


def _from_file(reader: Reader, where: str, path: Path) -> str | None:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reader.fault(where, "a file that can be read", f"{path} ({type(error).__name__})", "check the path")
        return None
    url = lines[0].strip() if lines else ""
    if not url:
        reader.fault(where, "the URL on the first line", f"{path} without one", "write it there")
    return url or None


def _understood(url: str) -> bool:
    # Imported here: a clinic without channels does not wait for it.
    from apprise import Apprise

    with Hushed():
        return Apprise.instantiate(url) is not None


class Hushed(logging.Filter):
    """Keeps what Apprise logs in this thread from every log: it names whole URLs, tokens and all."""

    def __init__(self) -> None:
        super().__init__()
        self.first = ""
        """Its first complaint."""
        self._of = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let through what comes from other threads."""
        if record.thread != self._of:
            return True
        if record.levelno >= logging.WARNING and not self.first:
            self.first = record.getMessage()
        return False

    def __enter__(self) -> Hushed:
        logging.getLogger("apprise").addFilter(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeFilter(self)
