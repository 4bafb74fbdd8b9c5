"""Random days on which the hub is away: dispensers give tickets alone, and hand them over by whatever clock comes back.

The model knows when everybody really came and which numbers are out there, whoever gave them.
"""

from dataclasses import dataclass
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from hub.rules import commands, events
from hub.rules.decide import Refusal
from hub.rules.leases import left_of
from hub.rules.plan import ORDINARY
from tests.rules.days_model import DAYS, MINUTE, PRINTERS
from tests.rules.days_papers import PapersMachine

KEYS = (("A", "A"), ("B", "B"))
SIZE = 5


@dataclass
class Alone:
    """A ticket that was given alone. came: when, by a clock that nobody has. told: as its device says it now."""

    number: str
    key: str
    day: str
    came: int
    told: int
    paper: str


@dataclass
class Memory:
    """What a dispenser remembers. first, last: of its lease, by key; given: its tickets that are not handed over."""

    numbers: dict[str, list[int]]
    day: str
    given: list[Alone]


class AloneMachine(PapersMachine):
    """A hall whose dispensers go on without it. came: serial to when a ticket was really given, in which absence.

    unclear: the absences that no clock tells apart from the one before. last: when the latest began, by the hub's clock
    before it, and by the one after.
    """

    def __init__(self) -> None:
        self.memories = {printer: Memory({}, "", []) for printer in PRINTERS}
        self.out_there: set[str] = set()
        self.came: dict[int, tuple[int, int]] = {}
        self.before: set[int] = set()
        self.absences = 0
        self.unclear: set[int] = set()
        self.last = (0, 0)
        super().__init__()

    def note(self, fact: events.Fact) -> None:
        super().note(fact)
        if isinstance(fact, events.DayOpened):
            self.out_there.clear()
            self.came.clear()
            self.before.clear()
            self.absences = 0
            self.unclear.clear()
        elif isinstance(fact, events.TicketTaken) and not fact.told_at:
            assert fact.number not in self.out_there, "no number twice, whoever gives it"
            self.out_there.add(fact.number)

    @rule(device=st.sampled_from(PRINTERS), is_heard=st.booleans())
    def a_lease_is_sent(self, device: str, is_heard: bool) -> None:
        """A device keeps it, or never hears of it; what it has given it does not give again."""
        self.order(commands.LeaseBlocks(device=device, keys=KEYS, size=SIZE))
        memory, leases = self.memories[device], self.state.leases
        if not is_heard:
            return
        for key, service in KEYS:
            first, last = left_of(leases.blocks_of(device, key, service), leases.held(self.state.by_number))
            pending = [int(one.number[1:]) for one in memory.given if (one.key, one.day) == (key, self.state.day)]
            memory.numbers[key] = [max([first, *(number + 1 for number in pending)]), last]
        memory.day = self.state.day

    @rule(
        minutes=st.integers(1, 40),
        shift=st.integers(-50, 50),
        people=st.lists(
            st.tuples(
                st.sampled_from(PRINTERS),
                st.sampled_from("AB"),
                st.integers(0, 39),
                st.sampled_from(["out", "out", "out", "failed", "in-doubt", "in-doubt, and it is out"]),
            ),
            max_size=8,
        ),
    )
    def the_hub_is_away(self, minutes: int, shift: int, people: list[tuple[str, str, int, str]]) -> None:
        """Somebody comes after so many minutes; afterwards the hub's clock is off by so many.

        What was given in an earlier absence is handed over by now: that takes seconds.
        """
        for device in PRINTERS:
            self.a_device_hands_over(device, every=True, again=False)
        self.absences += 1
        if self.absences == 1:
            self.before = set(self.state.tickets)
        since = self.state.clock
        back = since + (minutes + shift) * MINUTE
        for device, key, after, paper in sorted(people, key=lambda one: one[2] % minutes):
            came = since + after % minutes * MINUTE
            self.gives(device, key, came, back - (since + minutes * MINUTE - came), paper)
        self.now = back
        self.the_hub_is_restarted()
        self.order(commands.NoteReturn(since=since))
        self.last = (since, back - minutes * MINUTE)
        if not self.is_clear():
            self.unclear.add(self.absences)

    @precondition(lambda self: self.absences)
    @rule()
    def the_hub_is_killed_again(self) -> None:
        """It is back at once, and those who were given a number before that hand over as they would have."""
        since, absences = self.state.clock, len(self.state.leases.away)
        self.now = max(self.now, since) + 2000
        self.the_hub_is_restarted()
        self.order(commands.NoteReturn(since=since))
        if len(self.state.leases.away) > absences and self.last[1] < self.last[0]:
            self.unclear.add(self.absences)  # its clock was set back, and it is taken for an earlier one by now

    def gives(self, device: str, key: str, came: int, told: int, paper: str) -> None:
        memory = self.memories[device]
        first, last = memory.numbers.get(key, [1, 0])
        if first > last or memory.day != self.state.day:
            return
        number = f"{key}{first}"
        assert number not in self.out_there, "no number twice, whoever gives it"
        self.out_there.add(number)
        memory.numbers[key][0] += 1
        memory.given.append(Alone(number, key, memory.day, came, told, paper))

    @rule(device=st.sampled_from(PRINTERS), every=st.booleans(), again=st.booleans())
    def a_device_hands_over(self, device: str, every: bool, again: bool) -> None:
        """It does so in the order in which it gave; what is handed over again changes nothing."""
        given = self.memories[device].given
        while given:
            one = given.pop(0)
            self.enter(device, one)
            if again:
                assert self.order(self.command(device, one)) == []
            if not every:
                return

    def command(self, device: str, one: Alone) -> commands.EnterAlone:
        return commands.EnterAlone(
            device=device,
            boot=self.boots[device],
            number=one.number,
            key=one.key,
            day=one.day,
            service=one.key,
            klass=ORDINARY,
            told_at=one.told,
            paper=one.paper.partition(",")[0],
        )

    def enter(self, device: str, one: Alone) -> None:
        answer = self.order(self.command(device, one))
        assert not isinstance(answer, Refusal)
        if one.day != DAYS[self.day] or self.state.ended:
            assert [type(fact) for fact in answer] == [events.HandOverRefused]
            return
        serial = cast(events.TicketTaken, answer[0]).serial
        if one.paper in ("out", "in-doubt, and it is out"):
            self.out.add(serial)
        fates = {"out": "waiting", "failed": "void"}
        assert self.state.tickets[serial].state == fates.get(one.paper, "doubted")
        self.came[serial] = (self.absences, one.came)

    @invariant()
    def who_came_while_the_hub_was_away_stands_in_the_order_of_coming(self) -> None:
        """Whatever the clocks say; of one absence, and as long as nobody has had another class or line."""
        for lane in self.state.waiting.values():
            places = [serial for _key, _told, serial in lane if self.is_as_he_came(serial)]
            alone = [self.came[serial] for serial in places if serial in self.came]
            for absence in {which for which, _came in alone} - self.unclear:
                came = [at for which, at in alone if which == absence]
                assert came == sorted(came)
            kinds = [serial in self.before for serial in places if serial in self.before or self.came[serial][0] == 1]
            assert kinds == sorted(kinds, reverse=True), "who got a number of the hub before that had come before"

    def is_clear(self) -> bool:
        """A clock that is set back by more than the time since the hub was away before tells of that absence.

        Asked when the hub is back: one that is killed again right after forgets that these were two.
        """
        since, told_from = self.last
        return all(told_from > until for _since, until in self.state.leases.away if until <= since)

    def is_as_he_came(self, serial: int) -> bool:
        ticket = self.state.tickets[serial]
        return serial in self.came | dict.fromkeys(self.before) and ticket.key == ticket.taken_at
