"""Whether what goes to an address stays inside the computer; what leaves it goes by TLS (docs/decisions/0021)."""

import contextlib
import ipaddress


def is_anywhere(host: str) -> bool:
    """Tell whether a host to listen at is every address of the computer."""
    return host in ("0.0.0.0", "::", "")  # noqa: S104  (what a file may say)


def stays_within(host: str) -> bool:
    """Tell whether a host, name or address, is this computer alone, so that nobody on the network hears or reaches it.

    0.0.0.0 and :: are every address of it, the network's too.
    """
    bare = host.strip("[]").partition("%")[0]
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(bare)
        mapped = getattr(address, "ipv4_mapped", None)
        return bool((mapped or address).is_loopback)
    return bare == "localhost"
