"""Wrong tries from one address: too many in a while, and nothing more is tried for it."""

from __future__ import annotations

from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

from monitor.clock import Clock

MOST = 30
WITHIN_S = 300.0
"""So many wrong tries within so long, over all names, links and pages."""
ADDRESSES = 4096
"""More addresses than this are not remembered; the one that was longest quiet is forgotten first."""


class TooManyTries(Exception):
    """This address has to wait."""

    MESSAGE = "Too many wrong tries from this address. Try again in {n} s."

    def __init__(self, wait_s: float) -> None:
        super().__init__(self.MESSAGE.format(n=f"{wait_s:.0f}"))
        self.wait_s = wait_s


class Tries:
    """Counts what went wrong, by address; in memory alone, since names count their own on the desk."""

    def __init__(self, real: Clock) -> None:
        self._real = real
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, connection: HTTPConnection) -> None:
        """Raise TooManyTries while the address of a request has to wait."""
        times = self._wrong.get(_origin_of(connection))
        if not times or len(times) < MOST:
            return
        wait_s = times[0] + WITHIN_S - self._real.mono_s()
        if wait_s > 0:
            raise TooManyTries(max(1.0, wait_s))

    def wrong(self, connection: HTTPConnection) -> None:
        """Count one wrong try."""
        name = _origin_of(connection)
        self._wrong.setdefault(name, deque(maxlen=MOST)).append(self._real.mono_s())
        self._wrong.move_to_end(name)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)


def _origin_of(connection: HTTPConnection) -> str:
    """Return the address; of IPv6 the network, whose addresses one machine takes at will."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
