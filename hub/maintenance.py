"""What the hub knows and does for whoever maintains its devices: their health, their faults, their firmware (M34).

It listens beside the queue: what a device says of its health, and what it wants of a firmware, changes no ticket.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from hardware.contract import (
    BadMessageError,
    JobDone,
    JobFailed,
    Topics,
    decode_event,
    decode_status,
    decode_want,
)
from hardware.health import Health
from hardware.link import Link, Message
from hub.chain_watch import ChainWatch
from hub.clock import HallClock
from hub.config import Hall
from hub.desk import Desk
from hub.endings import Endings
from hub.known import Known
from hub.refused import RefusedInput
from hub.repelled import Repelled
from hub.rules import events
from hub.rules.commands import Command
from hub.rules.rollout import Rollout
from hub.updating import Progress, Updating, is_node
from hub.upkeep import FaultTicket, Upkeep

_OF_AN_UPDATE = b"-u"
"""Stands in every id of an update, and in hardly anything else that a device sends: the rest is not decoded twice."""
WANTS_MAX = 100
"""So many pieces a second are sent to one node, which looks every 20 ms and can ask for half of them."""


class DeviceNow(Struct, frozen=True, kw_only=True):
    """A device as it is now. since: ms, None: not known. update: phase of its last update, empty: none.

    percent: of the last 24 hours that a self-service device could be used; None for any other.
    """

    name: str
    label: str
    kind: str
    counter: int | None
    is_node: bool
    state: str
    since: int | None
    fw: str
    update: str
    alerts: dict[str, str]
    health: Health
    percent: float | None
    faults: list[FaultTicket]


class DevicesNow(Struct, frozen=True, kw_only=True):
    """All devices of a hall, and its faults: those that are not over, then those of the last 24 hours. at: ms.

    repelled: kind, as of `hub.repelled`, to how often since the hub's start.
    """

    hall: str
    at: int
    zone: str
    devices: list[DeviceNow]
    faults: list[FaultTicket]
    repelled: dict[str, int] = {}


class UpdateNow(Struct, frozen=True, kw_only=True):
    """The present or last rollout; None where there was none."""

    at: int
    rollout: Rollout | None
    devices: list[Progress]


class Maintenance:
    """The maintainer's part of a running hub. note: writes a sentence into the journal. refused: counts bad input."""

    def __init__(
        self,
        hall: Hall,
        folder: Path,
        clock: HallClock,
        desk: Desk,
        *,
        note: Callable[[str], None],
        refused: RefusedInput,
        chain: ChainWatch,
    ) -> None:
        self._hall = hall
        self._clock = clock
        self._desk = desk
        self._topics = Topics(hall.id)
        self._link: Link | None = None
        self._refused = refused
        self._wants: Counter[str] = Counter()
        self.known = Known(hall)
        self.upkeep = Upkeep(hall)
        self.endings = Endings({})
        self.chain = chain
        self.repelled = Repelled()
        self._refused.on_add = lambda: self.repelled.add("message")
        self.updating = Updating(hall, folder, clock, self.known, state=lambda: desk.state, note=note)

    @property
    def subscriptions(self) -> list[str]:
        """The topics that nobody else of the hub listens to."""
        return [self._topics.every_want]

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link
        self.updating.attach(link)

    def hear(self, message: Message) -> bool:
        """Look at a message; return whether it was for nobody else, and so is done with."""
        try:
            device, leaf = self._topics.split(message.topic)
        except BadMessageError:
            return False
        if leaf == "want":
            self._want(device, message)
        elif any(one.name == device for one in self._hall.devices):
            with contextlib.suppress(BadMessageError):  # the queue's ear hears it too, and complains
                self._listen(device, leaf, message.payload)
        return leaf == "want"

    def follow(self, facts: Iterable[events.Fact]) -> None:
        """Take what has become durable."""
        self.upkeep.follow(facts, self._clock.now())

    def look(self) -> None:
        """Do what is due; once a second."""
        self._wants.clear()
        self.updating.look()

    def due(self, noisy: Callable[[Mapping[str, Mapping[str, str]]], Mapping[str, str]]) -> Iterator[Command]:
        """Yield what the hub has found, of itself too, and has to keep. noisy: as `hub.noise.Noise.faults`."""
        before = self._desk.state.health
        yield from self.known.findings(before, self.updating.failures(), noisy(before))
        yield from self.endings.due(before)
        yield from self.chain.due(before)

    def devices(self) -> DevicesNow:
        """Return the devices and their faults as they are now."""
        now = self._clock.now()
        tickets = list(self.upkeep.tickets(now))
        phases = {one.device: one.phase for one in self.updating.progress()}
        return DevicesNow(
            hall=self._hall.name,
            at=now,
            zone=self._hall.zone.key,
            devices=[self._device(device.name, tickets, phases, now) for device in self._hall.devices],
            faults=tickets,
            repelled={kind: many for kind, many in self.repelled.counts.items() if many},
        )

    def update(self) -> UpdateNow:
        """Return how far the present rollout is."""
        return UpdateNow(at=self._clock.now(), rollout=self.updating.rollout, devices=self.updating.progress())

    def _want(self, device: str, message: Message) -> None:
        """What a node lacks is asked for again by itself, so nothing of it need be kept."""
        if self._link:
            self._link.acknowledge(message)
        try:
            want = decode_want(message.payload)
        except BadMessageError as error:
            self._refused.add(device, str(error))
            return
        self._wants[device] += 1
        if self._wants[device] > WANTS_MAX:
            self._refused.add(device, "asks for pieces faster than any node can take them")
        elif not self.updating.want(device, want):
            self._refused.add(device, f"wants {want.file} from {want.start}, which this firmware does not have")

    def _listen(self, device: str, leaf: str, payload: bytes) -> None:
        if leaf == "status":
            self.known.note(device, decode_status(payload), self._clock.now())
        elif leaf == "event" and _OF_AN_UPDATE in payload:
            event = decode_event(payload)
            if isinstance(event, JobDone | JobFailed):
                self.updating.answer(device, event.job, event.why if isinstance(event, JobFailed) else None)

    def _device(self, name: str, tickets: list[FaultTicket], phases: dict[str, str], now: int) -> DeviceNow:
        device, said, report = self._hall.device(name), self.known.of(name), self._desk.state.report(name)
        return DeviceNow(
            name=name,
            label=device.label,
            kind=device.kind,
            counter=device.counter,
            is_node=is_node(self._hall, name),
            state=report.state,
            since=self.upkeep.since(name),
            fw=said.status.fw if said else "",
            update=phases.get(name, ""),
            alerts=report.alerts,
            health=self.known.health(name, now),
            percent=self.upkeep.percent(name, now),
            faults=[ticket for ticket in tickets if ticket.device == name and ticket.until is None],
        )
