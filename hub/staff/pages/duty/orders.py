"""What the duty officer changes while the hall runs: posts, services, faults, numbers given by hand, the day's end."""

from msgspec import Struct

from hub.emergency import moment_of
from hub.rules import commands
from hub.rules.plan import Post
from hub.staff.house import Told, refused
from hub.staff.routing import Action, Declared
from hub.staff.visit import Visit

OLD = 412
"""HTTP's word for a condition that does not hold any more."""
DESK = "page"
"""How the journal names a page, where a device would stand."""


class Served(Struct, frozen=True, kw_only=True):
    """Which services a counter takes from now on; none: as in the hall's file."""

    counter: int
    service: tuple[str, ...] = ()


class Posted(Struct, frozen=True, kw_only=True):
    """Who gets a post at a counter, or loses it."""

    counter: int
    person: str
    post: Post = "A"


class Faulty(Struct, frozen=True, kw_only=True):
    """turn: row of the last change of the fault, as it was shown."""

    turn: int = -1


class ByHand(Struct, frozen=True, kw_only=True):
    """A number that was printed beforehand. at: 0905, when it was given; empty: just now. counter: served there."""

    number: str
    service: str
    at: str = ""
    counter: int = 0


async def set_services(visit: Visit) -> Told:
    """S21."""
    form = await visit.form(Served)
    visit.ask(commands.SetServices(counter=form.counter, services=frozenset(form.service), by=visit.by))
    return Told(f"{form.counter}号窗口的业务已调整")


async def enlist(visit: Visit) -> Told:
    """先进: the newcomer is entered first (M9)."""
    form = await visit.form(Posted)
    visit.ask(commands.Enlist(counter=form.counter, person=form.person, post=form.post, by=visit.by))
    return Told(f"{form.counter}号窗口已增加{form.post}岗")


async def dismiss(visit: Visit) -> Told:
    """后出: who is the last one authorised stays (M9)."""
    form = await visit.form(Posted)
    visit.ask(commands.Dismiss(counter=form.counter, person=form.person, by=visit.by))
    return Told(f"{form.counter}号窗口的岗位已撤下")


async def press_fault(visit: Visit) -> Told:
    """One key tells everybody, the same key says that it is over (M41); a press means what its presser saw."""
    form = await visit.form(Faulty)
    was = visit.house.state.fault
    if form.turn != visit.house.state.fault_turn:
        raise refused(f"系统故障刚刚已由他人{'报告' if was else '解除'}，请看清后再按", OLD)
    visit.ask(commands.PressFault(device=DESK, by=visit.by))
    return Told("系统故障已解除" if was else "已向全厅报告系统故障")


async def enter(visit: Visit) -> Told:
    """A number on pre-printed paper that was given while nothing worked (M41)."""
    form = await visit.form(ByHand)
    number = form.number.strip().upper()
    if form.counter:
        visit.ask(commands.EnterServed(number=number, service=form.service, counter=form.counter, by=visit.by))
        return Told(f"{number} 已补录为办结")
    visit.ask(commands.EnterTicket(number=number, service=form.service, handed_at=_moment(visit, form.at), by=visit.by))
    return Told(f"{number} 已补录，按取号时间排队")


def _moment(visit: Visit, typed: str) -> int:
    """905, 0905 or 09:05; minutes that have passed are for keypads, and empty is now."""
    digits = typed.replace(":", "").replace("：", "").strip()
    house = visit.house
    if digits and not (digits.isascii() and digits.isdecimal() and 3 <= len(digits) <= 4):
        raise refused("时间请填写为 0905 或 09:05", 400)
    found = moment_of(house.hall, house.state.day, digits and digits.zfill(4), house.clock.now())
    if found is None:
        raise refused(house.words("no-such-time"))
    return found


async def end_day(visit: Visit) -> Told:
    """Whoever waits is told why and comes again (M28)."""
    visit.ask(commands.EndDay(by=visit.by))
    return Told("当日已结束，未办号码已打印说明单")


async def make_report(visit: Visit) -> Told:
    """The day's report on paper."""
    visit.ask(commands.MakeReport(by=visit.by))
    return Told("当日报告已送打印")


DECLARED: tuple[Declared, ...] = (
    Action(path="/staff/duty/services", permission="duty-posts", do=set_services),
    Action(path="/staff/duty/enlist", permission="duty-posts", do=enlist),
    Action(path="/staff/duty/dismiss", permission="duty-posts", do=dismiss),
    Action(path="/staff/duty/fault", permission="duty-fault", do=press_fault),
    Action(path="/staff/duty/enter", permission="duty-fault", do=enter),
    Action(path="/staff/duty/end-day", permission="duty-day", do=end_day),
    Action(path="/staff/duty/report", permission="duty-day", do=make_report),
)
