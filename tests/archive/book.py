"""A hall whose days are decided by the real rules and kept in a real journal, without hub, broker or devices."""

from pathlib import Path

from hub.config import Hall, load_hall
from hub.journal import Body, Entry, Journal
from hub.owner import name_owner
from hub.people import hash_pin
from hub.rules import commands, events
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.state import State

CHEN, LI, SUN, VIEWER, SYSTEM = "027001", "027002", "027005", "027008", "027009"
PIN = "4711"
NOON = 1_795_233_600_000
"""Noon of 21 November 2026 in China."""
DAY_MS = 86_400_000
OFFLINE = ("A801", "d")


def hall_file(folder: Path, more: str = "") -> Path:
    """Write a hall with three services, two counters, two clerks, a guide, a viewer and a system administrator."""
    pin = hash_pin(PIN)
    people = (
        (CHEN, "陈警官", ""),
        (LI, "李警官", ""),
        (SUN, "孙引导", 'kind = "guide"'),
        (VIEWER, "周查看", 'roles = ["viewer"]'),
        (SYSTEM, "吴系统", 'roles = ["system"]'),
        ("027010", "郑督办", 'roles = ["complaints"]'),
    )
    text = '[hall]\nid = "donghu"\nname = "东湖厅"\n[rules]\ncall_pause_s = 0\n'
    text += "".join(
        f'[[services]]\ncode = "{code}"\nname = "{name}"\n' for code, name in (("A", "户籍"), ("B", "出入境"))
    )
    text += '[[results]]\ncode = "1"\nname = "办结"\n'
    for number in (1, 2):
        text += f"[[counters]]\nnumber = {number}\n"
        text += f'[[devices]]\nname = "pad-{number}"\nkind = "pad"\nboard = "desk-pico"\ncounter = {number}\n'
        text += f'[[devices]]\nname = "rating-{number}"\nkind = "rating"\nboard = "rating-pico"\ncounter = {number}\n'
    for number, name, rest in people:
        text += f'[[people]]\nid = "{number}"\nname = "{name}"\npin = "{pin}"\n{rest}\n'
    path = folder / "hall.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


class Book:
    """A journal that is written day by day. Every order comes a second after the one before it."""

    def __init__(self, path: Path, hall: Hall) -> None:
        self.path, self.plan, self.state = path, hall.plan, State()
        self.journal = Journal(path)
        self.at, self._seq = NOON, 0
        name_owner(self.journal, hall.id, self.at)

    def order(self, command: commands.Command, device: str | None = None) -> list[events.Fact]:
        """Have a command decided and kept; device: whose numbered event it is."""
        self.at += 1000
        answer = decide(self.state, self.plan, command, self.at)
        assert not isinstance(answer, Refusal), (command, answer)
        self._seq += device is not None
        numbers = {"device": device, "boot": 1, "seq": self._seq} if device else {}
        self.journal.append([Entry(at=self.at, body=Body(facts=tuple(answer)), **numbers)])
        for fact in answer:
            apply(self.state, fact, self.journal.last_row)
        return answer

    def open(self, day: int) -> None:
        """Open the business day of so many days after 21 November 2026, with a clerk at each counter."""
        self.at = NOON + day * DAY_MS
        self.order(commands.OpenDay(day=f"202611{21 + day}"))
        self.order(commands.SignIn(counter=1, person=CHEN))
        self.order(commands.SignIn(counter=2, person=LI))

    def take(self, service: str = "A", **more: str) -> str:
        """Give a number and print it; return it."""
        self.order(commands.TakeTicket(dispenser="d", key=service, boot=1, service=service, **more), "d")
        ticket = self.state.tickets[self.state.taken]
        self.order(commands.ConfirmPrint(dispenser="d", job=ticket.job), "d")
        return ticket.number

    def serve(self, counter: int = 1) -> None:
        """Call the next one and finish him."""
        self.order(commands.CallNext(counter=counter), f"pad-{counter}")
        self.order(commands.Begin(counter=counter), f"pad-{counter}")
        self.order(commands.Finish(counter=counter, result="1"), f"pad-{counter}")

    def quiet_day(self, day: int, count: int = 3) -> None:
        """A day on which so many come, and all but the last are served."""
        self.open(day)
        for _ in range(count):
            self.take()
        for _ in range(count - 1):
            self.serve()

    def eventful_day(self, day: int) -> None:
        """A day with everything that can happen to a ticket in the middle of its life."""
        self.open(day)
        slot = commands.Appointment(code="1234", service="B", start=self.at, end=self.at + 3_600_000)
        self.order(commands.ListAppointments(appointments=(slot,)))
        self.take("A")
        self.order(commands.CallNext(counter=1), "pad-1")
        self.order(commands.Recall(counter=1), "pad-1")
        self.order(commands.Begin(counter=1), "pad-1")
        self.order(commands.Park(counter=1), "pad-1")
        self.order(commands.ReturnTicket(number="A001", by=SUN))
        self.order(commands.CallNext(counter=1), "pad-1")
        self.order(commands.GiveNotice(counter=1, items=("护照",), oral=True), "pad-1")
        self.order(commands.Transfer(counter=1, service="B", reason="1"), "pad-1")
        self.order(commands.CallNext(counter=2), "pad-2")
        self.order(commands.Begin(counter=2), "pad-2")
        self.order(commands.Finish(counter=2, result="1"), "pad-2")
        self.order(commands.Rate(counter=2, level=2), "rating-2")
        self.order(commands.NameAspect(counter=2, aspect=2), "rating-2")
        self._alone()
        self.order(commands.TakeTicket(dispenser="d", key="B", boot=1, service="B", appointment="1234"), "d")
        self.order(commands.ConfirmPrint(dispenser="d", job=self.state.tickets[3].job), "d")
        self.take("A", klass="disabled", by=SUN)
        self.serve(2)

    def _alone(self) -> None:
        """The hub is away, and the dispenser gives a number meanwhile."""
        self.order(commands.LeaseBlocks(device="d", keys=(("A", "A"),), size=5))
        away = self.at
        self.at += 60_000
        self.order(commands.NoteReturn(since=away))
        alone = commands.EnterAlone(
            device="d", boot=1, number="A801", key="A", day="", paper="out", service="A", told_at=away + 30_000
        )
        self.order(alone, "d")

    def close(self) -> None:
        self.journal.close()


def written(folder: Path, days: int = 5) -> tuple[Hall, Path]:
    """Return a hall, and its journal of so many days, of which the second is eventful and the last is not over."""
    hall = load_hall(hall_file(folder))
    folder.joinpath("state").mkdir()
    book = Book(folder / "state" / "journal.db", hall)
    try:
        for day in range(days):
            book.eventful_day(day) if day == 1 else book.quiet_day(day)
    finally:
        book.close()
    return hall, book.path
