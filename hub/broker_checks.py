"""Looks for what types cannot say of a hall's broker: settings of TLS that fit nothing, or that help nobody."""

from collections.abc import Callable
from typing import NoReturn

from hub.hall_file import HallFile
from hub.within import stays_within

Refuse = Callable[..., NoReturn]
"""Raises HallError with a sentence, and the place of what is wrong."""


def check_broker(file: HallFile, refuse: Refuse) -> None:
    """Refuse settings of TLS that another program's broker, or our own without TLS, would not follow."""
    table = file.broker
    if table.tls and not table.own:
        refuse("tls is for Lintel's own broker; name the authority of another one with ca", "$.broker", "tls")
    if table.tls and table.ca:
        refuse("with tls Lintel's broker has the hall's own authority; leave ca out", "$.broker", "ca")
    if table.ca and table.own:
        refuse("ca is of a broker that already runs; say tls = true for TLS with Lintel's own", "$.broker", "ca")
    if table.names and not table.speaks_tls(table.host):
        refuse("names are those in the broker's certificate; say tls = true, or leave them out", "$.broker", "names")


def in_the_clear(file: HallFile, host: str) -> str:
    """Return in a sentence that the broker's passwords can be heard on the network at a host; empty: they cannot."""
    table = file.broker
    if not table.own or table.speaks_tls(host) or stays_within(host):
        return ""
    return (
        f"[broker] tls = false at {host}: every password goes over the network in the clear, and who hears one can "
        "press keys; flash the nodes anew, then remove that line"
    )
