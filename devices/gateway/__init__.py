"""The gateway of a room: serial devices in, MQTT out, nothing forgotten that is not on the monitor's disk."""

from devices.gateway.gateway import Gateway, GatewaySpec
from devices.gateway.outbox import Kept, Outbox, OutboxFault

__all__ = ["Gateway", "GatewaySpec", "Kept", "Outbox", "OutboxFault"]
