"""What is handed in out of hours (代收, M25), and the guides of services on paper (M35)."""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from hub.clock import local
from hub.config import Hall
from hub.rules import commands
from hub.rules.phase import phase_at
from hub.rules.plan import RECEIVED
from hub.rules.state import State
from hub.screen_words import GUIDE
from hub.staff.house import Told, refused
from hub.staff.pages.guide.printers import chosen, printers_now
from hub.staff.pages.guide.showing import STATES
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit


class OfService(Struct, frozen=True, kw_only=True):
    """A service that was tapped."""

    service: str = ""
    printer: str = ""


class Item(Struct, frozen=True, kw_only=True):
    """Something that was handed in. number: of its ticket, empty before the next opening."""

    service: str
    at: str
    by: str
    number: str = ""
    words: str = ""


async def show(visit: Visit) -> Response:
    """Return the page of what is handed in."""
    return visit.page("guide/received.html", **_now(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    now = _now(visit)
    return {name: visit.html(f"guide/{name}.html", **now) for name in ("hours", "items")}


def _now(visit: Visit) -> dict[str, Any]:
    hall, state = visit.house.hall, visit.house.state
    is_open = phase_at(state, visit.house.clock.now()) == "open"
    return {"is_open": is_open, "kept": kept(hall, state), "given": given(hall, state)}


def kept(hall: Hall, state: State) -> list[Item]:
    """Return what waits for the next opening, the last first."""
    return [_item(hall, one.service, one.at, one.by) for one in reversed(state.received)]


def given(hall: Hall, state: State) -> list[Item]:
    """Return what has become a ticket today."""
    found = [one for one in state.tickets.values() if one.klass == RECEIVED]
    return [_item(hall, one.service, one.taken_at, one.taken_by, one.number, STATES[one.state]) for one in found]


def _item(hall: Hall, service: str, at: int, by: str, number: str = "", words: str = "") -> Item:
    person = hall.person(by)
    name = person.name if person else by
    moment = f"{local(at, hall.zone):%m-%d %H:%M}"
    return Item(service=hall.service_name(service), at=moment, by=name, number=number, words=words)


async def receive(visit: Visit) -> Told:
    """Take something in; it is a ticket at the next opening, with the name of who took it (M25)."""
    form = await visit.form(OfService)
    if not form.service:
        raise refused("请选择业务", 400)
    if phase_at(visit.house.state, visit.house.clock.now()) == "open":
        raise refused("现在是取号时间，请直接取号")
    visit.ask(commands.ReceiveItem(service=form.service, by=visit.by))
    name = visit.house.hall.service_name(form.service)
    return Told(f"已登记代收：{name}。下次开始取号时自动排队")


async def guides(visit: Visit) -> Response:
    """Return the page of the services' guides."""
    printers = printers_now(visit)
    chosen_one = next((one for one in printers if one.chosen), None)
    return visit.page("guide/guides.html", offered=_guides(visit.house.hall), printer=chosen_one)


def _guides(hall: Hall) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return code, name and the fields in words of every service that has a guide."""
    with_guide = [(one, msgspec.structs.asdict(one.guide)) for one in hall.services if one.guide]
    return [
        (one.code, one.name, [(words, fields[name]) for name, words in GUIDE.items() if fields[name]])
        for one, fields in with_guide
    ]


async def print_guide(visit: Visit) -> Told:
    """Print what a service asks and costs (M35)."""
    form = await visit.form(OfService)
    name = chosen(visit, form.printer)
    visit.ask(commands.PrintGuide(device=name, service=form.service, by=visit.by))
    hall = visit.house.hall
    return Told(f"正在打印办事指南：{hall.service_name(form.service)}（{hall.place_of(name)}）")


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/guide/guides", permission="guide-see", show=guides),
    Action(path="/staff/guide/print-guide", permission="guide-take", do=print_guide),
    Page(path="/staff/received", permission="receive", show=show, menu="代收件"),
    Stream(path="/staff/received/live", permission="receive", parts=parts),
    Action(path="/staff/received/add", permission="receive", do=receive),
)
