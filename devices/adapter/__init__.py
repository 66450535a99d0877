"""Joins links to codecs: reconnects, says when a device is silent, and stamps what it says for the turn."""

from devices.adapter.adapters import Adapters
from devices.adapter.channel import Clock
from devices.links.settings import BrokerSpec, Hl7Spec

__all__ = ["Adapters", "BrokerSpec", "Clock", "Hl7Spec"]
