"""Decides what came in and keeps the state, without doing anything about it: steps 3 and 4 of a press.

The desk's state may be ahead of the journal for the length of one batch; the service makes both agree or starts anew.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from hardware.contract import Event, IdentityRead, JobDone, JobFailed, KeyPressed, Status
from hardware.lease import Taken
from hub.config import Device, Hall
from hub.handing_over import is_lease, lease_answer, taken_alone
from hub.journal import Body, Entry, Journal
from hub.keypad import DIGITS, Typed
from hub.presses import Presses
from hub.rules import commands
from hub.rules.apply import apply, replay
from hub.rules.case import Answer, Reason, Refusal
from hub.rules.decide import decide
from hub.rules.events import Fact
from hub.rules.forecast import expected_wait_ms
from hub.rules.rollout import is_update
from hub.rules.state import State, Ticket
from hub.spoken import is_speech
from hub.watch.counts import Counts

ANY_DIGIT = "d"
"""What the journal keeps of a PIN's digit."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of one message: the row to write, the facts in it, or why there are none."""

    entry: Entry
    facts: tuple[Fact, ...] = ()
    refused: Reason | None = None


class Heard(Struct, frozen=True, kw_only=True):
    """A message of the contract. outcome: what came of it, None where it was known already or nothing new."""

    device: Device
    spoke: Literal["key", "answer", "status"]
    outcome: Outcome | None

    @property
    def is_press(self) -> bool:
        """Whether it is a key that nobody has heard before."""
        return self.spoke == "key" and self.outcome is not None

    @property
    def refused(self) -> Reason | None:
        """Why nothing came of it."""
        return self.outcome.refused if self.outcome else None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What came of it."""
        return self.outcome.facts if self.outcome else ()


class Desk:
    """The hall's state, what has been acknowledged to whom, and what is half typed where."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._row = 0
        self.state = State()
        self.acks: dict[str, tuple[int, int]] = {}
        self.presses = Presses(hall)
        self.counts = Counts()
        self._forecasts: dict[str, int | None] = {}

    def reload(self, journal: Journal) -> None:
        """Forget everything and take it from the journal anew."""
        self.state = replay((row, body.facts) for row, body in journal.today())
        self.acks = {device.name: journal.last_event(device.name) for device in self._hall.devices}
        self.begin(journal.last_row)

    def follow_hall(self, journal: Journal) -> None:
        """Know of a device that is new what it has said before; who was removed for a time comes back so."""
        for device in self._hall.devices:
            if device.name not in self.acks:
                self.acks[device.name] = journal.last_event(device.name)

    def begin(self, last_row: int) -> None:
        """Say which row is the journal's last, so that the next decision knows its own."""
        self._row = last_row

    def is_new(self, device: str, event: Event) -> bool:
        """Tell whether an event has not been decided yet; a device has one under way, so later ones are higher."""
        is_new = (event.boot, event.seq) > self.acks.get(device, (0, 0))
        self.counts.again += not is_new
        return is_new

    def hear(self, device: Device, event: Event, now: int) -> Outcome:
        """Decide a new event of a device."""
        self.counts.heard[type(event)] += 1
        if isinstance(event, JobFailed):
            self.counts.failed[event.why] += 1
        kept = self._without_secrets(device, event, now)
        answer = self._answer(device, event, now)
        self.acks[device.name] = (event.boot, event.seq)
        facts, refused = (tuple(answer), None) if isinstance(answer, list) else ((), answer.reason)
        body = Body(message=kept, facts=facts, refused=refused or "")
        entry = Entry(at=now, device=device.name, boot=event.boot, seq=event.seq, body=body)
        return self._keep(entry, facts, refused)

    def note_status(self, device: Device, status: Status, now: int) -> Outcome | None:
        """Decide what a device says of itself; None where it is nothing new."""
        alerts = {str(part): what for part, what in status.alerts.items()}
        boot = status.boot or self.state.report(device.name).boot
        return self.order(commands.ReportDevice(device=device.name, state=status.state, boot=boot, alerts=alerts), now)

    def forecast_ms(self, ticket: Ticket) -> int | None:
        """Return how long who gets this ticket's paper will wait, the same for every sending of a job.

        It is worked out when the paper is, not at the press, which nobody wants to wait for. None: nobody could say.
        """
        if ticket.state != "issued":
            return ticket.expected_ms
        if ticket.job not in self._forecasts:
            self._forecasts = {job: told for job, told in self._forecasts.items() if job in self.state.jobs}
            now, plan = max(ticket.taken_at, self.state.clock), self._hall.plan
            told = expected_wait_ms(self.state, plan, ticket.service, ticket.key, now, serial=ticket.serial)
            self._forecasts[ticket.job] = told
        return self._forecasts[ticket.job]

    def order(self, command: commands.Command, now: int) -> Outcome | None:
        """Decide a command of the hub's own; None where nothing follows from it."""
        answer = decide(self.state, self._hall.plan, command, now)
        if isinstance(answer, Refusal) or not answer:
            return None
        facts = tuple(answer)
        return self._keep(Entry(at=now, body=Body(facts=facts)), facts, None)

    def ask(self, command: commands.Command, now: int) -> Outcome:
        """Decide what somebody asks for by name; a refusal is kept too."""
        answer = decide(self.state, self._hall.plan, command, now)
        facts, refused = (tuple(answer), None) if isinstance(answer, list) else ((), answer.reason)
        return self._keep(Entry(at=now, body=Body(facts=facts, refused=refused or "")), facts, refused)

    def _answer(self, device: Device, event: Event, now: int) -> Answer:
        match event:
            case KeyPressed():
                typed = self.presses.command(self.state, device, event, now)
                answer = self._decide(typed, now)
                if isinstance(answer, Refusal) and answer.reason == "needs-identity":
                    self.presses.await_identity(device.name, event, now)
                    return []
                return answer
            case IdentityRead():
                return self._decide(self.presses.identity(self.state, device, event, now), now)
            case Taken():
                return self._decide(taken_alone(self._hall, device, event), now)
            case JobDone() | JobFailed() if is_speech(event.job) or is_update(event.job):
                return []
            case JobDone() | JobFailed() if is_lease(event.job):
                return self._decide(lease_answer(device, event), now)
            case JobDone():
                told = self._forecasts.pop(event.job, None)
                confirm = commands.ConfirmPrint(dispenser=device.name, job=event.job, expected_ms=told)
                return self._decide(confirm, now)
            case JobFailed():
                in_doubt = event.why == "in-doubt"
                return self._decide(
                    commands.FailPrint(dispenser=device.name, job=event.job, why=event.why, in_doubt=in_doubt), now
                )

    def _decide(self, typed: Typed, now: int) -> Answer:
        if typed is None:
            return []
        if isinstance(typed, Refusal):
            return typed
        return decide(self.state, self._hall.plan, typed, now)

    def _without_secrets(self, device: Device, event: Event, now: int) -> Event:
        """Return what of an event may be kept: no digit of a PIN."""
        if isinstance(event, KeyPressed) and event.key in DIGITS and self.presses.is_secret(device.name, now):
            return replace(event, key=ANY_DIGIT)
        return event

    def _keep(self, entry: Entry, facts: tuple[Fact, ...], refused: Reason | None) -> Outcome:
        self._row += 1
        if refused:
            self.counts.refused[refused] += 1
        for fact in facts:
            apply(self.state, fact, self._row)
        return Outcome(entry=entry, facts=facts, refused=refused)
