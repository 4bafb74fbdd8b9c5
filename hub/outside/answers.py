"""What other systems are told, in types; the OpenAPI document is made from them. Times are ms since 1970.

Nothing personal: no class, no name, no identity, no rating of anybody. `hub.outside.making` makes them.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.rules.phase import Phase
from hub.rules.steps import TicketState

Ms = Annotated[int, Meta(ge=0, description="milliseconds since 1970-01-01T00:00:00Z")]
Count = Annotated[int, Meta(ge=0)]
Status = Literal["called", "serving", "idle", "paused"]


class Answer(Struct, frozen=True, kw_only=True):
    """What all answers have in common: nothing is changed."""


class SpanAnswer(Answer, frozen=True, kw_only=True):
    """From when until when."""

    begin: Ms
    end: Ms


class HallAnswer(Answer, frozen=True, kw_only=True):
    """The hall. phase: before opening, open, break, closing (only who holds a ticket is served), closed.

    fault: the hall says 系统故障. spans: when tickets are given today, null: always.
    """

    id: str
    name: str
    timezone: str
    version: str
    at: Ms
    day: Annotated[str, Meta(description="business day, YYYYMMDD; empty before the first")]
    phase: Phase
    spans: tuple[SpanAnswer, ...] | None
    fault: bool


class GuideAnswer(Answer, frozen=True, kw_only=True):
    """The eight things that a service tells at once, from 审批依据 to 收费标准; an empty one is not told."""

    basis: str
    conditions: str
    materials: str
    place: str
    times: str
    process: str
    time_limit: str
    fee: str
    version: str
    effective: str


class ServiceAnswer(Answer, frozen=True, kw_only=True):
    """A service. code: letter of its numbers. unit: whose it is in a shared hall. counters: that call it."""

    code: str
    name: str
    unit: str
    minutes: float
    real_name: bool
    materials: tuple[str, ...]
    counters: tuple[int, ...]
    guide: GuideAnswer | None


class CounterAnswer(Answer, frozen=True, kw_only=True):
    """A counter. ticket: the number that it has, null without one. services: codes of what it serves now.

    waiting: people whom it may call. called_at: of its present ticket.
    """

    number: int
    name: str
    zone: str
    state: Status
    ticket: str | None
    called_at: Ms | None
    services: tuple[str, ...]
    waiting: Count


class QueueAnswer(Answer, frozen=True, kw_only=True):
    """Those who wait for a service. longest_wait_ms: of the one who has waited longest, null where nobody waits.

    expected_minutes: of who takes a number now, null where no open counter serves it. taken: numbers today.
    """

    service: str
    name: str
    waiting: Count
    longest_wait_ms: Count | None
    expected_minutes: Count | None
    taken: Count


class TicketAnswer(Answer, frozen=True, kw_only=True):
    """A number of today. counter: the last that called it, null before. ahead: people before it, while it waits."""

    number: str
    service: str
    state: TicketState
    counter: int | None
    calls: Count
    ahead: Count | None
    taken_at: Ms
    called_at: Ms | None
    ended_at: Ms | None


class TicketsAnswer(Answer, frozen=True, kw_only=True):
    """Numbers of today, in the order in which they were taken. next: give this as `after` for more; null at the end."""

    tickets: tuple[TicketAnswer, ...]
    next: int | None


class FaultAnswer(Answer, frozen=True, kw_only=True):
    """A fault that is not over. part: empty for the device as a whole. party: who has to put it right."""

    part: str
    what: str
    since: Ms
    party: str


class DeviceAnswer(Answer, frozen=True, kw_only=True):
    """A device. state: as it said last, or lost. percent: of 24 hours that a self-service one could be used."""

    name: str
    label: str
    kind: str
    counter: int | None
    state: str
    since: Ms | None
    firmware: str
    percent: float | None
    faults: tuple[FaultAnswer, ...]


class FiguresAnswer(Answer, frozen=True, kw_only=True):
    """What a service's day has come to so far; service null: the hall's. mean_wait_ms: to the first call.

    ratings: level, 5 to 1, to how many gave it.
    """

    service: str | None
    taken: Count
    called: Count
    served: Count
    no_show: Count
    left: Count
    cancelled: Count
    pending: Count
    mean_wait_ms: Count | None
    ratings: dict[str, Count]


class DayAnswer(Answer, frozen=True, kw_only=True):
    """The figures of the present business day: the hall's first, then each service's."""

    day: str
    at: Ms
    figures: tuple[FiguresAnswer, ...]


class Problem(Answer, frozen=True, kw_only=True):
    """Why there is no answer (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
