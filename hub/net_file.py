"""How nodes are on the network, as the hall's file writes it: fixed addresses ``[devices.net]``, Wi-Fi ``[wifi]``."""

import ipaddress
from typing import Annotated

from msgspec import Meta, Struct

_Address = Annotated[str, Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}\Z", description="such as 192.168.10.31")]


class FixedAddress(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[devices.net]``: address, mask, gateway and dns of a node, as firmware/net.py takes them."""

    address: _Address
    mask: _Address = "255.255.255.0"
    gateway: _Address
    dns: _Address

    def __post_init__(self) -> None:
        """Refuse what is no address, and a gateway that the node cannot reach; raise ValueError."""
        for name in ("address", "gateway", "dns"):
            ipaddress.IPv4Address(getattr(self, name))
        network = ipaddress.IPv4Network(f"{self.address}/{self.mask}", strict=False)
        if ipaddress.IPv4Address(self.gateway) not in network:
            raise ValueError(f"gateway {self.gateway} is not in the node's own network {network}; correct one of them")


class WifiTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[wifi]``: of nodes without a cable. password_file: beside the hall's file, with the password and nothing else.

    country: whose channels may be used, two capital letters.
    """

    ssid: Annotated[str, Meta(min_length=1, max_length=32)]
    password_file: Annotated[str, Meta(min_length=1, max_length=200)]
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] = "CN"
