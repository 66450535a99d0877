"""Sends a text by way of an Apprise URL, and says without its secrets why it was not taken."""

from __future__ import annotations

import re
from urllib.parse import unquote

from apprise import Apprise, NotifyType

from monitor.config import ChannelSettings
from monitor.config.notify import Hushed
from monitor.notify.messages import title_of

LONGEST_ERROR = 160
SHORTEST_SECRET = 3
UNKNOWN = "the service refused the message"


class AppriseSender:
    """One Apprise URL; call it with a text."""

    def __init__(self, channel: ChannelSettings) -> None:
        self._channel = channel
        self._hidden = _secrets(channel)

    def __call__(self, text: str) -> str | None:
        """Return None once the service has taken the text, else why not."""
        with Hushed() as hushed:
            try:
                service = Apprise.instantiate(self._channel.url)
                taken = service and service.notify(
                    title=title_of(text), body=text, notify_type=NotifyType.WARNING
                )
            except Exception as error:  # noqa: BLE001 - a plugin's fault must not end the channel, nor show its URL
                return self._shown(type(error).__name__)
        return None if taken else self._shown(hushed.first or UNKNOWN)

    def _shown(self, error: str) -> str:
        for secret in self._hidden:
            error = error.replace(secret, "…")
        error = " ".join(error.split()).rstrip(".")
        return error if len(error) <= LONGEST_ERROR else error[: LONGEST_ERROR - 1] + "…"


def _secrets(channel: ChannelSettings) -> list[str]:
    """All parts of the URL that are not shown, the longest first."""
    _, _, rest = channel.url.partition("://")
    parts = {part for raw in re.split(r"[/?#@:&=]", rest) for part in (raw, unquote(raw))}
    hidden = {part for part in parts if len(part) >= SHORTEST_SECRET and part not in channel.where}
    return sorted(hidden, key=len, reverse=True)
