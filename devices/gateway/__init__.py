"""The gateway of a room: what serial devices say goes out as MQTT, and is kept until the monitor has it on disk."""

from devices.gateway.gateway import Gateway, GatewaySpec
from devices.gateway.outbox import Kept, Outbox, OutboxFault

__all__ = ["Gateway", "GatewaySpec", "Kept", "Outbox", "OutboxFault"]
