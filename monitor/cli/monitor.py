"""chairside monitor: opens the devices and makes the turns, beside the dashboard."""

from __future__ import annotations

import argparse
import contextlib
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from ipaddress import ip_network
from queue import SimpleQueue
from typing import Any
from zoneinfo import ZoneInfo

from devices.adapter import Adapters, BrokerSpec, Hl7Spec
from devices.catalogue import BROKEN, DeviceSpec
from devices.links.settings import LineSettings
from devices.model import Arrival, CuffCommand, MetricCode, Origin
from monitor.cli import child
from monitor.cli.notices import Notices
from monitor.cli.settings_file import UnusableSettings
from monitor.clock import SystemClock
from monitor.config import BrokerSettings, ConfigError, DeviceSettings, Hl7Settings, Settings
from monitor.notify.notifier import Notifier
from monitor.notify.publisher import Publisher
from monitor.report.keeper import RecordKeeper
from monitor.store.desk import DeskReader
from monitor.store.faults import StoreFault
from monitor.store.journal import Journal, Recovery
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.store.rows import TurnRecord
from monitor.store.staff import StaffSource
from monitor.terms import ACTING_ROLES, Now, Role
from monitor.turn import Moments, Surroundings, TurnLoop, TurnMaker
from monitor.turn.stations import StationWatch

log = logging.getLogger(__name__)

LATEST_START_S = 10.0
"""A cuff is started within this time of the tap, or not at all."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside monitor`."""
    parser = subparsers.add_parser("monitor", help="read the devices, judge, and keep the journal")
    child.add_arguments(parser)
    parser.set_defaults(handler=monitor)


def monitor(arguments: argparse.Namespace) -> int:
    """Make turns until stopped; 2 when it cannot start or the journal is damaged."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if arguments.die_with_parent:
        child.at_end_of_input(stop.set)
    try:
        settings = child.settings_of(arguments)
        _watch(settings, SystemClock(arguments.speed, arguments.origin), stop)
    except (ConfigError, UnusableSettings, StoreFault, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _watch(settings: Settings, clock: SystemClock, stop: threading.Event) -> None:
    """Wire the rooms together, and make turns until `stop` is set."""
    prepare(settings.store)
    with contextlib.ExitStack() as opened:
        journal = opened.enter_context(contextlib.closing(Journal.open(settings.store)))
        reader = opened.enter_context(contextlib.closing(JournalReader.open(settings.store)))
        desk = opened.enter_context(contextlib.closing(DeskReader.open(settings.store)))
        keeper = opened.enter_context(contextlib.closing(RecordKeeper(settings, journal, reader)))
        recovery = journal.recover()
        for name, reason in BROKEN.items():
            log.warning("kind %s could not be loaded: %s", name, reason)
        boot = secrets.token_hex(4)
        log.info("boot %s goes on after turn %d", boot, recovery.turn)
        moments = Moments(clock, recovery)
        maker = TurnMaker(
            settings,
            periods(settings),
            recovery,
            moments.now(),
            boot=boot,
            new_id=lambda: secrets.token_hex(6),
        )
        arrivals: SimpleQueue[Arrival] = SimpleQueue()
        adapters = _adapters(settings, recovery, arrivals, clock, boot)
        notices = Notices(settings, clock.real_mono_s)
        notifier = Notifier(settings.notify.channels, recovery.deliveries, clock.real_mono_s)
        opened.callback(notifier.stop)
        publisher = _publisher(settings, clock)
        if publisher is not None:
            opened.callback(publisher.stop)

        def committed(record: TurnRecord) -> None:
            keeper.committed(record)
            notices.committed(record)
            notifier.committed(record)
            obey(record, adapters.command, moments.now(), settings.speed)
            if publisher is not None:
                publisher.committed(record)

        around = Surroundings(
            now=moments.now,
            real_s=clock.real_mono_s,
            acknowledge=adapters.acknowledge,
            on_committed=committed,
            notices=notices,
            deliveries=notifier.outcomes,
            nurses=lambda: _nurses(settings, desk),
            hearing=StationWatch(desk, _acting(settings), clock.real_mono_s, SystemClock().utc_ms),
        )
        adapters.start()
        try:
            TurnLoop(maker, arrivals, desk, journal, around).run(stop)
        finally:
            adapters.stop()
        log.info("boot %s stopped", boot)


def obey(record: TurnRecord, tell: Callable[[str, CuffCommand], None], now: Now, speed: float = 1.0) -> None:
    """Tell the cuffs what a turn decided; a start that comes too late is worse than none."""
    for order in record.rows.orders:
        late_s = now.mono_s - record.now.mono_s
        if order.command is CuffCommand.START and late_s > LATEST_START_S * speed:
            log.error("device %s: started %.0f s ago; not sent so late", order.device, late_s)
        else:
            tell(order.device, order.command)


def _publisher(settings: Settings, clock: SystemClock) -> Publisher | None:
    if settings.notify.mqtt is None:
        return None
    publisher = Publisher(settings.notify.mqtt, clock.real_mono_s, demo=settings.notify.demo)
    publisher.start()
    return publisher


def _acting(settings: Settings) -> list[str]:
    return [user.name for user in settings.users if user.role in ACTING_ROLES]


def _nurses(settings: Settings, desk: StaffSource) -> list[str] | None:
    """Return the nurses of clinic.toml and those that administrators made."""
    try:
        made = [m.display for m in desk.staff() if m.role is Role.NURSE and not m.disabled]
    except StoreFault as fault:
        log.error("desk: %s", fault)
        return None
    return [user.display for user in settings.users if user.role is Role.NURSE] + made


def periods(settings: Settings) -> dict[str, dict[MetricCode, float | None]]:
    """What each device gives and is used for, and how often in seconds."""
    return {device.id: spec_of(device, Origin.REAL).periods_s for device in settings.devices}


def _adapters(
    settings: Settings, recovery: Recovery, arrivals: SimpleQueue[Arrival], clock: SystemClock, boot: str
) -> Adapters:
    origins = {chair.id: Origin.DEMO if settings.demo else chair.origin for chair in settings.chairs}
    return Adapters(
        [spec_of(device, origins[device.chair]) for device in settings.devices],
        None if settings.broker is None else _broker(settings.broker),
        arrivals.put,
        clock,
        boot,
        speed=settings.speed,
        last_cuffs_ms=recovery.last_cuffs_ms,
        hl7=None if settings.hl7 is None else _hl7(settings.hl7),
    )


def spec_of(device: DeviceSettings, origin: Origin) -> DeviceSpec:
    """What the adapters need to know of a device of the settings."""
    return DeviceSpec(
        id=device.id,
        kind=device.kind,
        name=device.name,
        port=device.port,
        line=None if device.line is None else LineSettings.of(device.line),
        topic=device.topic,
        sender=device.sender,
        mapping=device.mapping,
        period_s=device.period_s,
        origin=origin,
        allow_cuff=device.allow_cuff,
        metrics=frozenset(MetricCode(metric) for metric in device.metrics),
    )


def _hl7(hl7: Hl7Settings) -> Hl7Spec:
    return Hl7Spec(
        hl7.host,
        hl7.port,
        tuple(ip_network(peer) for peer in hl7.peers),
        hl7.match,
        None if hl7.zone is None else ZoneInfo(hl7.zone),
    )


def _broker(broker: BrokerSettings) -> BrokerSpec:
    return BrokerSpec(
        host=broker.host,
        port=broker.port,
        client_id=broker.client_id,
        username=broker.username,
        password=broker.password(),
        tls=broker.tls,
        ca_file=broker.ca_file,
        certificate=broker.certificate,
        key=broker.key,
        protocol=broker.protocol,
    )
