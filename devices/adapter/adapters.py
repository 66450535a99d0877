"""Every device of the clinic, on one sink."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from devices.adapter.backoff import Backoff
from devices.adapter.channel import Channel, Clock
from devices.adapter.hl7_devices import Hl7Devices, Hl7Receipt
from devices.adapter.mqtt_devices import MqttDevices
from devices.adapter.serial_device import SerialDevice
from devices.catalogue import DeviceSpec
from devices.links.mqtt import Receipt
from devices.links.serial_line import GATHER_S, SerialPool
from devices.links.settings import BrokerSpec, Hl7Spec
from devices.model import Arrival, CuffCommand

_logger = logging.getLogger(__name__)

_TICK_S = 0.1
"""Real time between two looks at what is due: polls, reconnects, silence."""


class Adapters:
    """All devices: `sink` gets every arrival, from several threads, until `stop`.

    `boot` names this run of the monitor; what serial devices say is counted within it. `speed` is the
    clock's, in the demo. `last_cuffs_ms` are the determination times of the cuff results that the journal
    already has, by device: a monitor that starts again does not tell them twice.
    """

    def __init__(
        self,
        devices: Sequence[DeviceSpec],
        broker: BrokerSpec | None,
        sink: Callable[[Arrival], None],
        clock: Clock,
        boot: str,
        *,
        speed: float = 1.0,
        backoff_s: tuple[float, float] = (0.1, 5.0),
        last_cuffs_ms: Mapping[str, int] | None = None,
        hl7: Hl7Spec | None = None,
        gather_s: float = GATHER_S,
    ) -> None:
        known = last_cuffs_ms or {}
        channels = [Channel(spec, sink, clock, boot, speed) for spec in devices]
        self._pool = SerialPool(gather_s)
        self._serial = [
            SerialDevice(channel, self._pool, Backoff(*backoff_s), known.get(channel.spec.id))
            for channel in channels
            if channel.spec.transport == "serial"
        ]
        behind_broker = [c for c in channels if c.spec.transport == "mqtt"]
        if behind_broker and broker is None:
            msg = f"device {behind_broker[0].spec.id}: expected a broker for its topic, got none"
            raise ValueError(msg)
        self._mqtt = MqttDevices(behind_broker, broker, backoff_s) if broker and behind_broker else None
        calling = [c for c in channels if c.spec.transport == "hl7"]
        if calling and hl7 is None:
            msg = f"device {calling[0].spec.id}: expected where to listen for HL7, got nothing"
            raise ValueError(msg)
        self.hl7 = Hl7Devices(calling, hl7, backoff_s) if hl7 and calling else None
        self._by_id = {device.id: device for device in self._serial}
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="devices", daemon=True)

    def start(self) -> None:
        """Begin connecting to every device."""
        if self._mqtt is not None:
            self._mqtt.start()
        if self.hl7 is not None:
            self.hl7.start()
        self._keeper.start()

    def stop(self) -> None:
        """Close every link; no arrival comes after it returns."""
        self._stopping.set()
        self._keeper.join()
        for device in self._serial:
            device.stop()
        self._pool.close()
        if self._mqtt is not None:
            self._mqtt.stop()
        if self.hl7 is not None:
            self.hl7.stop()

    def acknowledge(self, receipts: Iterable[object]) -> None:
        """Tell the broker, and those who call us, of the messages whose rows are committed."""
        settled = list(receipts)
        if self._mqtt is not None:
            self._mqtt.acknowledge(r for r in settled if isinstance(r, Receipt))
        if self.hl7 is not None:
            self.hl7.acknowledge(r for r in settled if isinstance(r, Hl7Receipt))

    def command(self, device: str, command: CuffCommand) -> None:
        """Tell a cuff what to do. A device that is away, or that may not be told, is not."""
        found = self._by_id.get(device)
        if found is None:
            _logger.error("device %s: expected a serial device with a cuff; %s not sent", device, command)
        else:
            found.command(command)

    def _keep(self) -> None:
        while not self._stopping.wait(_TICK_S):
            for device in self._serial:
                device.tick()
            if self._mqtt is not None:
                self._mqtt.tick()
            if self.hl7 is not None:
                self.hl7.tick()
