"""Faults that concern the whole clinic, in words for the top of every screen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from devices.model import DeviceState
from monitor.config import Settings
from monitor.store.rows import TurnRecord

DISK_LOW_BYTES = 500 * 1024 * 1024
DISK_LOOK_S = 10.0


class Notices:
    """Knows the state of the disk, and from the last turn that of the broker."""

    def __init__(self, settings: Settings, real_s: Callable[[], float]) -> None:
        self._store = settings.store
        self._broker = settings.broker
        self._behind_broker = {device.id for device in settings.devices if device.topic is not None}
        self._real_s = real_s
        self._looked_s = real_s() - DISK_LOOK_S
        self._disk: list[str] = []
        self._away: list[str] = []

    def __call__(self) -> Sequence[str]:
        """The notices for the next turn."""
        if self._real_s() - self._looked_s >= DISK_LOOK_S:
            self._looked_s = self._real_s()
            free = shutil.disk_usage(self._store).free
            low = free < DISK_LOW_BYTES
            self._disk = [f"The disk of the journal is nearly full: {free // 2**20} MB left."] if low else []
        return self._disk + self._away

    def committed(self, record: TurnRecord) -> None:
        """See from a turn whether any device behind the broker is reached."""
        if self._broker is None or not self._behind_broker:
            return
        views = (device for chair in record.snapshot.chairs for device in chair.devices)
        states = {device.state for device in views if device.id in self._behind_broker}
        away = states <= {DeviceState.DISCONNECTED, DeviceState.CONNECTING}
        where = f"{self._broker.host}:{self._broker.port}"
        self._away = [f"The broker {where} is not reached; its devices are not heard."] if away else []
