"""What a guide or duty officer is told when his keys have done something: 已取消 A012, in words for two seconds."""

from collections.abc import Callable, Iterable
from typing import Any

from hub.config import Hall
from hub.rules import events
from hub.rules.events import Fact
from hub.rules.state import State

DONE_MS = 2_000
"""How long a desk says what was done."""
DESKS = ("guide", "duty")
Words = Callable[[Hall, State, Any], str]


def done_words(hall: Hall, state: State, facts: Iterable[Fact]) -> str:
    """Return what a press has done, as its desk says it; empty where its face shows that itself.

    Of a class nobody reads more than that it was given (M40).
    """
    return next((words for fact in facts if (words := _words(hall, state, fact))), "")


def _words(hall: Hall, state: State, fact: Fact) -> str:
    make = _DONE.get(type(fact))
    return make(hall, state, fact) if make else ""


def _of_ticket(done: str) -> Words:
    return lambda _hall, state, fact: f"{done} {state.tickets[fact.serial].number}"


def _voided(_hall: Hall, state: State, fact: events.TicketVoided) -> str:
    """Only what was given back: a paper that failed is the printer's word."""
    return f"已取消 {state.tickets[fact.serial].number}" if fact.why == "cancelled" else ""


def _taken(_hall: Hall, state: State, fact: events.TicketTaken) -> str:
    """Return the word for a number that was given by hand; any other comes out as paper, or is shown."""
    ticket = state.tickets[fact.serial]
    return f"已补录 {ticket.number}" if ticket.is_reserve else ""


def _slip(_hall: Hall, _state: State, fact: events.SlipOrdered) -> str:
    return "正在打印" if fact.what in ("guide", "report") else ""


_DONE: dict[type[events.Event], Words] = {
    events.TicketCancelled: _of_ticket("已取消"),
    events.TicketVoided: _voided,
    events.ClassGiven: _of_ticket("已定类别"),
    events.TicketVouched: _of_ticket("已确认"),
    events.TicketPrechecked: _of_ticket("已预审"),
    events.TicketReturned: _of_ticket("已回队列"),
    events.PrintRepeated: _of_ticket("正在补打"),
    events.TicketTaken: _taken,
    events.ServedByHand: _of_ticket("已补录"),
    events.ItemReceived: lambda hall, _state, fact: f"已代收 {hall.service_name(fact.service)}",
    events.ServicesSet: lambda _hall, _state, fact: f"已设业务 {fact.counter}号窗",
    events.Enlisted: lambda _hall, _state, fact: f"已入岗 {fact.person}",
    events.Dismissed: lambda _hall, _state, fact: f"已出岗 {fact.person}",
    events.CameOnDuty: lambda _hall, _state, _fact: "已登录",
    events.WentOffDuty: lambda _hall, state, fact: "" if fact.device in state.on_duty else "已退出",
    events.DayEnded: lambda _hall, _state, _fact: "今日已结束",
    events.FaultCleared: lambda _hall, _state, _fact: "故障已解除",
    events.SlipOrdered: _slip,
}
