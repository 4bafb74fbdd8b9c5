"""What is there and what is missing, and the papers about it: notice, result, slip once more (M15, M16, M23, M36)."""

from collections.abc import Iterable

from hub.journal import JournalError
from hub.orders import GiveNotice
from hub.rules import commands
from hub.rules.deciding.slips import ITEMS_MAX
from hub.rules.plan import ResultPlan
from hub.rules.state import CounterState, Slip, State
from hub.staff.house import Told, refused
from hub.staff.pages.counter.seat import Turned, old_turn, pressed, seat_of, ticket_of
from hub.staff.routing import Action
from hub.staff.visit import Visit
from printers.wrapping import clean

ITEM_MAX = 60
NAME_MAX = 20


class Tick(Turned, frozen=True, kw_only=True):
    """there: a material that the citizen has; missing: one that he has not."""

    there: str = ""
    missing: str = ""


class Papered(Turned, frozen=True, kw_only=True):
    """papers: as `papers_of` counted when the form was shown, since a paper changes no turn."""

    papers: int = -1


class Notice(Papered, frozen=True, kw_only=True):
    """items: what was missing as it was shown; more: further ones, a line each. name: for the paper alone."""

    items: tuple[str, ...] = ()
    more: str = ""
    name: str = ""


class Repeat(Papered, frozen=True, kw_only=True):
    """number: of the ticket that the slip is about, empty: the counter's last."""

    number: str = ""


class Ending(Turned, frozen=True, kw_only=True):
    """result, reason: codes of the hall's lists. days: working days. items, more: as of a notice."""

    result: str = ""
    reason: str = ""
    days: int = 0
    items: tuple[str, ...] = ()
    more: str = ""


def papers_of(state: State, counter: int) -> int:
    """Return how many papers and notices a counter has given today."""
    slips: Iterable[Slip] = (*state.slips.values(), *state.slips_ended.values())
    return sum(one.counter == counter for one in slips) + sum(one.counter == counter for one in state.notices.values())


def is_plain(plan: ResultPlan | None) -> bool:
    """Tell whether a result needs nothing but to be named, and leaves no paper."""
    return plan is None or not (plan.prints or plan.reason or plan.promises)


async def tick(visit: Visit) -> Told:
    """Note that a material is there, or is not; both screens of the counter show it."""
    sent, counter = await pressed(visit, Tick)
    state, ticket = visit.house.state, ticket_of(visit, counter)
    service = visit.house.hall.plan.services.get(ticket.service)
    material = sent.there or sent.missing
    if service is None or material not in service.materials:
        raise refused("清单中没有这项材料")
    visit.house.checklists.mark(state, ticket, material, is_there=bool(sent.there))
    visit.house.works.feed.stirred()
    return Told("")


async def notice(visit: Visit) -> Told:
    """Print a notice of what is missing."""
    return await _give(visit, oral=False)


async def oral_notice(visit: Visit) -> Told:
    """Keep that the citizen was told what is missing, without paper (M37)."""
    return await _give(visit, oral=True)


async def _give(visit: Visit, *, oral: bool) -> Told:
    sent, counter = await pressed(visit, Notice)
    ticket_of(visit, counter)
    _not_twice(visit, sent)
    items, name = items_of(sent.items, sent.more), clean(sent.name).strip()
    if not items:
        raise refused("没有所缺材料，无需告知")
    if len(name) > NAME_MAX:
        raise refused(f"姓名不超过{NAME_MAX}个字")
    order = GiveNotice(counter=seat_of(visit), items=items, oral=oral, name=name)
    try:
        reply = visit.house.orders.give(order, visit.by)
    except JournalError as error:
        raise refused("系统故障：数据暂时无法保存，请稍后再试", 503) from error
    if not reply.is_done:
        raise refused(reply.words)
    return Told(f"{reply.words}：告知单 {reply.own_serial}")


def items_of(shown: Iterable[str], more: str) -> tuple[str, ...]:
    """Return all that is missing, once each, as paper can show it; raise Told where it is too much."""
    written = [clean(line).strip() for line in (*shown, *more.splitlines())]
    items = tuple(dict.fromkeys(line for line in written if line))
    if len(items) > ITEMS_MAX:
        raise refused(f"所缺材料不超过{ITEMS_MAX}项")
    if any(len(item) > ITEM_MAX for item in items):
        raise refused(f"每项材料不超过{ITEM_MAX}个字")
    return items


def _not_twice(visit: Visit, sent: Papered) -> None:
    if sent.papers != papers_of(visit.house.state, seat_of(visit)):
        raise old_turn(visit)


async def repeat(visit: Visit) -> Told:
    """Print a slip once more."""
    sent, _counter = await pressed(visit, Repeat)
    _not_twice(visit, sent)
    visit.ask(commands.RepeatSlip(counter=seat_of(visit), number=sent.number.strip().upper()))
    return Told("正在补打")


async def finish(visit: Visit) -> Told:
    """End the service with a result that needs nothing else."""
    sent, counter = await pressed(visit, Ending)
    if not is_plain(visit.house.hall.plan.results.get(sent.result)):
        raise refused("此结果须出具单据，请在“办理结果”中填写")
    return _end(visit, counter, commands.Finish(counter=seat_of(visit), result=sent.result))


async def conclude(visit: Visit) -> Told:
    """End the service with a result that asks for a reason, a date or materials, and leaves a paper."""
    sent, counter = await pressed(visit, Ending)
    end = commands.Finish(
        counter=seat_of(visit),
        result=sent.result,
        reason=sent.reason,
        days=max(0, sent.days),
        items=items_of(sent.items, sent.more),
    )
    return _end(visit, counter, end)


def _end(visit: Visit, counter: CounterState, end: commands.Finish) -> Told:
    house, number = visit.house, ticket_of(visit, counter).number
    if house.hall.plan.results and not end.result:
        raise refused("请选择办理结果")
    visit.ask(end)
    return Told(f"{number} {house.hall.result_name(end.result) or '已办结'}")


DECLARED: tuple[Action, ...] = (
    Action(path="/staff/counter/tick", permission="counter-serve", do=tick),
    Action(path="/staff/counter/finish", permission="counter-serve", do=finish),
    Action(path="/staff/counter/conclude", permission="counter-papers", do=conclude),
    Action(path="/staff/counter/notice", permission="counter-papers", do=notice),
    Action(path="/staff/counter/oral-notice", permission="counter-papers", do=oral_notice),
    Action(path="/staff/counter/reprint-slip", permission="counter-papers", do=repeat),
)
