"""The tables of the hall's file for what other machines may ask: citizens' phones, other systems, the broker."""

from typing import Annotated

from msgspec import Meta

from hardware.contract import Name
from hub.screen_file import HostName, Table
from hub.within import stays_within

WebAddress = Annotated[str, Meta(pattern=r"^(https?://[A-Za-z0-9.\[\]:/_-]{1,80})?\Z")]


class BrokerTable(Table, frozen=True, kw_only=True):
    """``[broker]``. own: Lintel starts mosquitto itself; otherwise one already runs at host and port.

    ca: file of the authority of one that already runs. tls: our own speaks TLS; left out: where it listens to the
    network (docs/decisions/0021). names: further ones of our own.
    """

    own: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    ca: str | None = None
    tls: bool | None = None
    names: tuple[HostName, ...] = ()

    def speaks_tls(self, host: str) -> bool:
        """Tell whether our own broker speaks TLS when it listens at a host."""
        return self.own and (not stays_within(host) if self.tls is None else self.tls)


class ProgressTable(Table, frozen=True, kw_only=True):
    """``[progress]``: the page of a ticket's own queue, for its holder's phone (M38).

    url: how phones reach the hub, http://hub.example:8610; what stands in the ticket's QR code begins with it.
    """

    enabled: bool = False
    url: WebAddress = ""


class InterfaceTable(Table, frozen=True, kw_only=True):
    """``[interface]``: what other systems may hear at the broker. topics: the counters and queues are told there.

    readers: accounts of our own broker that may read those topics and nothing else.
    """

    topics: bool = False
    readers: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()
