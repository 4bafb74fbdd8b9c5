"""Commands about going on alone: what dispensers may give without the hub, and what they have given."""

from hub.rules.command import Command


class LeaseBlocks(Command, frozen=True, kw_only=True):
    """See that each key of a device has numbers to give alone. keys: (key, service). size: numbers of a block."""

    device: str
    keys: tuple[tuple[str, str], ...]
    size: int


class MakeLease(Command, frozen=True, kw_only=True):
    """Have a device keep a lease with this content, if it is another than before."""

    device: str
    digest: str


class AnswerLease(Command, frozen=True, kw_only=True):
    """A device says what became of a lease. why: it did not keep it; empty when it did."""

    device: str
    serial: int
    boot: int
    why: str = ""


class NoteReturn(Command, frozen=True, kw_only=True):
    """The hub works again. since: the last moment that it knows of before, ms."""

    since: int


class EnterAlone(Command, frozen=True, kw_only=True):
    """Enter a ticket that a device gave while it was alone. day: of told_at, YYYYMMDD, or empty. boot: of the device.

    service, klass, claim: what its key gives; service empty: the hall's file knows the key no more. told_at: hall time
    of the press as the device says, None: it does not know. paper: out, failed or in-doubt.
    """

    device: str
    boot: int
    number: str
    key: str
    day: str
    paper: str
    service: str = ""
    klass: str = "ordinary"
    claim: str = ""
    told_at: int | None = None
