"""What the day has come to so far, in the figures that the duty officer takes home; the words are elsewhere."""

from collections.abc import Iterable

from msgspec import Struct

from hub.rules.state import State, Ticket


class ServiceDay(Struct, frozen=True, kw_only=True):
    """One service's day, or all of them. taken: numbers given, void ones left out.

    served, no_show, left, cancelled: how they ended. pending: those that have not. called: how many were called.
    wait_ms: mean time from taking to the first call, 0 where nobody was called.
    ratings: level, 5 to 1, to count.
    """

    taken: int
    served: int
    no_show: int
    left: int
    cancelled: int
    called: int
    wait_ms: int
    ratings: dict[int, int]

    @property
    def pending(self) -> int:
        """How many still wait, are at a counter, or may come back."""
        return self.taken - self.served - self.no_show - self.left - self.cancelled


def service_day(state: State, service: str | None = None) -> ServiceDay:
    """Return the day of a service, None: of the hall. It agrees with `hub.rules.tally`, which reads the journal."""
    found = [one for one in state.tickets.values() if one.state != "void" and service in (None, one.service)]
    waits = [max(0, one.first_called_at - one.taken_at) for one in found if one.first_called_at is not None]
    return ServiceDay(
        taken=len(found),
        served=_count(found, "done"),
        no_show=_count(found, "no-show"),
        left=_count(found, "left"),
        cancelled=_count(found, "cancelled"),
        called=len(waits),
        wait_ms=round(sum(waits) / len(waits)) if waits else 0,
        ratings=_ratings(found),
    )


def _count(tickets: Iterable[Ticket], state: str) -> int:
    return sum(ticket.state == state for ticket in tickets)


def _ratings(tickets: Iterable[Ticket]) -> dict[int, int]:
    levels = [ticket.rating for ticket in tickets if ticket.rating is not None]
    return {level: levels.count(level) for level in (5, 4, 3, 2, 1) if level in levels}
