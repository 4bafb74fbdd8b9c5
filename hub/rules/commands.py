"""What people and devices ask of the queue, in the imperative; decide.py answers."""

from msgspec import Struct

from hub.rules.plan import ORDINARY


class Command(Struct, frozen=True, kw_only=True):
    """Something that is asked for; it may be refused."""


class OpenDay(Command, frozen=True, kw_only=True):
    """Begin a business day. day: YYYYMMDD in the hall's time zone."""

    day: str


class TakeTicket(Command, frozen=True, kw_only=True):
    """A citizen wants a number for a service. boot: the dispenser's start number, for `RepeatPrint`."""

    dispenser: str
    key: str
    boot: int
    service: str
    klass: str = ORDINARY


class ConfirmPrint(Command, frozen=True, kw_only=True):
    """A dispenser's printer has said that the job's paper is out."""

    dispenser: str
    job: str


class FailPrint(Command, frozen=True, kw_only=True):
    """A dispenser's printer could not do the job. in_doubt: nobody can know whether the paper came out."""

    dispenser: str
    job: str
    why: str
    in_doubt: bool


class RepeatPrint(Command, frozen=True, kw_only=True):
    """Send a job again under a new id, because nobody can know whether its paper came out. boot: of the dispenser."""

    dispenser: str
    job: str
    boot: int


class CallNext(Command, frozen=True, kw_only=True):
    """Finish what the counter has and call the ticket whose turn it is there."""

    counter: int


class Recall(Command, frozen=True, kw_only=True):
    """Call the counter's ticket once more."""

    counter: int


class MarkNoShow(Command, frozen=True, kw_only=True):
    """The called citizen did not come."""

    counter: int


class Finish(Command, frozen=True, kw_only=True):
    """The counter is done with its ticket."""

    counter: int


class ReportDevice(Command, frozen=True, kw_only=True):
    """A device came, went, or has something wrong with a part. alerts: part to what is wrong."""

    device: str
    state: str
    boot: int
    alerts: dict[str, str]
