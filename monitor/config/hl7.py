"""Reads [hl7]: where monitors call us, and who may."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from monitor.config.faults import shown
from monitor.config.reader import Reader, Values
from monitor.config.settings import Hl7Settings


def hl7_settings(values: Values) -> Hl7Settings:
    """Return the settings of values without a fault."""
    host, port = _place(values["listen"])
    return Hl7Settings(host, port, tuple(values["peers"]), values["match"], values["zone"])


def hl7_rule(reader: Reader, values: Values) -> None:
    """Check where it listens and who may call: HL7 has no sign-in and no TLS of its own."""
    for peer in values.get("peers") or ():
        try:
            ip_network(peer)
        except ValueError:
            expected = "an address, or a network whose host bits are 0"
            reader.fault("hl7.peers", expected, shown(peer), "write it as 10.1.2.3 or 10.1.2.0/24")
    listen = values.get("listen")
    if listen is None:
        return
    try:
        host, _ = _place(listen)
    except ValueError:
        remedy = "write it as 127.0.0.1:2575 or [::1]:2575"
        reader.fault("hl7.listen", "an address and a port 1–65535", shown(listen), remedy)
        return
    if not ip_address(host).is_loopback and not values.get("peers"):
        expected = "who may call, as it listens beyond this machine"
        reader.fault("hl7.peers", expected, "nobody", 'name the senders: peers = ["10.1.2.3"]')


def _place(text: str) -> tuple[str, int]:
    """Return address and port; raises ValueError for what is neither."""
    host, _, digits = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(text)
    if not (digits.isascii() and digits.isdecimal() and 1 <= int(digits) <= 65535):
        raise ValueError(text)
    return str(ip_address(host)), int(digits)
