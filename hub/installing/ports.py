"""What an installed hall lets in from the network: the ports that its file names, and nothing else."""

import ipaddress

from msgspec import Struct

from hub.config import Hall
from hub.within import stays_within

PRIVILEGED = 1024
"""Below it a port is root's, unless a unit is given the right to it."""


class Port(Struct, frozen=True, kw_only=True):
    """A port of TCP that the hub listens at. what: for whom it is. is_brokers: devices meet the broker there."""

    number: int
    what: str
    is_brokers: bool = False


def open_ports(hall: Hall) -> list[Port]:
    """Return the ports that other computers may reach, the broker's first."""
    broker, web = hall.file.broker, hall.file.web
    found = []
    if broker.own and not stays_within(broker.host):
        found.append(Port(number=broker.port, what="the devices' messages", is_brokers=True))
    if web.port and not stays_within(web.host):
        found.append(Port(number=web.port, what="the hall's pages"))
    return found


def needs_privileged_port(hall: Hall) -> bool:
    """Tell whether the hub listens at a port that is root's."""
    broker, web = hall.file.broker, hall.file.web
    return (broker.own and broker.port < PRIVILEGED) or 0 < web.port < PRIVILEGED


def is_everywhere(host: str) -> bool:
    """Tell whether an address stands for all that a computer has."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
