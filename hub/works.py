"""Puts together what works in a hub, and says which of them is told of what."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple, ParamSpec

from hardware.link import Link
from hub.clock import HallClock
from hub.config import Hall
from hub.day_key import DayKey
from hub.desk import Desk
from hub.hall_forms import HallForms
from hub.journal import Journal
from hub.leases import Leases
from hub.maintenance import Maintenance
from hub.names import Names
from hub.office import Office
from hub.orders import Orders
from hub.outages import Outages
from hub.printing import Printing
from hub.record import maintenance_with
from hub.rules.state import Slip, Ticket
from hub.secrets import Secrets
from hub.service import Service
from hub.showing import Showing
from hub.slips import Slips, profile_of, ticket_of
from hub.speaking import Speaking
from hub.web.feed import Feed

P = ParamSpec("P")


class Works(NamedTuple):
    """What a hub runs."""

    hall: Hall
    desk: Desk
    service: Service
    feed: Feed
    speaking: Speaking
    leases: Leases
    maintenance: Maintenance
    orders: Orders

    def attach(self, link: Link) -> None:
        """Say through which link to publish; the service is told when it starts."""
        for one in (self.speaking, self.leases, self.maintenance):
            one.attach(link)


def put_together(
    hall: Hall,
    journal: Journal,
    secrets: Secrets,
    folder: Path,
    clock: HallClock,
    outages: Outages,
    *,
    is_private: bool,
) -> Works:
    """Return a hub's parts, knowing of each other. folder: its state. is_private: names may go to the broker."""
    desk, forms = Desk(hall), HallForms(hall.forms, hall.printers)
    printing = _printing(hall, desk, forms, secrets, lambda slip: slips.bytes_of(slip))
    names = Names(folder / "names.json", hall.file.notices)
    showing = Showing(hall, desk, clock=clock, day_key=DayKey(folder / "day.key").key)
    slips = Slips(hall, desk, forms, names, tell=showing.refuse)
    service = Service(hall, journal=journal, desk=desk, printing=printing, showing=showing, clock=clock)
    feed, speaking = Feed(hall, desk, clock), Speaking(hall, desk, clock)
    leases, maintenance = Leases(hall, desk, forms, clock), maintenance_with(journal, hall, folder, clock, desk)
    service.on_facts = _each(speaking.follow, slips.follow, leases.follow, maintenance.follow)
    service.on_change = _each(outages.journal, feed.changed)
    service.on_round = _each(forms.look, leases.look, maintenance.look)
    service.own_orders = lambda: chain(outages.due(), leases.orders(), maintenance.due())
    forms.look(at_once=True)
    office = Office(hall, maintenance)
    orders = Orders(hall, ask=service.ask, state=lambda: desk.state, names=names, is_private=is_private, office=office)
    return Works(hall, desk, service, feed, speaking, leases, maintenance, orders)


def _printing(hall: Hall, desk: Desk, forms: HallForms, secrets: Secrets, slip_of: Callable[[Slip], bytes]) -> Printing:
    def of(ticket: Ticket) -> bytes:
        return ticket_of(hall, forms, secrets, ticket, desk.forecast_ms(ticket), profile_of(hall, ticket.printer))

    return Printing(hall, desk, ticket_of=of, slip_of=slip_of)


def _each(*followers: Callable[P, object]) -> Callable[P, None]:
    """Return what tells each of these, in order."""

    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        for follower in followers:
            follower(*args, **kwargs)

    return tell
