"""One ticket, found by its number: where it stands, and everything that a guide can do with it (lost ones too)."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from hub.fields import NUMBER_DIGITS
from hub.rules import commands
from hub.rules.state import State, Ticket
from hub.staff.house import Told, refused
from hub.staff.pages.guide.desk import BY_THEMSELVES, classes_of
from hub.staff.pages.guide.printers import chosen, printers_now
from hub.staff.pages.guide.showing import ticket_now
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit

FOUND_MAX = 30


class Sought(Struct, frozen=True, kw_only=True):
    """A number as it is typed: A012, a12, or 12 of any service."""

    number: str = ""


class OfNumber(Struct, frozen=True, kw_only=True):
    """What a button of a ticket sends. klass: where a class is given. printer: where a copy is wanted."""

    number: str = ""
    klass: str = ""
    printer: str = ""


async def show(visit: Visit) -> Response:
    """Return the page of a number, the choice where several could be meant, or that there is none."""
    sought = visit.asked(Sought).number.strip()
    found = find(visit.house.state, sought)
    if len(found) == 1:
        return visit.page("guide/ticket.html", **_of(visit, found[0]))
    hall, state = visit.house.hall, visit.house.state
    rows = [ticket_now(hall, state, one) for one in found[:FOUND_MAX]]
    return visit.page("guide/found.html", sought=sought, found=rows)


def find(state: State, sought: str) -> list[Ticket]:
    """Return the tickets of today that a number could mean: one where it has a letter, else one for each letter."""
    typed = _plain(sought)
    letter, digits = typed.rstrip("0123456789"), typed.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits.isdecimal() or letter + digits != typed:
        return []
    count = digits.lstrip("0").zfill(NUMBER_DIGITS)
    if letter:
        ticket = state.by_number.get(f"{letter}{count}")
        return [ticket] if ticket else []
    return [one for number, one in sorted(state.by_number.items()) if number[1:] == count]


def _plain(typed: str) -> str:
    """Full-width letters and digits, as Chinese keyboards type them, are those of the tickets."""
    half = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in typed)
    return half.upper().replace(" ", "").replace("-", "")


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on the page of a ticket."""
    found = find(visit.house.state, visit.asked(Sought).number)
    return {"ticket": visit.html("guide/one.html", **_of(visit, found[0]))} if len(found) == 1 else {}


def _of(visit: Visit, ticket: Ticket) -> dict[str, Any]:
    hall, state = visit.house.hall, visit.house.state
    printers = printers_now(visit)
    return {
        "one": ticket_now(hall, state, ticket),
        "classes": classes_of(hall),
        "printers": printers,
        "printer": next((one.name for one in printers if one.chosen), ""),
    }


def _on_number(make: Callable[[Visit, OfNumber], commands.Command], words: str) -> Callable[[Visit], Awaitable[Told]]:
    """Return an action upon a ticket; words: what is said when it is done, with {number}."""

    async def do(visit: Visit) -> Told:
        form = await visit.form(OfNumber)
        visit.ask(make(visit, form))
        return Told(words.format(number=form.number))

    return do


def _class(visit: Visit, form: OfNumber) -> commands.Command:
    if form.klass in BY_THEMSELVES or form.klass not in classes_of(visit.house.hall):
        raise refused("请选择类别", 400)
    return commands.GiveClass(number=form.number, klass=form.klass, by=visit.by)


def _copy(visit: Visit, form: OfNumber) -> commands.Command:
    return commands.ReprintTicket(number=form.number, by=visit.by, printer=chosen(visit, form.printer))


_ACTIONS = {
    "vouch": _on_number(lambda visit, form: commands.VouchTicket(number=form.number, by=visit.by), "{number} 已确认"),
    "reprint": _on_number(_copy, "{number} 正在补打"),
    "precheck": _on_number(
        lambda visit, form: commands.MarkPrechecked(number=form.number, by=visit.by), "{number} 已预审"
    ),
    "class": _on_number(_class, "{number} 类别已更改"),
    "confirm": _on_number(
        lambda visit, form: commands.ConfirmClass(number=form.number, by=visit.by), "{number} 类别已核实"
    ),
    "return": _on_number(
        lambda visit, form: commands.ReturnTicket(number=form.number, by=visit.by), "{number} 已返回排队"
    ),
    "cancel": _on_number(lambda visit, form: commands.CancelTicket(number=form.number, by=visit.by), "{number} 已退号"),
}

DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/guide/ticket", permission="guide-see", show=show),
    Stream(path="/staff/guide/ticket/live", permission="guide-see", parts=parts),
    *(Action(path=f"/staff/guide/{name}", permission="guide-tickets", do=do) for name, do in _ACTIONS.items()),
)
