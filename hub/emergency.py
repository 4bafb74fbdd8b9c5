"""What is typed while the hall cannot work as usual, and after it: the fault, numbers that were given by hand (M41).

A number is typed without its letter, since it has but one: H012 is 12. When it was handed out is typed as minutes ago,
at most three digits, or as an hour of four: 0915; nothing is now.
"""

from collections.abc import Callable
from datetime import timedelta

from hub.calendar import business_day
from hub.clock import local
from hub.config import Hall
from hub.fields import COUNTER, SERVICE, Asked, Field, service_of
from hub.rules import commands
from hub.rules.case import Refusal
from hub.rules.deciding.emergency import NUMBER_DIGITS

MINUTE_MS = 60_000
MINUTES_DIGITS = 3


def press_fault(asked: Asked) -> commands.Command:
    """Return the press of the key that tells the hall of a fault, or that it is over."""
    return commands.PressFault(device=asked.device, by=asked.by, counter=asked.counter)


def enter_ticket(asked: Asked) -> commands.Command | Refusal:
    """Return the back-entry of a number that waits."""
    number, service, when = asked.values
    handed_at = moment_of(asked.hall, asked.state.day, when, asked.now)
    if handed_at is None:
        return Refusal("no-such-time")
    return commands.EnterTicket(
        number=_number(asked.hall, number), service=service_of(asked.hall, service), handed_at=handed_at, by=asked.by
    )


def enter_served(asked: Asked) -> commands.Command:
    """Return the back-entry of a number that was served by hand."""
    number, service, counter = asked.values
    return commands.EnterServed(
        number=_number(asked.hall, number),
        service=service_of(asked.hall, service),
        counter=int(counter or 0),
        by=asked.by,
    )


def moment_of(hall: Hall, day: str, typed: str, now: int) -> int | None:
    """Return the moment that was typed, ms; None where it is no time, or not of the present business day.

    An hour that is still to come today was yesterday's, which counts where the business day began then.
    """
    at = _at_hour(hall, typed, now) if len(typed) > MINUTES_DIGITS else now - int(typed or 0) * MINUTE_MS
    is_today = at is not None and business_day(at, hall.zone, hall.day_begins) == day
    return at if is_today else None


def _at_hour(hall: Hall, typed: str, now: int) -> int | None:
    hour, minute = int(typed[:2]), int(typed[2:])
    if hour > 23 or minute > 59:
        return None
    present = local(now, hall.zone)
    found = present.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if found > present:
        found -= timedelta(days=1)
    return round(found.timestamp() * 1000)


def _number(hall: Hall, typed: str) -> str:
    return f"{hall.plan.reserve_letter}{typed.zfill(NUMBER_DIGITS)}"


RESERVE = Field("备用号", NUMBER_DIGITS)
WHEN = Field("时间", 4, may_be_empty=True)
EMERGENCY_FORMS: dict[str, tuple[tuple[Field, ...], Callable[[Asked], commands.Command | Refusal]]] = {
    "fault": ((), press_fault),
    "enter": ((RESERVE, SERVICE, WHEN), enter_ticket),
    "enter-done": ((RESERVE, SERVICE, COUNTER), enter_served),
}
