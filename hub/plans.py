"""From the hall's file to what the rules need of it, with everything that Lintel brings as a default."""

from hub.hall_file import Counter, HallFile, Result, RulesTable, Service, Somebody
from hub.rules.plan import (
    APPOINTMENT,
    ORDINARY,
    RECEIVED,
    RETURNING,
    AlertPlan,
    ComplaintsPlan,
    CounterPlan,
    NoShowPlan,
    Person,
    Plan,
    PrintingPlan,
    ResultPlan,
    ServicePlan,
)
from hub.rules.roles import roles_of

MINUTE_MS = 60_000

CLASSES: dict[str, tuple[str, int]] = {
    "soldier": ("军人", 30),
    "armed-police": ("武警", 30),
    "police": ("人民警察", 30),
    "pregnant": ("行动不便的孕妇", 30),
    "elderly": ("老年人", 30),
    "disabled": ("残疾人", 30),
    "urgent-state": ("国家、省、市急办事项", 30),
    "weak": ("体弱", 30),
    "ill": ("患病", 30),
    "urgent": ("急事", 30),
    "with-infant": ("独自带婴幼儿", 30),
    APPOINTMENT: ("预约", 30),
    RETURNING: ("返回", 30),
    "express": ("快速办理", 5),
    "collection": ("取证", 10),
    RECEIVED: ("代办", 0),
}
"""Class to its words and head start in minutes: the seven of M18, then M32 and S20, then what a ticket may become."""

KEYS = {key: key for key in ("next", "recall", "no-show", "finish", "menu", "begin", "park", "sign", "fault")}
MENU = {
    "0": "sign",
    "1": "special",
    "2": "transfer",
    "3": "park",
    "4": "return",
    "5": "pause",
    "6": "begin",
    "7": "confirm-class",
    "8": "vouch",
    "9": "sign-out",
}
GUIDE_MENU = {
    "0": "sign",
    "1": "ticket",
    "2": "appointment",
    "3": "class",
    "4": "precheck",
    "5": "vouch",
    "6": "return",
    "7": "cancel",
    "8": "receive",
    "9": "sign-out",
}
DUTY_MENU = {
    "0": "sign",
    "1": "services",
    "2": "enlist",
    "3": "dismiss",
    "4": "class",
    "5": "receive",
    "6": "end-day",
    "7": "fault",
    "8": "enter",
    "9": "sign-out",
}
MORE_MENU = {
    "1": "notice",
    "2": "oral-notice",
    "3": "reprint-slip",
    "7": "fault",
    "8": "enter",
    "9": "enter-done",
}
GUIDE_MORE = {"1": "guide-slip", "2": "reprint", "7": "fault", "8": "enter", "9": "enter-done"}
DUTY_MORE = {
    "1": "report",
    "2": "reprint",
    "3": "vouch",
    "4": "cancel",
    "7": "fault",
    "8": "enter",
    "9": "enter-done",
}
"""What a digit does after 功能 was pressed twice: of pads, the guide's desk and the duty officer's."""


def plan_of(file: HallFile) -> Plan:
    """Return the plan of a file that was found sound."""
    rules = file.rules
    rates = any(device.kind == "rating" for device in file.devices)
    return Plan(
        services={one.code: _service(one) for one in file.services},
        counters={one.number: _counter(file, one) for one in file.counters},
        head_start_ms=_head_starts(file),
        call_pause_ms=_seconds(rules.call_pause_s),
        people={one.id: _person(one) for one in file.people},
        sign_in=bool(file.people) if rules.sign_in is None else rules.sign_in,
        arrival_ms=_seconds(rules.arrival_s),
        recalls_max=rules.recalls_max,
        no_show=_no_show(rules),
        rating_ms=_seconds(rules.rating_s) if rates else 0,
        results={one.code: _result(one) for one in file.results},
        reasons={name: len(getattr(file.reasons, name)) for name in ("special", "transfer", "absence", "refused")},
        paperless=rules.paperless,
        lock_ms=_minutes(rules.lock_min),
        appointment_letter=rules.appointment_letter,
        reserve_letter=rules.reserve_letter,
        appointment_late_ms=_minutes(rules.appointment_late_min),
        day_volume=rules.day_volume,
        alerts=_alerts(file),
        self_test_ms=_minutes(file.hours.self_test_min) if file.hours else 0,
        devices=tuple(one.name for one in file.devices),
        report_printer=file.report.printer,
        printing=_printing(file),
        complaints=_complaints(file),
    )


def class_names(file: HallFile) -> dict[str, str]:
    """Return the words of every class, in the order in which keypads count them."""
    names = {klass: words for klass, (words, _minutes) in CLASSES.items()}
    return names | {one.id: one.name or names.get(one.id, one.id) for one in file.classes}


def _head_starts(file: HallFile) -> dict[str, int]:
    shipped = {klass: minutes * MINUTE_MS for klass, (_words, minutes) in CLASSES.items()}
    return {ORDINARY: 0} | shipped | {one.id: one.head_start_min * MINUTE_MS for one in file.classes}


def _service(one: Service) -> ServicePlan:
    return ServicePlan(
        letter=one.code,
        unit=one.unit,
        usual_ms=_minutes(one.minutes),
        real_name=one.real_name,
        materials=one.materials,
        has_guide=one.guide is not None,
    )


def _printing(file: HallFile) -> PrintingPlan:
    rules = file.rules
    printers = [one for one in file.devices if one.kind in ("dispenser", "printer") and one.zone]
    return PrintingPlan(
        neighbours={
            one.name: tuple(other.name for other in printers if other.zone == one.zone and other is not one)
            for one in printers
        },
        jobs_max=rules.jobs_max,
        doubt_ms=_seconds(rules.doubt_s),
        within_ms=_seconds(rules.print_within_s),
    )


def _complaints(file: HallFile) -> ComplaintsPlan:
    table = file.complaints
    return ComplaintsPlan(
        contact_days=table.contact_days, settle_days=table.settle_days, rectify_days=table.rectify_days
    )


def _counter(file: HallFile, counter: Counter) -> CounterPlan:
    every = frozenset(service.code for service in file.services)
    tiers: tuple[frozenset[str], ...] = (frozenset(counter.serves) if counter.serves else every,)
    if counter.then:
        tiers += (frozenset(counter.then) - tiers[0],)
    posts = tuple((who, post) for who, post in ((counter.post_a, "A"), (counter.post_b, "B")) if who)
    return CounterPlan(serves=tiers, posts=posts, automatic=counter.auto, printer=counter.printer)  # type: ignore[arg-type]


def _person(one: Somebody) -> Person:
    return Person(
        kind=one.kind,
        name=one.name,
        qualified=one.qualified,
        services=None if one.services is None else frozenset(one.services),
        supervisor=one.supervisor,
        roles=roles_of(one.kind, one.roles),
    )


def _result(one: Result) -> ResultPlan:
    """A slip whose form nobody has named is that of what the result has."""
    usual = "acceptance" if one.promise else "refusal" if one.reason else "result"
    return ResultPlan(
        reason=one.reason, promises=one.promise, prints=one.print or bool(one.form), form=one.form or usual
    )


def _no_show(rules: RulesTable) -> NoShowPlan:
    return NoShowPlan(
        policy=rules.no_show,
        calls=rules.no_show_calls,
        keep_ms=_minutes(rules.no_show_minutes),
        again=rules.no_show_again,
    )


def _alerts(file: HallFile) -> AlertPlan:
    return AlertPlan(
        average_wait_ms=_minutes(file.alerts.average_wait_min),
        peak_waiting=file.alerts.peak_waiting,
        empty_after_ms=_seconds(file.alerts.empty_after_s),
    )


def _minutes(minutes: float) -> int:
    return round(minutes * MINUTE_MS)


def _seconds(seconds: float) -> int:
    return round(seconds * 1000)
