"""How often and how many at once: by network address, in memory, and forgotten as soon as it says nothing more.

No library is used: of those that Starlette's own middleware could be joined by, each brings a store and threads of
its own for what is one number for each address.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

KNOWN = 20_000
"""Addresses that are remembered at a time; the one that asked least lately is forgotten first."""
HERE = ""
"""Whoever asks from this machine itself: also a proxy that does not tell whom it asks for."""


def asker(host: str | None) -> str:
    """Whom a network address counts for: itself, or the network that one subscriber of IPv6 has."""
    try:
        address = ipaddress.ip_address((host or "").split("%")[0])
    except ValueError:
        return HERE
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return HERE
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


@dataclass(slots=True)
class Pace:
    """How often each may do something: as much as a whole period's share at once, and then evenly.

    Source: the generic cell rate algorithm (ITU-T I.371), which needs one time for each asker.
    """

    period: float
    """Seconds."""
    _free: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """When each will have nothing used any more."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, who: str, most: int, now: float | None = None) -> float:
        """Count one more, unless it must wait: 0, or the seconds until there is room; `most` in a period, 0 for any."""
        if most <= 0:
            return 0.0
        now = time.monotonic() if now is None else now
        with self._lock:
            free = max(self._free.get(who, now), now) + self.period / most
            # A hair's breadth: sums of fractions are a little more than the whole.
            late = free - now - self.period * (1 + 1e-9)
            if late > 0:
                return late
            self._free[who] = free
            self._free.move_to_end(who)
            if len(self._free) > KNOWN:
                self._free.popitem(last=False)
        return 0.0


@dataclass(slots=True)
class Seats:
    """How many are here at once, in all and from each address; used from one thread, the server's own."""

    most: int
    each: int
    _taken: Counter[str] = field(default_factory=Counter)

    def has_room(self) -> bool:
        """Whether one more may come in at all; 0 is no limit."""
        return not self.most or self._taken.total() < self.most

    def has_room_for(self, who: str) -> bool:
        """Whether there is room for one more from an address."""
        return not self.most or who == HERE or self._taken[who] < self.each

    @contextmanager
    def taken(self, who: str) -> Iterator[None]:
        """Be here for a while."""
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]
