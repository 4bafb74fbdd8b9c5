"""How many connections there may be, of all and of one address: who opens them without end leaves others theirs."""

from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MOST = 600
"""Of all browsers together; each is an open file, of which a process has a thousand, and the journal needs some."""
EACH = 200
"""Of one address: a proxy, or a room of screens behind one router, needs fewer."""


class Places:
    """Connections that are open, or being opened."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, source: str) -> Callable[[], None] | None:
        """Take a place for a connection from an address; return what gives it back, None where there is none."""
        whose = network_of(source)
        if self._taken.total() >= MOST or self._taken[whose] >= EACH:
            return None
        self._taken[whose] += 1
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._taken[whose] -= 1
                if not self._taken[whose]:
                    del self._taken[whose]

        return leave


def network_of(source: str) -> str:
    """Return for whom an address counts: of IPv6 a machine has as many as it likes, all in one network of 64 bits."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else f"{int(address) >> 64:x}::/64"
    return source
