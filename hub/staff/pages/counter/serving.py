"""The keys of a pad as actions of the page: calls, no-shows, parks, transfers, and numbers that are named."""

from collections.abc import Awaitable, Callable
from typing import Any

from hub.emergency import moment_of
from hub.rules import commands, events
from hub.rules.deciding.emergency import NUMBER_DIGITS
from hub.rules.order import may_serve
from hub.rules.state import CounterState
from hub.rules.steps import may
from hub.staff.house import Told, refused
from hub.staff.pages.counter.seat import Turned, own, pressed, seat_of, ticket_of
from hub.staff.routing import Action
from hub.staff.visit import Visit


class Named(Turned, frozen=True, kw_only=True):
    """number: of a ticket, as it stands on it or its digits alone. reason: code of the hall's list."""

    number: str = ""
    reason: str = ""


class Passing(Turned, frozen=True, kw_only=True):
    """service: empty, the ticket's own. to: a counter, 0: any. reason: code of the hall's list."""

    service: str = ""
    to: int = 0
    reason: str = ""


class Entering(Turned, frozen=True, kw_only=True):
    """number: digits of one that was printed beforehand. when: minutes ago, or an hour of four digits."""

    number: str = ""
    service: str = ""
    when: str = ""


Do = Callable[[Visit], Awaitable[Told]]


async def call_next(visit: Visit) -> Told:
    """Call whose turn it is."""
    _sent, counter = await pressed(visit, Turned)
    visit.ask(commands.CallNext(counter=seat_of(visit)))
    return Told(f"已呼叫 {ticket_of(visit, counter).number}")


def _with_ticket(make: Callable[..., commands.Command], words: str) -> Do:
    """Return what does a plain key to the ticket that the counter has."""

    async def do(visit: Visit) -> Told:
        _sent, counter = await pressed(visit, Turned)
        number = ticket_of(visit, counter).number
        visit.ask(make(counter=seat_of(visit)))
        return Told(words.format(number))

    return do


async def call_number(visit: Visit) -> Told:
    """Call a number out of turn."""
    sent, _counter = await pressed(visit, Named)
    number = _found(visit, sent.number, events.TicketCalled)
    visit.ask(commands.CallNumber(counter=seat_of(visit), number=number, reason=sent.reason))
    return Told(f"特呼 {number}")


def _found(visit: Visit, typed: str, step: type[events.Event]) -> str:
    """Return the number that was typed; digits alone are enough where only one ticket can be meant."""
    state, plan = visit.house.state, visit.house.hall.plan
    number = typed.strip().upper()
    if not number:
        raise refused("请输入号码")
    letter, digits = (number[:1], number[1:]) if number[:1].isalpha() else ("", number)
    if not (digits.isascii() and digits.isdecimal()):
        return number
    digits = digits.zfill(NUMBER_DIGITS)
    if letter:
        return letter + digits
    of_these = [one for key, one in state.by_number.items() if key[1:] == digits and may(one.state, step)]
    meant = [one.number for one in of_these if may_serve(state, plan, seat_of(visit), one)]
    if len(meant) > 1:
        raise refused(f"请写明字母：{'、'.join(sorted(meant))}")
    return meant[0] if meant else digits


def _by_number(make: Callable[..., commands.Command], step: type[events.Event], words: str) -> Do:
    """Return what does something to a ticket that is named."""

    async def do(visit: Visit) -> Told:
        sent, _counter = await pressed(visit, Named)
        number = _found(visit, sent.number, step)
        visit.ask(make(number=number, by=visit.by))
        return Told(words.format(number))

    return do


async def transfer(visit: Visit) -> Told:
    """Pass the ticket on, to a destination and for a reason that are named (M14)."""
    sent, counter = await pressed(visit, Passing)
    number = ticket_of(visit, counter).number
    visit.ask(
        commands.Transfer(counter=seat_of(visit), service=sent.service, to_counter=sent.to, reason=sent.reason or "-")
    )
    hall = visit.house.hall
    to = f"{sent.to}号窗" if sent.to else hall.service_name(sent.service)
    return Told(f"{number} 已转{to}")


async def enter(visit: Visit) -> Told:
    """Enter a number on paper that was given by hand, and waits."""
    sent = await _entering(visit)
    house = visit.house
    handed_at = moment_of(house.hall, house.state.day, sent.when, house.clock.now())
    if handed_at is None:
        raise refused(house.words("no-such-time"))
    number = _reserve(visit, sent)
    visit.ask(commands.EnterTicket(number=number, service=sent.service, handed_at=handed_at, by=visit.by))
    return Told(f"已补录 {number}")


async def enter_served(visit: Visit) -> Told:
    """Enter a number on paper that was served here by hand."""
    sent = await _entering(visit)
    number = _reserve(visit, sent)
    visit.ask(commands.EnterServed(number=number, service=sent.service, counter=seat_of(visit), by=visit.by))
    return Told(f"已补录 {number}（已办）")


async def _entering(visit: Visit) -> Entering:
    sent: Entering
    sent, _counter = await pressed(visit, Entering)
    digits = sent.number + sent.when
    if not (sent.number and digits.isascii() and digits.isdecimal() and len(sent.when) <= NUMBER_DIGITS + 1):
        raise refused("备用号和时间只填数字")
    return sent


def _reserve(visit: Visit, sent: Entering) -> str:
    return f"{visit.house.hall.plan.reserve_letter}{sent.number.zfill(NUMBER_DIGITS)}"


async def fault(visit: Visit) -> Told:
    """Tell the hall of a fault, or that it is over, as the key of this counter's pad does."""
    sent = await visit.form(Turned)
    counter: CounterState = own(visit, sent)
    number, was = seat_of(visit), visit.house.state.fault
    pads = [one.name for one in visit.house.hall.devices if one.kind == "pad" and one.counter == number]
    visit.ask(commands.PressFault(device=pads[0] if pads else "", by=counter.person, counter=number))
    return Told("故障已解除" if was else "已告知全厅：系统故障")


_ACTIONS: tuple[tuple[str, Any], ...] = (
    ("next", call_next),
    ("recall", _with_ticket(commands.Recall, "再次呼叫 {}")),
    ("begin", _with_ticket(commands.Begin, "{} 开始办理")),
    ("no-show", _with_ticket(commands.MarkNoShow, "{} 已弃号")),
    ("park", _with_ticket(commands.Park, "{} 已挂起")),
    ("special", call_number),
    ("transfer", transfer),
    ("return", _by_number(commands.ReturnTicket, events.TicketReturned, "{} 已回队列")),
    ("confirm-class", _by_number(commands.ConfirmClass, events.TicketCalled, "{} 类别已确认")),
    ("vouch", _by_number(commands.VouchTicket, events.TicketVouched, "{} 已确认持号")),
    ("enter", enter),
    ("enter-done", enter_served),
    ("fault", fault),
)
DECLARED: tuple[Action, ...] = tuple(
    Action(path=f"/staff/counter/{key}", permission="counter-serve", do=do) for key, do in _ACTIONS
)
"""By the names that pads have for them (docs/hall-file.md)."""
