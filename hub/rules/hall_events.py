"""Facts about the hall: its day, its alerts and devices."""

from msgspec import Struct

from hub.rules.commands import Appointment
from hub.rules.fact import Event


class Received(Struct, frozen=True, kw_only=True):
    """What was handed in out of hours (M25)."""

    service: str
    by: str
    at: int


class DayOpened(Event, frozen=True, kw_only=True):
    """A business day began: numbers start at 1 and nobody waits. received: what is carried over from before."""

    day: str
    spans: tuple[tuple[int, int], ...] | None = None
    working_days: tuple[str, ...] = ()
    received: tuple[Received, ...] = ()
    at: int = 0


class PhaseChanged(Event, frozen=True, kw_only=True):
    """The hall opened, paused or closed. overtime_ms: how long after closing the last citizen was served (M28)."""

    phase: str
    overtime_ms: int = 0
    at: int


class DayEnded(Event, frozen=True, kw_only=True):
    """Somebody ended the day although people still waited."""

    by: str
    at: int


class SelfTestMade(Event, frozen=True, kw_only=True):
    """The hall was looked at before its opening (M30, S4). faults: device or person kind that is missing or wrong."""

    faults: tuple[str, ...]
    at: int


class AppointmentsListed(Event, frozen=True, kw_only=True):
    """The appointments of the day are these."""

    appointments: tuple[Appointment, ...]
    at: int


class ItemReceived(Event, frozen=True, kw_only=True):
    """Something was handed in out of hours."""

    service: str
    by: str
    at: int


class AlertRaised(Event, frozen=True, kw_only=True):
    """The duty officer has to know. alert: its kind. subject: counter or device, empty for the hall. value: number."""

    alert: str
    subject: str
    value: int
    at: int


class AlertCleared(Event, frozen=True, kw_only=True):
    """What an alert was about is over."""

    alert: str
    subject: str
    at: int


class DeviceReported(Event, frozen=True, kw_only=True):
    """A device's state, start number or alerts changed."""

    device: str
    state: str
    boot: int
    alerts: dict[str, str]
    at: int = 0
