"""Sees that every dispenser could give tickets alone: leases it numbers, and sends it what it has to keep until it has.

What is leased and who has kept what, the state knows; here is only what was sent when.
"""

import asyncio
from collections.abc import Iterable, Iterator

from msgspec import Struct

from hardware.contract import Topics, encode
from hardware.link import Link
from hardware.logs import Log
from hub.calendar import day_end
from hub.clock import HallClock
from hub.config import Device, Hall
from hub.desk import Desk
from hub.faces.hall import keys_of
from hub.hall_file import KeyTicket
from hub.lease_file import Content, Numbers, TooLargeError, content_of, file_of, form_of, parts_of
from hub.rules import commands
from hub.rules.device_report import DeviceReport
from hub.rules.events import Fact, HandOverRefused, LeaseAnswered, LeaseMade, TicketTaken
from hub.rules.leases import LEASED, Kept, left_of
from printers.forms import Forms
from printers.local import LocalForm
from printers.template import Template

log = Log(__name__)

RESEND_S = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
"""How long an answer is awaited, the first time, the second; a device that knows no leases never answers."""
SETTLE_S = 3.0
"""A new lease is made when no ticket has been handed over for so long, so that a device writes its flash once."""
UNSUPPORTED = "unsupported"


class _Sent(Struct):
    """A lease on its way. what: its serial and the device's start number. times: how often it was sent."""

    what: tuple[int, int]
    times: int
    due_s: float


class Leases:
    """The leases of the hall's dispensers. Nothing of it is done where the hall's file has ``offline.block = 0``."""

    def __init__(self, hall: Hall, desk: Desk, forms: Forms, clock: HallClock) -> None:
        self._hall = hall
        self._desk = desk
        self._forms = forms
        self._clock = clock
        self._topics = Topics(hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._keys: dict[str, tuple[tuple[str, str], ...]] = {}
        self._size = 0
        self._form: dict[str, tuple[Template, LocalForm]] = {}
        self._sent: dict[str, _Sent] = {}
        self._handed_s: dict[str, float] = {}
        self.follow_hall()

    def follow_hall(self) -> None:
        """Lease what the hall's present file asks for; a paper may have other texts, so each is laid out again."""
        hall = self._hall
        self._keys = {one.name: keys for one in hall.devices if (keys := leased_keys(hall, one))}
        self._size = block_size(hall, self._keys.values())
        self._form.clear()

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    def orders(self) -> Iterator[commands.Command]:
        """Yield what is to be leased and kept; each is decided before the next is asked for."""
        state = self._desk.state
        is_off = not self._size and not state.leases.kept
        if is_off or not state.day or state.spans == ():
            return
        for name, keys in self._keys.items():
            if not self._is_asked(name):
                continue
            if not state.ended:
                yield commands.LeaseBlocks(device=name, keys=keys, size=self._size)
            if self._loop.time() - self._handed_s.get(name, -SETTLE_S) >= SETTLE_S and (found := self._content(name)):
                yield commands.MakeLease(device=name, digest=found.digest)

    def look(self) -> None:
        """Send again what is not answered; to be called once a second."""
        for name in self._keys:
            report, kept = self._report(name), self._desk.state.leases.kept.get(name)
            if report.state != "ready" or kept is None or kept.answered == (kept.serial, report.boot):
                continue
            sent = self._sent.get(name)
            if sent is None or sent.what != (kept.serial, report.boot) or self._loop.time() >= sent.due_s:
                self._send(name, kept, report.boot)

    def follow(self, facts: Iterable[Fact]) -> None:
        """Send what is new, and say in the log what could not be kept or entered."""
        for fact in facts:
            if isinstance(fact, TicketTaken) and fact.told_at:
                self._handed_s[fact.dispenser] = self._loop.time()
            elif isinstance(fact, HandOverRefused):
                words = f"it has given {fact.number} alone, which is {fact.why}: look after its holder"
                log.warning("given-alone-in-vain", words, device=fact.device)
            elif isinstance(fact, LeaseAnswered) and fact.why:
                log.warning("lease-not-kept", f"lease {fact.serial} is not kept", device=fact.device, why=fact.why)
            elif isinstance(fact, LeaseMade) and fact.device in self._keys:
                self._send(fact.device, self._desk.state.leases.kept[fact.device], self._report(fact.device).boot)

    def _report(self, name: str) -> DeviceReport:
        return self._desk.state.report(name)

    def _is_asked(self, name: str) -> bool:
        """A device that cannot go on alone is asked again when it has started anew."""
        report, kept = self._report(name), self._desk.state.leases.kept.get(name, Kept())
        cannot = kept.why == UNSUPPORTED and kept.answered[1] == report.boot
        return report.state == "ready" and not cannot

    def _content(self, name: str) -> Content | None:
        """Return what a dispenser is to keep now, None where it cannot be made."""
        try:
            form = self._form_of(name)
        except Exception:  # such as a missing font: no press may fail for the paper of another day
            log.exception("not-alone", "it cannot go on alone, for its paper cannot be laid out", device=name)
            self._keys = {one: keys for one, keys in self._keys.items() if one != name}
            return None
        state, now = self._desk.state, self._clock.now()
        return content_of(
            self._hall, self._hall.device(name), self._numbers(name), form, day=state.day, until=self._until(), now=now
        )

    def _form_of(self, name: str) -> LocalForm:
        """A paper is laid out again only when its template is another."""
        template = self._forms.template("ticket")
        known = self._form.get(name)
        if known is None or known[0] is not template:
            known = self._form[name] = template, form_of(self._hall, self._forms, self._hall.device(name))
        return known[1]

    def _numbers(self, name: str) -> Numbers:
        leases, services = self._desk.state.leases, self._hall.plan.services
        held = leases.held(self._desk.state.by_number)
        return {
            key: (service, services[service].letter, *left_of(leases.blocks_of(name, key, service), held))
            for key, service in self._keys[name]
        }

    def _until(self) -> int:
        """Return when the last tickets of the day are given: at once where it was ended, or the file was changed."""
        state = self._desk.state
        if state.ended or not self._size:
            return state.opened_at
        return state.spans[-1][1] if state.spans else day_end(state.day, self._hall.zone, self._hall.day_begins)

    def _send(self, name: str, kept: Kept, boot: int) -> None:
        found, lease = self._content(name), f"{self._desk.state.day}-l{kept.serial:05}"
        if found is None or found.digest != kept.digest:
            return  # the next round makes another one
        before = self._sent.get(name)
        times = before.times + 1 if before and before.what == (kept.serial, boot) else 1
        due_s = self._loop.time() + RESEND_S[min(times, len(RESEND_S)) - 1]
        self._sent[name] = _Sent((kept.serial, boot), times, due_s)
        try:
            data = file_of(found, lease=lease, given=kept.made_at)
        except TooLargeError as error:
            log.error("not-alone", "it cannot go on alone; shorten the hall's ticket", device=name, why=error)
            return
        for part in parts_of(lease, data):
            if self._link:
                self._link.publish(self._topics.job(name), encode(part))


def leased_keys(hall: Hall, device: Device) -> tuple[tuple[str, str], ...]:
    """Return the keys of a dispenser that give tickets without the hub, with their services.

    No identity can be asked for then (S9): its key is the day's, and only the hub knows it.
    """
    if device.kind != "dispenser" or not hall.boards[device.name].printer:
        return ()
    found = []
    for key in keys_of(hall, device):
        gives = device.keys.get(key, KeyTicket(service=key))
        service = hall.plan.services.get(gives.service)
        if service and (gives.anonymous or not service.real_name):
            found.append((key, gives.service))
    return tuple(found)


def shortage(hall: Hall) -> str:
    """Return what a maintainer should know of numbers that do not go round; empty where they do."""
    size, wanted = block_size(hall, [leased_keys(hall, one) for one in hall.devices]), hall.file.offline.block
    if size == wanted:
        return ""
    return f"offline: so many keys give the same letter that each has {size} numbers for itself, not {wanted}"


def block_size(hall: Hall, keys: Iterable[tuple[tuple[str, str], ...]]) -> int:
    """Return how many numbers a block has: as the hall's file says, or fewer so that every key gets one; 0: none."""
    services = [service for of_device in keys for _key, service in of_device]
    most = max((services.count(one) for one in services), default=1)
    return min(hall.file.offline.block, len(LEASED) // most)
