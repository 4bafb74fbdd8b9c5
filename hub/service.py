"""The hub at work: hears, decides, journals, publishes, acknowledges, in this order and no other; step 2 of a press."""

import asyncio
from collections.abc import Callable, Collection, Iterable

from hardware.contract import BEAT_EVERY_S, DeviceState, Topics
from hardware.link import Link, Message
from hardware.logs import Log
from hardware.version import VERSION
from hub.beat import beat
from hub.clock import HallClock
from hub.config import Device, Hall
from hub.desk import Desk, Heard, Outcome
from hub.hearing import Hearing
from hub.journal import Body, Entry, Journal, JournalError
from hub.printing import RESEND_AFTER_S, Printing
from hub.refused import RefusedInput
from hub.rounds import Rounds
from hub.rules import commands
from hub.rules.events import Fact
from hub.showing import Showing, Told

log = Log(__name__)

TICK_S = 1.0
SOUND_S = 5.0
"""For how long after its last good round the hub counts as sound."""
TIDY_WHEN_IDLE_S = 2.0
TIDY_ROWS = 200
TIDY_ROWS_BUSY = 1000
"""Rows after which the journal's log is emptied: a milliseconds' pause, taken while nobody presses if possible."""


class Service:
    """The hub. on_change: told when views are out; on_facts: what is durable; each second: on_round, own_orders."""

    def __init__(
        self, hall: Hall, *, journal: Journal, desk: Desk, printing: Printing, showing: Showing, clock: HallClock
    ) -> None:
        self._hall = hall
        self._journal = journal
        self._desk = desk
        self._printing = printing
        self._showing = showing
        self._clock = clock
        self._topics = Topics(hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._boot, self._broken = 0, ""
        self._inbox: list[Message] = []
        self._heard_at, self._tidied_row = 0.0, 0
        self._well_at = self._loop.time()
        self.refused = RefusedInput(self._loop.time)
        self._hearing = Hearing(hall, desk, self.refused, showing.forget)
        self._rounds = Rounds(hall, self.refused)
        self.ready = asyncio.Event()
        self.on_change: Callable[[bool], None] = lambda _is_broken: None
        self.on_facts: Callable[[Iterable[Fact]], None] = lambda _facts: None
        self.own_orders: Callable[[], Iterable[commands.Command]] = tuple
        self.on_round: Callable[[], None] = lambda: None

    @property
    def subscriptions(self) -> list[str]:
        """The topics that the hub listens to."""
        return [self._topics.every_event, self._topics.every_status]

    @property
    def will_topic(self) -> str:
        """Where the hub's birth, beat and will go."""
        return self._topics.hub_status

    @property
    def trouble(self) -> str:
        """Why nothing is kept at present, empty where all is."""
        return self._broken

    @property
    def is_sound(self) -> bool:
        """Whether rounds come and end as they should: a new start of the hub would better nothing."""
        return self._loop.time() - self._well_at < SOUND_S

    def start(self, link: Link) -> None:
        """Take the day from the journal and note the hub's start; raise JournalError where that fails."""
        self._boot = self._journal.begin(self._clock.now())
        self._desk.reload(self._journal)
        self._link = link
        self._showing.attach(link, self._boot)
        self._printing.attach(link)
        self._write_note(f"hub {VERSION} started, boot {self._boot}")
        log.info("hub-started", f"Lintel {VERSION} runs the hall {self._hall.id}", why=f"boot {self._boot}")
        self._order(self._rounds.starting(self._desk.state, self._clock.now()))

    def follow_hall(self) -> None:
        """Go on with the hall's present file; what devices that are gone have owed is looked after as at a start."""
        self._hearing.follow_hall()
        self._desk.follow_hall(self._journal)
        self._order(self._rounds.gone(self._desk.state))
        self._showing.follow_hall()
        self.on_change(bool(self._broken))

    def came_up(self) -> None:
        """The link is there: say who we are, and everything that is to be shown and printed."""
        self._beat("ready")
        self._showing.publish_all()
        self._printing.came_up()
        self.ready.set()

    def hear(self, message: Message) -> None:
        """Take a message; nothing is done about it before `work`."""
        self._inbox.append(message)

    async def run(self) -> None:
        """Beat, look after the day, the printers and the journal, until cancelled."""
        beat_at = self._loop.time()
        while True:
            await asyncio.sleep(TICK_S)
            self._go_round()
            if self._loop.time() - beat_at >= BEAT_EVERY_S - TICK_S / 2:
                beat_at = self._loop.time()
                self._beat("ready")

    async def stop(self) -> None:
        """Say goodbye to the hall."""
        log.info("hub-stopped", "the hub ends as it was told to")
        self._showing.close()
        self._beat("disconnected")
        if self._link:
            await self._link.drain()

    def work(self) -> None:
        """Do what has arrived in one turn of the loop, with one commit for all of it.

        While the journal is broken nothing is answered, so that everybody keeps and repeats it.
        """
        batch, self._inbox = self._inbox, []
        if self._broken or not batch:
            return
        self._heard_at = self._loop.time()
        if self._is_done(batch):
            self._desk.counts.answered.add(self._loop.time() - self._heard_at, len(batch))
            return
        for message in (
            batch if len(batch) > 1 else ()
        ):  # what one device says must not keep all others from being heard
            if not self._broken:
                self._is_done([message])

    def _is_done(self, batch: list[Message]) -> bool:
        try:
            self._work_on(batch)
        except Exception:
            log.exception("batch-failed", "the hall is taken from the journal again, and what is unanswered comes back")
            self._desk.reload(self._journal)
            return False
        return True

    def _work_on(self, batch: list[Message]) -> None:
        now = self._clock.now()
        self._desk.begin(self._journal.last_row)
        heard = [found for message in batch if (found := self._hearing.hear(message, now))]
        if self._write([one.outcome for one in heard if one.outcome]):
            answers = [self._showing.prepare(one) for one in heard if one.spoke != "status"]  # while the disk works
            if self._is_kept(self._journal.settle):
                self._answer(heard, answers)
                for message in batch:
                    if self._link:
                        self._link.acknowledge(message)

    def _commit(self, outcomes: list[Outcome]) -> bool:
        return self._write(outcomes) and self._is_kept(self._journal.settle)

    def _write(self, outcomes: list[Outcome]) -> bool:
        return self._is_kept(lambda: self._journal.write([outcome.entry for outcome in outcomes]))

    def _is_kept(self, keep: Callable[[], None]) -> bool:
        try:
            keep()
        except JournalError as error:
            self._break(error)
            return False
        return True

    def _answer(self, heard: list[Heard], answers: list[Told]) -> None:
        """The pressers first, then those beside them, then paper; waiting counts elsewhere follow soon."""
        for answer in answers:
            self._showing.tell(answer)
        for one in heard:
            if one.spoke == "status":
                self._printing.heard(one.device.name, older_than_s=TICK_S)
        self._spread([fact for one in heard for fact in one.facts], {told.device.name for told in answers})

    def _spread(self, facts: list[Fact], answered: Collection[str] = ()) -> None:
        if not facts:
            return
        for device in self._beside(facts):
            if device.name not in answered:
                self._showing.update(device)
        self._printing.follow()
        self.on_facts(facts)
        self._showing.update_all_soon()
        self.on_change(bool(self._broken))

    def _beside(self, facts: Iterable[Fact]) -> list[Device]:
        counters = {fact.counter for fact in facts if hasattr(fact, "counter")}
        return [device for device in self._hall.devices if device.counter in counters] if counters else []

    def ask(self, command: commands.Command, told: Callable[[Iterable[Fact]], None]) -> Outcome:
        """Decide what somebody asks for by name, at once. told: of durable facts, before anybody else.

        Raises JournalError where it cannot be kept.
        """
        if not self._broken:
            self._desk.begin(self._journal.last_row)
            outcome = self._desk.ask(command, self._clock.now())
            if self._commit([outcome]):
                told(outcome.facts)
                self._spread(list(outcome.facts))
                return outcome
        raise JournalError("the hub cannot write its journal now; ask again when that is mended")

    def _order(self, orders: Iterable[commands.Command]) -> None:
        """Decide, keep and publish what the hub itself wants, in one commit."""
        self._desk.begin(self._journal.last_row)
        now = self._clock.now()
        outcomes = [outcome for order in orders if (outcome := self._desk.order(order, now))]
        if self._commit(outcomes):
            self._spread([fact for outcome in outcomes for fact in outcome.facts])

    def _go_round(self) -> None:
        """A round that fails must not end the hub: what it would have decided, the next one decides again."""
        try:
            self._tick()
        except Exception:
            log.exception("round-failed", "the hall is taken from the journal again")
            self._reload()
        else:
            self._well_at = self._loop.time()

    def _reload(self) -> bool:
        try:
            self._desk.reload(self._journal)
        except JournalError as unreadable:
            log.critical("journal-unreadable", "the journal cannot be read", why=unreadable)
            return False
        return True

    def _tick(self) -> None:
        if self._broken:
            self._mend()
            return
        self._clock.look()
        self.on_round()
        self._order(self._rounds.orders(self._desk.state, self._clock.now()))
        self._order(self.own_orders())
        self._printing.resend(older_than_s=RESEND_AFTER_S)
        idle = self._loop.time() - self._heard_at > TIDY_WHEN_IDLE_S
        if self._journal.last_row - self._tidied_row >= (TIDY_ROWS if idle else TIDY_ROWS_BUSY):
            self._tidy()

    def _tidy(self) -> None:
        self._tidied_row = self._journal.last_row
        try:
            self._journal.tidy()
        except JournalError as error:
            self._break(error)

    def _break(self, error: JournalError) -> None:
        """What was decided is not durable: forget it first, so that no view acknowledges it; then say it everywhere."""
        log.critical("journal-broken", "nothing is recorded now, so nothing is called", why=error)
        self._broken = "not-written"
        self.on_change(True)
        self._beat("ready")
        if self._reload():
            self._showing.set_broken(True)

    def _mend(self) -> None:
        """Try whether the journal can be written again; then take the hall from it, and all messages anew."""
        try:
            self._write_note("the journal can be written again")
            self._desk.reload(self._journal)
        except JournalError as error:
            log.debug("journal-still-broken", "the journal cannot be written yet", why=error)
            return
        log.warning("journal-mended", "the journal can be written again")
        self._broken = ""
        self._showing.set_broken(False)
        self.on_change(False)
        if self._link:
            self._link.renew()

    def _write_note(self, note: str) -> None:
        self._journal.append([Entry(at=self._clock.now(), body=Body(note=note))])

    def _beat(self, state: DeviceState) -> None:
        if self._link:
            said = beat(state, boot=self._boot, at=self._clock.now(), broken=self._broken)
            self._link.publish(self.will_topic, said, retain=True)
