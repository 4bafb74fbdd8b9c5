"""Halls in every situation that a command can meet, each made by the rules themselves."""

from collections.abc import Callable

from msgspec.structs import replace

from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ORDINARY, CounterPlan, NoShowPlan, Person, Plan, ResultPlan, ServicePlan
from hub.rules.state import State

DAY = "20261123"
OPENS = 1_795_393_800_000
HOUR = 3_600_000
SPANS = ((OPENS, OPENS + 3 * HOUR), (OPENS + 5 * HOUR, OPENS + 8 * HOUR))
NOW = OPENS + HOUR

PLAN = Plan(
    services={
        "A": ServicePlan(letter="A", has_guide=True),
        "B": ServicePlan(letter="B"),
        "R": ServicePlan(letter="R", real_name=True),
    },
    counters={
        1: CounterPlan(serves=(frozenset("ABR"),), posts=(("p1", "A"), ("p2", "B")), automatic=True, printer="d"),
        2: CounterPlan(serves=(frozenset("A"), frozenset("B"))),
    },
    head_start_ms={ORDINARY: 0, "elderly": HOUR // 2, "returning": HOUR // 2, "appointment": HOUR // 2, "received": 0},
    call_pause_ms=3000,
    arrival_ms=20_000,
    people={
        "p1": Person(kind="police", name="陈"),
        "p2": Person(kind="police", name="李"),
        "p3": Person(kind="police", name="周", services=frozenset("B")),
        "new": Person(kind="police", name="赵", qualified=False),
        "aux": Person(kind="auxiliary", name="王", services=frozenset("A"), supervisor="p2"),
        "seer": Person(kind="police", name="吴", roles=frozenset({"viewer"})),
        "guide": Person(kind="guide", name="孙"),
        "comp": Person(kind="police", name="郑", roles=frozenset({"complaints"})),
        "comp2": Person(kind="police", name="冯", roles=frozenset({"complaints"})),
        "head": Person(kind="police", name="何", roles=frozenset({"business"})),
    },
    sign_in=True,
    recalls_max=1,
    no_show=NoShowPlan(policy="back", calls=2),
    rating_ms=60_000,
    results={
        "1": ResultPlan(),
        "2": ResultPlan(promises=True, prints=True),
        "3": ResultPlan(reason=True),
        "4": ResultPlan(prints=True, form="supplement"),
    },
    reasons={"special": 2, "transfer": 2, "absence": 2, "refused": 2},
    paperless=True,
    lock_ms=HOUR,
    report_printer="d",
)


class Scene:
    """A hall that is brought into a situation by commands."""

    def __init__(self, plan: Plan = PLAN, now: int = NOW) -> None:
        self.plan, self.now, self.row, self.state = plan, now, 0, State()

    def do(self, *orders: commands.Command) -> "Scene":
        """Carry out commands that must not be refused."""
        for order in orders:
            answer = decide(self.state, self.plan, order, self.now)
            if isinstance(answer, Refusal):
                raise AssertionError(f"{order} is refused: {answer.reason}")
            self.row += 1
            for fact in answer:
                apply(self.state, fact, self.row)
        return self

    def later(self, ms: int) -> "Scene":
        self.now += ms
        return self


OPEN = commands.OpenDay(day=DAY, spans=SPANS, working_days=("20261124", "20261125"))
SIGN_IN = commands.SignIn(counter=1, person="p1")
TAKE = commands.TakeTicket(dispenser="d", key="A", boot=1, service="A")
PRINTED = commands.ConfirmPrint(dispenser="d", job=f"{DAY}-000001")
FAILED = commands.FailPrint(dispenser="d", job=f"{DAY}-000001", why="paper-out", in_doubt=False)
DOUBTED = commands.FailPrint(dispenser="d", job=f"{DAY}-000001", why="in-doubt", in_doubt=True)
READY = commands.ReportDevice(device="d", state="ready", boot=1, alerts={})
EMPTY = commands.ReportDevice(device="d", state="ready", boot=1, alerts={"printer": "paper-out"})
NEXT = commands.CallNext(counter=1)
LATER = 60_000


def opened() -> Scene:
    return Scene().do(OPEN)


def waiting() -> Scene:
    return opened().do(SIGN_IN, TAKE, PRINTED)


def called() -> Scene:
    return waiting().do(NEXT).later(LATER)


def one_more() -> Scene:
    take = commands.TakeTicket(dispenser="d", key="B", boot=1, service="A", claim="elderly")
    return called().do(take, commands.ConfirmPrint(dispenser="d", job=f"{DAY}-000002"))


def behind() -> Scene:
    """A ticket whose job waits, because a slip is being printed."""
    first = commands.TakeTicket(dispenser="d", key="B", boot=1, service="B")
    printed = commands.ConfirmPrint(dispenser="d", job=f"{DAY}-000001")
    return opened().do(first, printed, commands.ReprintTicket(number="B001", by="guide"), TAKE)


COUNTERS: dict[str, Callable[[], Scene]] = {
    "nobody signed in": lambda: opened().do(TAKE, PRINTED),
    "signed in, nobody waits": lambda: opened().do(SIGN_IN),
    "signed in, somebody waits": waiting,
    "just called": lambda: waiting().do(NEXT),
    "on the way": lambda: waiting().do(NEXT).later(5_000),
    "called": called,
    "called, somebody waits": one_more,
    "called, at counter 2 a clerk of B": lambda: called().do(commands.SignIn(counter=2, person="p3")),
    "recalled": lambda: called().do(commands.Recall(counter=1)).later(LATER),
    "serving": lambda: called().do(commands.Begin(counter=1)),
    "finished": lambda: called().do(commands.Finish(counter=1, result="1")),
    "rated low": lambda: called().do(commands.Finish(counter=1), commands.Rate(counter=1, level=1)),
    "fault, somebody waits": lambda: waiting().do(FAULT),
    "fault, called": lambda: called().do(FAULT),
    "away": lambda: waiting().do(commands.Pause(counter=1, reason="开会")),
    "locked": lambda: waiting().later(2 * HOUR - HOUR // 2).do(commands.Look()),
}

TICKETS: dict[str, Callable[[], Scene]] = {
    "no such number": opened,
    "issued": lambda: opened().do(TAKE),
    "issued, behind another": behind,
    "doubted": lambda: opened().do(TAKE, DOUBTED),
    "doubted, nobody answered": lambda: opened().do(READY, TAKE, DOUBTED).later(20_000),
    "doubted, nobody answered, no paper": lambda: opened().do(TAKE, DOUBTED, EMPTY).later(20_000),
    "shown": lambda: opened().do(TAKE, FAILED),
    "waiting": waiting,
    "waiting, at counter 2 a clerk of B": lambda: waiting().do(commands.SignIn(counter=2, person="p3")),
    "claimed": lambda: opened().do(commands.TakeTicket(**fields_of(TAKE) | {"claim": "elderly"}), PRINTED),
    "called": called,
    "serving": lambda: called().do(commands.Begin(counter=1)),
    "parked": lambda: called().do(commands.Park(counter=1)),
    "missed": lambda: called().do(commands.MarkNoShow(counter=1)),
    "done": lambda: called().do(commands.Finish(counter=1)),
    "no-show": lambda: (
        Scene(no_show_over(), NOW)
        .do(OPEN, SIGN_IN, TAKE, PRINTED, NEXT)
        .later(LATER)
        .do(commands.MarkNoShow(counter=1))
    ),
    "cancelled": lambda: waiting().do(commands.CancelTicket(number="A001", by="p1")),
    "left": lambda: waiting().do(commands.EndDay(by="p1")),
}

FAULT = commands.PressFault(device="duty", by="guide")
ENTER = commands.EnterTicket(number="H012", service="A", handed_at=NOW - HOUR // 2, by="guide")

LEASE = commands.LeaseBlocks(device="d", keys=(("A", "A"), ("B", "B")), size=40)
ALONE = commands.EnterAlone(
    device="d", boot=1, number="A801", key="A", day=DAY, service="A", told_at=NOW - HOUR // 4, paper="out"
)

PHASES: dict[str, Callable[[], Scene]] = {
    "no day": Scene,
    "before": lambda: Scene(now=OPENS - HOUR).do(OPEN),
    "open": opened,
    "break": lambda: Scene(now=OPENS + 4 * HOUR).do(OPEN),
    "closing": lambda: waiting().later(8 * HOUR),
    "closed": lambda: Scene(now=OPENS + 9 * HOUR).do(OPEN),
    "ended": lambda: waiting().do(commands.EndDay(by="p1")),
    "fault": lambda: waiting().do(FAULT),
    "open, H012 entered": lambda: waiting().do(ENTER),
    "open, numbers leased": lambda: waiting().do(LEASE, commands.MakeLease(device="d", digest="1")),
    "open, A801 handed over": lambda: waiting().do(LEASE, ALONE),
}


def fields_of(command: commands.Command) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


def no_show_over() -> Plan:
    return Plan(**{name: getattr(PLAN, name) for name in PLAN.__struct_fields__} | {"no_show": NoShowPlan()})


def without(table: str, key: object) -> commands.ChangeHall:
    """Return the change of the hall's file that leaves something out."""
    left = {one: value for one, value in getattr(PLAN, table).items() if one != key}
    return commands.ChangeHall(person="p1", summary="", edit=1, sha256="", plan=replace(PLAN, **{table: left}))


AT_COUNTER: dict[str, commands.Command] = {
    "CallNext": NEXT,
    "CallAutomatically": commands.CallAutomatically(counter=1),
    "Recall": commands.Recall(counter=1),
    "Begin": commands.Begin(counter=1),
    "MarkNoShow": commands.MarkNoShow(counter=1),
    "Finish": commands.Finish(counter=1),
    "Finish, result 2 in 2 days": commands.Finish(counter=1, result="2", days=2),
    "Finish, result 3 without reason": commands.Finish(counter=1, result="3"),
    "Finish, no such result": commands.Finish(counter=1, result="9"),
    "Park": commands.Park(counter=1),
    "Transfer to service B": commands.Transfer(counter=1, service="B", reason="1"),
    "Transfer to counter 2": commands.Transfer(counter=1, to_counter=2, reason="1"),
    "Transfer to itself": commands.Transfer(counter=1, to_counter=1, reason="1"),
    "Transfer to where it comes from": commands.Transfer(counter=1, reason="1"),
    "Transfer without reason": commands.Transfer(counter=1, to_counter=2, reason=""),
    "Transfer to no service": commands.Transfer(counter=1, service="Z", reason="1"),
    "SignIn, who is there": SIGN_IN,
    "SignIn, B post": commands.SignIn(counter=1, person="p2"),
    "SignIn, not qualified": commands.SignIn(counter=1, person="new"),
    "SignIn, not on this post": commands.SignIn(counter=1, person="aux"),
    "SignIn, auxiliary elsewhere": commands.SignIn(counter=2, person="aux"),
    "SignIn, second counter": commands.SignIn(counter=2, person="p1"),
    "SignIn, guide": commands.SignIn(counter=1, person="guide"),
    "SignIn, viewer": commands.SignIn(counter=1, person="seer"),
    "SignIn, nobody known": commands.SignIn(counter=1, person="9"),
    "SignIn, no such counter": commands.SignIn(counter=9, person="p1"),
    "SignOut": commands.SignOut(counter=1),
    "Pause": commands.Pause(counter=1, reason="开会"),
    "Pause without reason": commands.Pause(counter=1, reason=""),
    "Resume": commands.Resume(counter=1),
    "Rate": commands.Rate(counter=1, level=1),
    "NameAspect": commands.NameAspect(counter=1, aspect=2),
    "SetServices": commands.SetServices(counter=2, services=frozenset("B"), by="p1"),
    "SetServices, a service left to nobody": commands.SetServices(counter=1, services=frozenset("A"), by="p1"),
    "Enlist": commands.Enlist(counter=1, person="aux", post="B", by="p1"),
    "Enlist, not qualified": commands.Enlist(counter=1, person="new", post="B", by="p1"),
    "Dismiss B": commands.Dismiss(counter=1, person="p2", by="p1"),
    "Dismiss A": commands.Dismiss(counter=1, person="p1", by="p2"),
}
WITH_NUMBER: dict[str, commands.Command] = {
    "CallNumber": commands.CallNumber(counter=1, number="A001", reason="1"),
    "CallNumber at counter 2": commands.CallNumber(counter=2, number="A001", reason="1"),
    "CallNumber without reason": commands.CallNumber(counter=1, number="A001", reason=""),
    "VouchTicket by a clerk": commands.VouchTicket(number="A001", by="p1"),
    "VouchTicket at the dispenser": commands.VouchTicket(number="A001"),
    "CancelTicket": commands.CancelTicket(number="A001", by="p1"),
    "GiveClass": commands.GiveClass(number="A001", klass="elderly", by="guide"),
    "GiveClass, no such class": commands.GiveClass(number="A001", klass="king", by="guide"),
    "ConfirmClass": commands.ConfirmClass(number="A001", by="p1"),
    "MarkPrechecked": commands.MarkPrechecked(number="A001", by="guide"),
    "ReturnTicket": commands.ReturnTicket(number="A001", by="p1"),
    "ConfirmPrint": PRINTED,
    "FailPrint": FAILED,
    "FailPrint in doubt": DOUBTED,
    "ReprintTicket": commands.ReprintTicket(number="A001", by="guide"),
    "Look": commands.Look(),
    "TakeTicket, same key": TAKE,
}
OF_THE_DAY: dict[str, commands.Command] = {
    "OpenDay, this day": OPEN,
    "OpenDay, the next": commands.OpenDay(day="20261124"),
    "EndDay": commands.EndDay(by="p1"),
    "Look": commands.Look(),
    "TakeTicket": TAKE,
    "TakeTicket, no such service": commands.TakeTicket(dispenser="d", key="Z", boot=1, service="Z"),
    "TakeTicket, no such class": commands.TakeTicket(dispenser="d", key="A", boot=1, service="A", klass="king"),
    "TakeTicket, real name without card": commands.TakeTicket(dispenser="d", key="R", boot=1, service="R"),
    "TakeTicket, no such appointment": commands.TakeTicket(dispenser="d", key="A", boot=1, service="", appointment="1"),
    "ListAppointments": commands.ListAppointments(
        appointments=(commands.Appointment(code="4711", service="A", start=NOW, end=NOW + HOUR),)
    ),
    "ReceiveItem": commands.ReceiveItem(service="A", by="p1"),
    "GoOnDuty": commands.GoOnDuty(device="guide-1", person="guide"),
    "GoOffDuty": commands.GoOffDuty(device="guide-1"),
    "PressFault by an officer": commands.PressFault(device="duty", by="p2"),
    "PressFault by the guide": FAULT,
    "PressFault by another than who declared it": commands.PressFault(device="pad-2", by="aux"),
    "PressFault by nobody": commands.PressFault(device="duty", by=""),
    "PressFault at counter 1": commands.PressFault(device="pad-1", by="p1", counter=1),
    "EnterTicket": ENTER,
    "EnterTicket by nobody": commands.EnterTicket(number="H012", service="A", handed_at=NOW, by=""),
    "EnterTicket, no reserve number": commands.EnterTicket(number="A012", service="A", handed_at=NOW, by="guide"),
    "EnterTicket, no such service": commands.EnterTicket(number="H013", service="Z", handed_at=NOW, by="guide"),
    "EnterTicket, in the future": commands.EnterTicket(number="H013", service="A", handed_at=2 * NOW, by="guide"),
    "EnterServed": commands.EnterServed(number="H012", service="A", counter=1, by="guide"),
    "EnterServed, no such counter": commands.EnterServed(number="H013", service="A", counter=9, by="guide"),
    "LeaseBlocks": LEASE,
    "MakeLease": commands.MakeLease(device="d", digest="1"),
    "MakeLease, another": commands.MakeLease(device="d", digest="2"),
    "AnswerLease": commands.AnswerLease(device="d", serial=1, boot=1),
    "NoteReturn": commands.NoteReturn(since=NOW - LATER),
    "EnterAlone": ALONE,
    "EnterAlone, nothing came out": replace(ALONE, paper="failed"),
    "EnterAlone, in doubt": replace(ALONE, paper="in-doubt"),
    "EnterAlone, of the day before": replace(ALONE, day="20261122"),
    "NoteRestored": commands.NoteRestored(until=NOW, calls=1, services=("A",), size=40),
    "NoteRestored, opened since": commands.NoteRestored(until=0, calls=1, services=("A",), size=40),
    "NoteOutage": commands.NoteOutage(what="broker", since=NOW - LATER),
    "ReportDevice": commands.ReportDevice(device="d", state="ready", boot=1, alerts={}),
    "NoteAccess": commands.NoteAccess(person="p1", action="archive-export", subject="202611"),
    "ChangeHall": commands.ChangeHall(person="p1", summary="", edit=1, sha256="", plan=replace(PLAN, recalls_max=2)),
    "ChangeHall, without service A": without("services", "A"),
    "ChangeHall, without counter 1": without("counters", 1),
    "ChangeHall, without the clerk": without("people", "p1"),
    "ChangeHall, without a class": without("head_start_ms", "elderly"),
    "NoteHealth": commands.NoteHealth(device="d", faults={"memory": "low"}),
}
