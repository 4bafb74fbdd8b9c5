"""Puts together what works in a hub, and says which of them is told of what."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple, ParamSpec

from hardware.link import Link
from hardware.logs import Log
from hub.clock import HallClock
from hub.complaints import ComplaintsOffice
from hub.config import Hall
from hub.contacts import FILE, Contacts
from hub.copies.watch import CopiesWatch
from hub.day_key import DayKey
from hub.desk import Desk
from hub.edits.editor import HallEditor
from hub.edits.record import Records
from hub.hall_forms import HallForms
from hub.journal import Journal
from hub.journal_end import JournalEnd
from hub.leases import Leases
from hub.maintenance import Maintenance
from hub.names import Names
from hub.noise import Noise
from hub.office import Office
from hub.orders import Orders
from hub.outages import Outages
from hub.outside.present import Present
from hub.outside.topics import Telling
from hub.printing import Printing
from hub.record import maintenance_with, noting
from hub.rules.state import Slip, Ticket
from hub.secrets import Secrets
from hub.service import Service
from hub.showing import Showing
from hub.slips import Slips, profile_of, ticket_of
from hub.speaking import Speaking
from hub.watch.fault_lines import FaultLines
from hub.web.feed import Feed

log = Log(__name__)

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
    present: Present
    telling: Telling
    complaints: ComplaintsOffice
    contacts: Contacts
    forms: HallForms
    names: Names
    editor: HallEditor
    noise: Noise

    def attach(self, link: Link) -> None:
        """Say through which link to publish; the service is told when it starts."""
        for one in (self.speaking, self.leases, self.maintenance, self.telling):
            one.attach(link)

    def follow_hall(self) -> None:
        """Have everybody go on with the hall's present file."""
        hall = self.hall
        follow = (
            self.service.follow_hall,
            self.noise.follow_hall,
            self.leases.follow_hall,
            self.telling.follow_hall,
            lambda: self.forms.follow_hall(hall.printers),
            lambda: self.names.follow_table(hall.file.notices),
            lambda: self.contacts.keep_for(hall.file.complaints.keep_days),
        )
        for one in follow:
            try:
                one()
            except Exception:  # the others must not be left with half of the old hall
                log.exception(
                    "not-followed", "something does not follow the changed file of the hall; start the hub again"
                )

    def came_up(self) -> None:
        """The link is there: devices first, then whoever reads."""
        self.desk.counts.link_ups += 1
        self.service.came_up()
        self.telling.came_up()


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
    feed, speaking, leases = Feed(hall, desk, clock), Speaking(hall, desk, clock), Leases(hall, desk, forms, clock)
    maintenance = maintenance_with(journal, hall, folder, clock, desk, service.refused)
    contacts = Contacts(folder / FILE, hall.file.complaints.keep_days)
    complaints = ComplaintsOffice(hall, contacts, ask=service.ask, state=lambda: desk.state)
    present = Present(hall, desk, clock, secrets, maintenance.devices)
    telling = Telling(present)
    followers = (speaking.follow, slips.follow, leases.follow, maintenance.follow, complaints.follow)
    service.on_facts = _each(*followers, desk.counts.follow, FaultLines(maintenance.upkeep, clock).follow)
    service.on_change = _each(outages.journal, feed.changed, present.changed, telling.changed)
    noise = Noise(hall, clock.now, service.refused.add)
    looks = (JournalEnd(folder, journal).note, noise.look, forms.look, leases.look, maintenance.look, telling.look)
    service.on_round = _each(*looks)
    service.own_orders = lambda: chain(
        outages.due(), leases.orders(), maintenance.due(noise.faults), complaints.due(), copies.due(desk.state.health)
    )
    forms.look(at_once=True)
    copies = CopiesWatch(hall, folder, noting(journal, clock.now))
    editor = _editor(hall, folder, clock, service, desk, lambda: works.follow_hall())
    office = Office(hall, maintenance, editor)
    orders = Orders(hall, ask=service.ask, state=lambda: desk.state, names=names, is_private=is_private, office=office)
    of_the_hall = (hall, desk, service, feed, speaking, leases, maintenance, orders)
    works = Works(*of_the_hall, present, telling, complaints, contacts, forms, names, editor, noise)
    return works


def _editor(
    hall: Hall, folder: Path, clock: HallClock, service: Service, desk: Desk, follow: Callable[[], None]
) -> HallEditor:
    return HallEditor(hall, Records(folder), clock, ask=service.ask, state=lambda: desk.state, follow=follow)


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
