"""A month of a busy hall and some days around it, made by the rules and kept in a real journal: from a seed."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hub.calendar import schedule
from hub.config import Hall, load_hall
from hub.journal import Body, Entry, Journal
from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.state import State

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = 60_000
HOUR = 60 * MINUTE
FIRST = date(2026, 10, 28)
DAYS = 35
CLERKS = {1: "027001", 2: "027002", 3: "027003"}
GUIDE = "027004"
PIN = "scrypt$00$00"
SERVICES = "AABBC"

PEOPLE = "".join(
    f'[[people]]\nid = "{number}"\nname = "{name}"\nkind = "{kind}"\npin = "{PIN}"\n\n'
    for number, name, kind in (
        ("027001", "陈建国", "police"),
        ("027002", "李梅", "police"),
        ("027003", "李梅", "police"),
        ("027004", "孙丽", "guide"),
        ("027005", "=1+1", "police"),
    )
)
BEGINS = "04:00"
FILE = f"""[hall]
id = "month"
name = "东湖派出所综合服务大厅"

[day]
begins = "{BEGINS}"

[rules]
call_pause_s = 0
no_show = "back"
no_show_calls = 2
recalls_max = 2
rating_s = 90

[alerts]
average_wait_min = 6

[hours]
mon = "08:30-12:00 14:00-17:30"
tue = "08:30-12:00 14:00-17:30"
wed = "08:30-12:00 14:00-17:30"
thu = "08:30-12:00 14:00-17:30"
fri = "08:30-12:00 14:00-17:30"
sat = "09:00-12:00"

[[services]]
code = "A"
name = "户籍"
unit = "户政"
minutes = 6

[[services]]
code = "B"
name = "出入境"
unit = "出入境"
minutes = 4

[[services]]
code = "C"
name = "交管"
unit = "户政"
minutes = 9.5

[[counters]]
number = 1

[[counters]]
number = 2

[[counters]]
number = 3
serves = ["A", "B"]

{PEOPLE}
[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pi"

[[devices]]
name = "dispenser-2"
kind = "dispenser"
board = "dispenser-pi"
label = "东门取号机"

[[devices]]
name = "rating-1"
kind = "rating"
board = "rating-pico"
counter = 1
"""


class Month:
    """A hall with clerks of little patience and citizens who do all that citizens do."""

    def __init__(self, folder: Path, seed: int, more: str = "") -> None:
        self.folder, self.file = folder, folder / "hall.toml"
        self.file.write_text(FILE + more, encoding="utf-8")
        self.hall: Hall = load_hall(self.file)
        self.random = Random(seed)
        self.state, self.now, self.row = State(), 0, 0
        self.journal = Journal(folder / "journal.db")
        self.entries: list[Entry] = []
        self.boots = 1

    def play(self, days: int = DAYS) -> None:
        """Play so many days from the first on."""
        for count in range(days):
            self.day(FIRST + timedelta(days=count), count)
            self.keep()

    def keep(self) -> None:
        self.journal.append(self.entries)
        self.entries = []

    def order(self, command: commands.Command) -> bool:
        """Have the rules decide; tell whether it was not refused. The journal has refusals too."""
        answer = decide(self.state, self.hall.plan, command, self.now)
        if isinstance(answer, Refusal):
            self._write(Body(refused=answer.reason))
            return False
        if answer:
            self._write(Body(facts=tuple(answer)))
            for fact in answer:
                apply(self.state, fact, self.row)
        return True

    def _write(self, body: Body) -> None:
        self.row += 1
        self.entries.append(Entry(at=max(self.now, self.state.clock), body=body))

    def day(self, day: date, count: int) -> None:
        """Open late where the hub was off at night; leave a service under way where nobody ends it."""
        begin = self.moment(day, 4)
        self.now = begin + (3 * HOUR if count % 9 == 4 else self.random.randrange(30) * 1000)
        words = day.strftime("%Y%m%d")
        spans = schedule(words, self.hall.hours, ZONE)
        self.order(commands.OpenDay(day=words, spans=spans, working_days=()))
        if count == 0 or count % 9 == 4:
            self.report_devices(ready=True)
        for counter, person in CLERKS.items():
            self.order(commands.SignIn(counter=counter, person=person))
        for device in ("dispenser-1", "dispenser-2"):
            self.order(commands.LeaseBlocks(device=device, keys=(("a", "A"), ("b", "B")), size=40))
        self.trouble_at_night(count)
        if spans:
            self.now = max(self.now, spans[0][0] - 20 * MINUTE)
            while self.now < spans[-1][1] + 10 * MINUTE:
                self.moment_of_the_day(count)
            self.after_hours(count, begin)

    def moment(self, day: date, hour: int) -> int:
        return round(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp() * 1000)

    def moment_of_the_day(self, count: int) -> None:
        self.now += self.random.randrange(5, 75) * 1000
        self.order(commands.Look())
        if count % 10 == 6 and self.random.random() < 0.01:
            self.now += self.random.choice((-50, -20, 70)) * MINUTE
        act = self.random.choices(
            (self.arrive, self.work, self.something_rare, self.go_alone, self.trouble), (16, 75, 7, 1, 1)
        )
        act[0]()

    def arrive(self) -> None:
        guided = self.random.random() < 0.2
        taken = self.order(
            commands.TakeTicket(
                dispenser=self.random.choice(("dispenser-1", "dispenser-2")),
                key="a",
                boot=self.boots,
                service=self.random.choice(SERVICES),
                klass=self.random.choice(("ordinary", "ordinary", "elderly", "appointment")),
                by=GUIDE if guided else "",
            )
        )
        ticket = self.state.tickets.get(self.state.taken)
        if not taken or ticket is None:
            return
        if self.random.random() < 0.04:
            self.order(
                commands.FailPrint(
                    dispenser=ticket.printer or ticket.dispenser, job=ticket.job, why="paper", in_doubt=False
                )
            )
        else:
            self.order(commands.ConfirmPrint(dispenser=ticket.printer or ticket.dispenser, job=ticket.job))

    def work(self) -> None:
        counter = self.random.choice(tuple(CLERKS))
        here = self.state.counter(counter)
        if here.rating and self.random.random() < 0.4:
            self.order(commands.Rate(counter=counter, level=self.random.choice((5, 5, 5, 4, 3, 2, 1))))
        if here.ticket is None:
            self.order(commands.CallNext(counter=counter))
        elif here.ticket.state == "called":
            self.order(
                self.random.choice(
                    (
                        *[commands.Begin(counter=counter)] * 6,
                        commands.Recall(counter=counter),
                        commands.MarkNoShow(counter=counter),
                        commands.Finish(counter=counter),
                    )
                )
            )
        elif self.random.random() < 0.45:
            self.end_service(counter)

    def end_service(self, counter: int) -> None:
        self.order(
            self.random.choice(
                (
                    *[commands.Finish(counter=counter)] * 6,
                    commands.CallNext(counter=counter),
                    commands.Park(counter=counter),
                    commands.Transfer(counter=counter, service=self.random.choice("ABC"), to_counter=0, reason="1"),
                    commands.Transfer(counter=counter, to_counter=counter % 3 + 1, reason="2"),
                    commands.MarkNoShow(counter=counter),
                )
            )
        )

    def something_rare(self) -> None:
        number = self.random.choice([one.number for one in self.state.tickets.values()] or ["A999"])
        counter = self.random.choice(tuple(CLERKS))
        reserve = f"H{self.random.randrange(1, 200):03}"
        late = self.now - self.random.randrange(120) * MINUTE
        self.order(
            self.random.choice(
                (
                    commands.CancelTicket(number=number, by=GUIDE),
                    commands.ReturnTicket(number=number, by=GUIDE),
                    commands.GiveClass(number=number, klass="elderly", by=GUIDE),
                    commands.CallNumber(counter=counter, number=number, reason="1"),
                    commands.EnterTicket(number=reserve, service="B", handed_at=late, by=GUIDE),
                    commands.EnterServed(number=reserve, service="C", counter=counter, by=GUIDE),
                    commands.GiveNotice(counter=counter, items=("照片",), oral=True),
                    commands.GiveNotice(counter=counter, items=("照片",), oral=True, service="A"),
                    commands.ReceiveItem(service="A", by=GUIDE),
                )
            )
        )

    def go_alone(self) -> None:
        """The hub was away; dispensers gave numbers meanwhile, which are entered at their true time."""
        since = self.now
        self.now += self.random.randrange(5, 25) * MINUTE
        self.order(commands.NoteOutage(what="hub", since=since))
        self.order(commands.NoteReturn(since=since))
        for block in self.state.leases.blocks[: self.random.randrange(3)]:
            for nth in range(self.random.randrange(4)):
                told_at = since + self.random.randrange(1, self.now - since)
                self.order(
                    commands.EnterAlone(
                        device=block.device,
                        boot=self.boots,
                        number=f"{block.letter}{block.first + self.random.randrange(30)}",
                        key=block.key,
                        day=self.state.day,
                        paper=self.random.choice(("out", "out", "failed")),
                        service=block.service,
                        told_at=told_at + nth,
                    )
                )

    def trouble(self) -> None:
        self.report_devices(ready=self.random.random() < 0.8)
        if self.random.random() < 0.15:
            self.order(commands.PressFault(device="pad-1", by=CLERKS[1]))
            self.now += self.random.randrange(1, 30) * MINUTE
            self.order(commands.PressFault(device="pad-1", by=CLERKS[1]))

    def trouble_at_night(self, count: int) -> None:
        if count % 4 == 1:
            self.report_devices(ready=False)
            self.now += 50 * MINUTE
        if count % 4 == 2:
            self.report_devices(ready=True)

    def report_devices(self, *, ready: bool) -> None:
        for device in ("dispenser-1", "dispenser-2"):
            printer = self.random.choice(("", "", "", "near-end", "paper-out"))
            state = "ready" if ready or self.random.random() < 0.5 else "lost"
            alerts = {"printer": printer} if printer else {}
            self.order(commands.ReportDevice(device=device, state=state, boot=self.boots, alerts=alerts))

    def serve_all(self) -> None:
        """Nobody goes home before the last citizen: the hall closes late."""
        rounds = 0
        while self.state.living and rounds < 300:
            rounds += 1
            self.now += 30_000
            for counter in CLERKS:
                is_busy = self.state.counter(counter).ticket is not None
                self.order(commands.Finish(counter=counter) if is_busy else commands.CallNext(counter=counter))
            for one in [one for one in self.state.tickets.values() if one.state in ("parked", "issued", "doubted")]:
                self.order(commands.CancelTicket(number=one.number, by=GUIDE))
        self.order(commands.Look())

    def after_hours(self, count: int, begin: int) -> None:
        """Everybody is served late, or the day ends over those who wait, or opens over who is being served."""
        if count % 4 == 2:
            self.serve_all()
        for _ in range(120 if count % 3 else 15):
            self.now += 60_000
            self.order(commands.Look())
            self.work()
        if count % 5 == 3:
            self.order(commands.EndDay(by=CLERKS[1]))
        else:
            self.now = max(self.now, begin + 24 * HOUR - 5 * MINUTE)
            self.order(commands.Look())
            self.work()
            for counter in CLERKS:
                self.order(commands.CallNext(counter=counter))
