"""Wrong tries from one address: too many in a while, and nothing more is tried for it."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Try:
    """One try; it counts for nothing unless it is found wrong."""

    wrong: bool = False


@dataclass(slots=True)
class _Address:
    wrong_s: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))
    under_way: int = 0
    told_s: float | None = None


class Tries:
    """Counts what went wrong, by address; in memory alone, since names count their own on the desk.

    `on_full` is told of an address that has to wait, once within five minutes.
    """

    def __init__(self, real: Clock, on_full: Callable[[str], None] = lambda _address: None) -> None:
        self._real = real
        self._on_full = on_full
        self._addresses: OrderedDict[str, _Address] = OrderedDict()

    @contextmanager
    def one(self, connection: HTTPConnection) -> Iterator[Try]:
        """Let one request try; raise TooManyTries while its address has to wait.

        What is still being checked counts as wrong, so that tries sent together are no more than others.
        """
        name = _origin_of(connection)
        address = self._known(name)
        self._admit(address)
        address.under_way += 1
        tried = Try()
        try:
            yield tried
        finally:
            address.under_way -= 1
            if tried.wrong:
                self._count(name, address)

    def _known(self, name: str) -> _Address:
        address = self._addresses.setdefault(name, _Address())
        self._addresses.move_to_end(name)
        if len(self._addresses) > ADDRESSES:
            self._addresses.popitem(last=False)
        return address

    def _admit(self, address: _Address) -> None:
        now_s = self._real.mono_s()
        while address.wrong_s and address.wrong_s[0] + WITHIN_S <= now_s:
            address.wrong_s.popleft()
        if len(address.wrong_s) >= MOST:
            raise TooManyTries(max(1.0, address.wrong_s[0] + WITHIN_S - now_s))
        if len(address.wrong_s) + address.under_way >= MOST:
            raise TooManyTries(1.0)

    def _count(self, name: str, address: _Address) -> None:
        now_s = self._real.mono_s()
        address.wrong_s.append(now_s)
        told = address.told_s is not None and now_s - address.told_s < WITHIN_S
        if len(address.wrong_s) == MOST and not told:
            address.told_s = now_s
            self._on_full(name)


def _origin_of(connection: HTTPConnection) -> str:
    """Return the address; of IPv6 the network, whose addresses one machine takes at will."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
