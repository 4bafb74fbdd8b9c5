"""What the rules need to know of the hall's file; it does not change while the hub runs."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

ORDINARY = "ordinary"
"""The class of a ticket without a head start."""
APPOINTMENT = "appointment"
"""Who comes at an hour that was agreed (M24)."""
RETURNING = "returning"
"""Who was here before: parked, transferred, missed, or with what was lacking (容缺)."""
RECEIVED = "received"
"""What was handed in out of hours (代办, M25): nobody waits for it in the hall."""
ALL_COUNTERS = 0
DUE = ("commitment", "supplement")
"""Forms of a result that name a day and what has to be brought until then (M23)."""

Kind = Literal["police", "auxiliary", "guide", "office"]
"""民警, 辅警, 引导员, and 内勤, who is in no line of citizens and is what he was granted."""
Post = Literal["A", "B"]
NoShowPolicy = Literal["void", "back", "keep"]


class ServicePlan(Struct, frozen=True, kw_only=True):
    """A service. letter: of its numbers. unit: whose it is where units share a hall (S22). real_name: an identity is
    asked for (S9). usual_ms: time at the counter before anything was measured today. materials: what it may ask
    for, in the order in which keypads count (M15). has_guide: it can be printed what the service asks (M35).
    """

    letter: str
    unit: str = ""
    usual_ms: int = 300_000
    real_name: bool = False
    materials: tuple[str, ...] = ()
    has_guide: bool = False


class CounterPlan(Struct, frozen=True, kw_only=True):
    """A counter. serves: tiers of service codes; a lower tier is looked at only when nobody of a higher one waits.

    posts: who has which post here, A first; empty: whoever may. automatic: calls by itself while idle. printer: device
    that prints its slips, empty: none does.
    """

    serves: tuple[frozenset[str], ...]
    posts: tuple[tuple[str, Post], ...] = ()
    automatic: bool = False
    printer: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who works here. services: authorised ones (M10), None: all. qualified: 考核合格 (M8).

    supervisor: the 民警 who must be on duty for an auxiliary (辅警) to work, empty for others. roles: all that he is
    (M43), see `hub.rules.roles`.
    """

    kind: Kind
    name: str
    qualified: bool = True
    services: frozenset[str] | None = None
    supervisor: str = ""
    roles: frozenset[str] = frozenset()


class ResultPlan(Struct, frozen=True, kw_only=True):
    """A way in which a service may end (M45). reason: one has to be given (M36). promises: a date may be named (M16).

    prints: a slip about it is printed where the counter has a printer. form: of that slip. With a form of `DUE` days
    and items are asked for: what has to be brought until when (告知承诺, 容缺受理, M23).
    """

    reason: bool = False
    promises: bool = False
    prints: bool = False
    form: str = "result"


class NoShowPlan(Struct, frozen=True, kw_only=True):
    """What becomes of one who does not come when called.

    void: the number is over. back: in line again after so many further calls of the service, at most ``again`` times.
    keep: for keep_ms whoever comes is put in line again as returning, then the number is over.
    """

    policy: NoShowPolicy = "void"
    calls: int = 3
    keep_ms: int = 1_800_000
    again: int = 1


class AlertPlan(Struct, frozen=True, kw_only=True):
    """When the duty officer is told. 0 switches an alert off.

    average_wait_ms: over those called in the last half hour and those who wait (S11). peak_waiting: people (M33).
    empty_after_ms: how long a counter may be without anybody in opening hours (空岗, M19).
    """

    average_wait_ms: int = 600_000
    peak_waiting: int = 30
    empty_after_ms: int = 120_000


class PrintingPlan(Struct, frozen=True, kw_only=True):
    """How papers get to people. neighbours: printer to the others of its zone. jobs_max: that may be at one printer.

    doubt_ms: how long a dispenser asks whether somebody holds a ticket before a copy is printed. within_ms: how long
    after a press its paper may still be printed.
    """

    neighbours: Mapping[str, tuple[str, ...]] = {}
    jobs_max: int = 6
    doubt_ms: int = 20_000
    within_ms: int = 120_000


class Plan(Struct, frozen=True, kw_only=True):
    """The hall as the rules see it; times in milliseconds.

    head_start_ms: class to head start. call_pause_ms: how long a counter that has just called refuses another call.
    arrival_ms: how long the next call is held back while the called citizen is on the way; 0: not at all.
    recalls_max: per ticket and call; 0: no limit. rating_ms: how long a pad takes a rating after the finish; 0: no
    ratings. paperless: a number that no printer put out may be shown and kept in mind (M41). lock_ms: after which an
    idle pad locks (M12); 0: never. results: by code, one digit. reasons: how many there are of special, transfer,
    absence, refused; codes count from 1. day_volume: tickets of an average day (S13); 0: unknown. devices: all
    there should be (M30). report_printer: device that prints what a day has come to; empty: none does. reserve_letter:
    of numbers that are printed beforehand (M41).
    """

    services: Mapping[str, ServicePlan]
    counters: Mapping[int, CounterPlan]
    head_start_ms: Mapping[str, int]
    call_pause_ms: int
    people: Mapping[str, Person] = {}
    sign_in: bool = False
    arrival_ms: int = 0
    recalls_max: int = 3
    no_show: NoShowPlan = NoShowPlan()
    rating_ms: int = 0
    results: Mapping[str, ResultPlan] = {}
    reasons: Mapping[str, int] = {}
    paperless: bool = False
    lock_ms: int = 0
    appointment_letter: str = "Y"
    reserve_letter: str = "H"
    appointment_late_ms: int = 600_000
    day_volume: int = 0
    alerts: AlertPlan = AlertPlan()
    self_test_ms: int = 600_000
    devices: tuple[str, ...] = ()
    report_printer: str = ""
    printing: PrintingPlan = PrintingPlan()
