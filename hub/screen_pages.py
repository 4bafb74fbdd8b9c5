"""The public pages of the hall screen, which take turns: hours, services, phones, guides, the hall's own, staff, QR."""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct

from hub.clock import local
from hub.config import Hall, Service
from hub.screen_words import GUIDE, as_of, day_words, id_words, week

HOLIDAYS_AHEAD_DAYS = 30
QR_DWELL_S = 20.0


class PersonNow(Struct, frozen=True, kw_only=True):
    """Who sits at a counter (M20). id: 警号. phone: of the office. photo: its address, empty without one."""

    id: str
    name: str
    kind: str
    phone: str
    photo: str


class CounterNow(Struct, frozen=True, kw_only=True):
    """A counter. status: called, serving, idle or paused. ticket: its number, empty without one.

    services: what it does now. absence: why nobody is there, until when, and whom to phone. waiting: whom it may call,
    None while it is paused. arrow: the way there, empty where it is not said.
    """

    number: int
    name: str
    services: tuple[str, ...]
    status: str
    status_words: str
    ticket: str
    absence: tuple[str, ...]
    waiting: int | None
    person: PersonNow | None
    arrow: str


class ServiceNow(Struct, frozen=True, kw_only=True):
    """A service. waiting: people. counters: who does it, 1至3号窗口. unit: whose it is, empty where all is one's."""

    code: str
    name: str
    unit: str
    waiting: int
    counters: str


class BlockNow(Struct, frozen=True, kw_only=True):
    """A piece of a page that stays whole. label: empty for plain text. image: address, empty without one."""

    label: str
    text: str
    image: str = ""


class PageNow(Struct, frozen=True, kw_only=True):
    """A public page. foot: version and date. dwell_ms: how long each of its parts stays."""

    kind: str
    title: str
    blocks: tuple[BlockNow, ...]
    foot: str
    dwell_ms: int


def pages_of(
    hall: Hall, now: int, *, counters: tuple[CounterNow, ...], services: tuple[ServiceNow, ...], present: str
) -> tuple[PageNow, ...]:
    """Return the pages in the hall's order. present: the hall's state and hours in words."""
    made = {
        "hours": _hours(hall, now, present),
        "services": _services(hall, services),
        "phones": _phones(hall),
        "guides": _guides(hall, services),
        "pages": _own(hall),
        "staff": _staff(hall, counters),
        "qr": _qr(hall),
    }
    return tuple(page for slot in hall.file.screen.order for page in made[slot])


def _page(hall: Hall, kind: str, title: str, blocks: list[BlockNow], foot: str | None = None) -> Iterator[PageNow]:
    table = hall.file.screen
    if blocks:
        foot = as_of(table.version, table.effective) if foot is None else foot
        yield PageNow(
            kind=kind, title=title, blocks=tuple(blocks), foot=foot, dwell_ms=round(hall.file.screen.dwell_s * 1000)
        )


def _hours(hall: Hall, now: int, present: str) -> Iterator[PageNow]:
    """办公时间 (M29): the week, the lunch hour, holidays and 调休 that come, and what is now."""
    hours = hall.hours
    if hours is None:
        text = hall.file.ticket.hours
        yield from _page(hall, "hours", "办公时间", [BlockNow(label="", text=text)] if text else [])
        return
    blocks = [BlockNow(label="现在", text=present)]
    blocks += [BlockNow(label=days, text=words) for days, words in week(hours.weekly())]
    if hours.lunch == "tickets":
        blocks.append(BlockNow(label="午间", text="午休不间断"))
    for label, days in (("休息", hours.holidays), ("调休上班", hours.workdays)):
        if coming := _coming(hall, days, now):
            blocks.append(BlockNow(label=label, text="、".join(map(day_words, coming))))
    yield from _page(hall, "hours", "办公时间", blocks)


def _coming(hall: Hall, days: tuple[str, ...], now: int) -> list[str]:
    today = local(now, hall.zone).date()
    last = today + timedelta(days=HOLIDAYS_AHEAD_DAYS)
    return sorted(day for day in days if today.isoformat() <= day <= last.isoformat())


def _services(hall: Hall, services: tuple[ServiceNow, ...]) -> Iterator[PageNow]:
    """办理事项清单 (M50), from the catalogue."""
    blocks = [BlockNow(label=f"{one.code} {one.name}", text=f"{one.unit} {one.counters}".strip()) for one in services]
    yield from _page(hall, "services", "办理事项", blocks)


def _phones(hall: Hall) -> Iterator[PageNow]:
    """Whom to ask, and whom to complain to (M21)."""
    foot = hall.file.ticket
    found = (("咨询电话", foot.enquiry_phone), ("监督投诉电话", foot.complaint_phone))
    yield from _page(hall, "phones", "联系我们", [BlockNow(label=label, text=text) for label, text in found if text])


def _guides(hall: Hall, services: tuple[ServiceNow, ...]) -> Iterator[PageNow]:
    """办事指南: up to eight things of each service (M35)."""
    shown = {one.code for one in services}
    for service in hall.services:
        if service.guide and service.code in shown:
            yield from _guide(hall, service)


def _guide(hall: Hall, service: Service) -> Iterator[PageNow]:
    guide, table = service.guide, hall.file.screen
    found = [(words, getattr(guide, key)) for key, words in GUIDE.items()]
    blocks = [BlockNow(label=label, text=text) for label, text in found if text]
    version = (guide.version if guide else "") or table.version
    effective = (guide.effective if guide else "") or table.effective
    yield from _page(hall, "guide", f"办事指南 {service.name}", blocks, as_of(version, effective))


def _own(hall: Hall) -> Iterator[PageNow]:
    for page in hall.file.screen.pages:
        blocks = [BlockNow(label="", text=line) for line in page.lines]
        yield from _page(hall, "text", page.title, blocks, as_of(page.version, page.effective))


def _staff(hall: Hall, counters: tuple[CounterNow, ...]) -> Iterator[PageNow]:
    """窗口工作人员: who sits where, with photo, number and office phone (M20)."""
    blocks = []
    for one in counters:
        if person := one.person:
            lines = [f"{person.kind} {person.name}", f"{id_words(person.kind)} {person.id}"]
            lines += [f"电话 {person.phone}"] if person.phone else []
            blocks.append(BlockNow(label=f"{one.number}号窗口", text="\n".join(lines), image=person.photo or "none"))
    yield from _page(hall, "staff", "窗口工作人员", blocks, "")


def _qr(hall: Hall) -> Iterator[PageNow]:
    """码上监督 (S15), in a slot of its own that stays long enough."""
    qr = hall.file.screen.qr
    text = qr.text if qr else hall.file.ticket.supervision
    if text:
        dwell_s = max(hall.file.screen.dwell_s, qr.dwell_s if qr else QR_DWELL_S)
        block = BlockNow(label=qr.label if qr else "码上监督", text="请用手机扫码监督评议", image="qr.svg")
        yield PageNow(kind="qr", title=block.label, blocks=(block,), foot="", dwell_ms=round(dwell_s * 1000))
