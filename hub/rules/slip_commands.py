"""Commands about papers other than tickets: notices, guides of services, reports, slips once more."""

from hub.rules.command import AtCounter, Command


class GiveNotice(AtCounter, frozen=True, kw_only=True):
    """Tell a citizen once and for all what is missing (一次性告知, M15). items: in words, none of them private.

    oral: he was told and wants no paper (M37). service: empty, that of the ticket at the counter. by: who asks by name,
    empty: whoever has pressed a key of the counter.
    """

    items: tuple[str, ...]
    oral: bool = False
    service: str = ""
    by: str = ""


class RepeatSlip(AtCounter, frozen=True, kw_only=True):
    """Print a slip once more (补打). number: of the ticket that it is about; empty: the counter's last slip."""

    number: str = ""


class PrintGuide(Command, frozen=True, kw_only=True):
    """Print what a service asks and costs (M35). by: who asked for it; empty, a citizen at a dispenser."""

    device: str
    service: str
    by: str = ""


class MakeReport(Command, frozen=True, kw_only=True):
    """Print what the day has come to so far."""

    by: str


class LookUpNotices(Command, frozen=True, kw_only=True):
    """See which notices were given, which is itself noted (M15, M26). serial: of one; first, last: days, YYYYMMDD."""

    by: str
    serial: str = ""
    first: str = ""
    last: str = ""
