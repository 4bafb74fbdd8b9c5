"""The addresses of the interface for other systems: what each is for, who may ask it, what it takes and answers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import Annotated, Any, NamedTuple, TypeVar

from msgspec import Meta

from hub.outside import making
from hub.outside.answers import (
    CounterAnswer,
    DayAnswer,
    DeviceAnswer,
    HallAnswer,
    QueueAnswer,
    ServiceAnswer,
    TicketAnswer,
    TicketsAnswer,
)
from hub.outside.present import Present
from hub.outside.tokens import Scope
from hub.rules.steps import TicketState

LIMIT = 100
ServiceCode = Annotated[str, Meta(pattern=r"^[A-Z]\Z")]
Number = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{3,6}\Z")]
Limit = Annotated[int, Meta(ge=1, le=200)]
After = Annotated[int, Meta(ge=0, le=1_000_000)]
Values = dict[str, Any]
T = TypeVar("T")
A = TypeVar("A")


class NotThereError(LookupError):
    """What was asked for is not there today."""


class Taken(NamedTuple):
    """Something that an address takes. place: path or query. kind: its type."""

    name: str
    place: str
    kind: Any
    words: str


class Endpoint(NamedTuple):
    """An address. make: works the answer out, from the hall and what was taken."""

    path: str
    scope: Scope
    name: str
    words: str
    answer: Any
    make: Callable[[Present, Values], Awaitable[Any]]
    takes: tuple[Taken, ...] = ()


async def _gently(items: Iterable[T], make: Callable[[T], A]) -> list[A]:
    """Make one after the other, and let presses in between."""
    found = []
    for item in items:
        found.append(make(item))
        await asyncio.sleep(0)
    return found


async def _hall(present: Present, _values: Values) -> HallAnswer:
    return making.hall_answer(present.hall, present.state, present.now, is_broken=present.is_broken)


async def _services(present: Present, _values: Values) -> list[ServiceAnswer]:
    return [making.service_answer(present.hall, one) for one in present.hall.services]


async def _counters(present: Present, _values: Values) -> list[CounterAnswer]:
    return [making.counter_answer(present.hall, present.state, one.number) for one in present.hall.counters]


async def _queues(present: Present, _values: Values) -> list[QueueAnswer]:
    codes = [one.code for one in present.hall.services]
    return await _gently(codes, lambda code: making.queue_answer(present.hall, present.state, code, present.now))


async def _tickets(present: Present, values: Values) -> TicketsAnswer:
    state, limit = present.state, values.get("limit", LIMIT)
    of = making.tickets_after(state, values.get("after", 0), service=values.get("service"), states=values.get("state"))
    found = list(islice(of, limit + 1))
    tickets = tuple(making.ticket_answer(present.hall, state, one) for one in found[:limit])
    return TicketsAnswer(tickets=tickets, next=found[limit - 1].serial if len(found) > limit else None)


async def _ticket(present: Present, values: Values) -> TicketAnswer:
    ticket = present.state.by_number.get(values["number"])
    if ticket is None:
        raise NotThereError(f"no number {values['number']} was given today")
    return making.ticket_answer(present.hall, present.state, ticket)


async def _devices(present: Present, _values: Values) -> list[DeviceAnswer]:
    return making.device_answers(present.devices())


async def _figures(present: Present, _values: Values) -> DayAnswer:
    codes = (None, *(one.code for one in present.hall.services))
    figures = await _gently(codes, lambda code: making.figures_answer(present.state, code))
    return DayAnswer(day=present.state.day, at=present.now, figures=tuple(figures))


ENDPOINTS = (
    Endpoint("/hall", "hall", "hall", "The hall: its day, and where in it", HallAnswer, _hall),
    Endpoint("/services", "hall", "services", "The catalogue of services", list[ServiceAnswer], _services),
    Endpoint("/counters", "queues", "counters", "The counters and what each is at", list[CounterAnswer], _counters),
    Endpoint("/queues", "queues", "queues", "Who waits for each service, and how long", list[QueueAnswer], _queues),
    Endpoint(
        "/tickets",
        "tickets",
        "tickets",
        "The numbers of today",
        TicketsAnswer,
        _tickets,
        (
            Taken("service", "query", ServiceCode, "only those of this service"),
            Taken("state", "query", TicketState, "only those in this state"),
            Taken("after", "query", After, "only those after this place: `next` of the answer before"),
            Taken("limit", "query", Limit, f"at most so many; {LIMIT} where it is left out"),
        ),
    ),
    Endpoint(
        "/tickets/{number}",
        "tickets",
        "ticket",
        "One number of today",
        TicketAnswer,
        _ticket,
        (Taken("number", "path", Number, "as it stands on the ticket, such as A012"),),
    ),
    Endpoint("/devices", "devices", "devices", "The devices and their faults", list[DeviceAnswer], _devices),
    Endpoint("/figures", "figures", "figures", "What the day has come to so far", DayAnswer, _figures),
)
