"""Facts about going on alone: numbers that a dispenser may give without the hub, and what became of them."""

from hub.rules.fact import Event


class BlockLeased(Event, frozen=True, kw_only=True):
    """Numbers of today that only this key of this device gives, and only while it is alone. first, last: included."""

    device: str
    key: str
    service: str
    letter: str
    first: int
    last: int
    at: int


class LeaseMade(Event, frozen=True, kw_only=True):
    """A device is to keep another lease. serial: the day's count of leases. digest: of what is in it."""

    device: str
    serial: int
    digest: str
    at: int


class LeaseAnswered(Event, frozen=True, kw_only=True):
    """A device has answered a lease. boot: its start number then. why: it did not keep it; empty when it did."""

    device: str
    serial: int
    boot: int
    why: str = ""
    at: int


class HubReturned(Event, frozen=True, kw_only=True):
    """The hub was away, and dispensers may have gone on alone. since: the last moment that it knows of."""

    since: int
    at: int


class HandOverRefused(Event, frozen=True, kw_only=True):
    """A device has handed over a number that cannot be entered, so somebody has to look after who holds it.

    why: not-leased (to this device), other-day (it is of another day's lease), ended (the day is over). told_at: as the
    device says, 0: it does not know.
    """

    device: str
    number: str
    key: str
    why: str
    paper: str
    told_at: int
    at: int
