"""The demo clinic's settings: chairs and devices of a scenario, users whose PINs everybody may know."""

from __future__ import annotations

from pathlib import Path

from argon2 import PasswordHasher

from devices.catalogue import KINDS
from devices.mapping import CuffRule, Mapping, ValueRule
from devices.model import MetricCode
from monitor.config import (
    BrokerSettings,
    ChairSettings,
    DeviceSettings,
    Hl7Settings,
    ServerSettings,
    Settings,
    UserSettings,
    shipped_presets,
)
from monitor.terms import Role
from simulators.hl7 import ADDRESS, APPLICATION
from simulators.scenario import CUFF, OXIMETRY, Scenario

USERS = (
    ("ana", "Ana", Role.NURSE, "1111"),
    ("leo", "Leo", Role.NURSE, "2222"),
    ("ruiz", "Dr. Ruiz", Role.ANESTHESIA, "3333"),
    ("admin", "Admin", Role.ADMIN, "9999"),
    ("wall", "Wall display", Role.WALL, "0000"),
)
"""Name, display, role, PIN; the sign-in page of the demo shows them."""

MEASURED = {
    OXIMETRY: (MetricCode.SPO2, MetricCode.PULSE_RATE, MetricCode.PERFUSION_INDEX),
    CUFF: (MetricCode.NIBP,),
}
"""What the devices of a scenario are used for; a DINAMAP's own oximeter hangs unused in the demo."""

MAPPINGS = {
    "mqtt-values": Mapping(
        "values",
        (
            ValueRule(MetricCode.SPO2, "%", topic="sensor/spo2/state"),
            ValueRule(MetricCode.PULSE_RATE, "/min", topic="sensor/pulse/state"),
        ),
        availability="status",
    ),
    "mqtt-json": Mapping(
        "json",
        (ValueRule(MetricCode.SPO2, "%", "/spo2"), ValueRule(MetricCode.PULSE_RATE, "/min", "/pulse")),
        cuff=CuffRule("/nibp/sys", "/nibp/dia", "mm[Hg]", "/nibp/mean", time="/nibp/time"),
        time="/time",
        missing=("-",),
    ),
}
"""How the messages of simulated gateways are read that have a schema of their own."""


def settings(
    scenario: Scenario,
    *,
    store: Path,
    ports: Path,
    broker: BrokerSettings,
    server: ServerSettings,
    speed: float,
    simulator: str = "",
) -> Settings:
    """Return the demo clinic of a scenario; its pseudo-terminals are in the folder `ports`."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    return Settings(
        name=scenario.title,
        site="demo",
        chairs=tuple(
            ChairSettings(id=chair.id, label=chair.label, room=chair.room, simulated=True)
            for chair in scenario.chairs
        ),
        devices=tuple(
            DeviceSettings(
                id=device.id,
                kind=device.kind,
                chair=chair.id,
                name=device.name,
                port=str(ports / device.port) if device.port else None,
                topic=device.topic,
                sender=f"{APPLICATION}/{device.id}" if KINDS[device.kind].calls else None,
                mapping=MAPPINGS.get(device.kind),
                allow_cuff=bool(KINDS[device.kind].cuff),
                metrics=tuple(metric for what in device.measures for metric in MEASURED[what]),
            )
            for chair in scenario.chairs
            for device in chair.devices
        ),
        users=tuple(
            # A sign-in stands on the PIN's hash; with the same salt it survives a restart of the demo.
            UserSettings(name, display, role, hasher.hash(pin, salt=f"demo {name}".ljust(16).encode()))
            for name, display, role, pin in USERS
        ),
        presets=shipped_presets(),
        store=store,
        server=server,
        broker=broker,
        hl7=Hl7Settings(*ADDRESS) if _has_callers(scenario) else None,
        demo=True,
        speed=speed,
        simulator=simulator,
        demo_pins={name: pin for name, _, _, pin in USERS},
    )


def _has_callers(scenario: Scenario) -> bool:
    return any(KINDS[device.kind].calls for chair in scenario.chairs for device in chair.devices)
