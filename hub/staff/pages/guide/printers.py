"""At which printer a guide's papers come out: the one that he has chosen on his tablet, with what is wrong there."""

from msgspec import Struct

from hub.config import Hall
from hub.rules.alerts import PRINTER_WRONG
from hub.rules.device_report import NEAR_END
from hub.rules.state import State
from hub.staff.house import refused
from hub.staff.visit import Visit
from hub.words import PRINTERS

COOKIE = "lintel_guide_printer"
"""Of the browser's session: a tablet goes on with its printer until it is closed."""


class PrinterNow(Struct, frozen=True, kw_only=True):
    """A printer of the hall. words: how it is. kind: well, warn or wrong."""

    name: str
    place: str
    words: str
    kind: str
    chosen: bool


def printers_of(hall: Hall) -> list[str]:
    """Return the devices that can print a ticket; those that a guide's desk names come first."""
    usual = [one.prints or one.name for one in hall.devices if one.kind == "guide"]
    every = [one.name for one in hall.devices if one.kind in ("dispenser", "printer")]
    return [one for one in dict.fromkeys((*usual, *every)) if one in hall.boards and hall.boards[one].printer]


def chosen(visit: Visit, named: str = "") -> str:
    """Return the printer that was named, was chosen before, or is the usual one; raise Told where there is none."""
    known = printers_of(visit.house.hall)
    if named and named not in known:
        raise refused("没有这台打印机，请重新选择", 400)
    kept = visit.request.cookies.get(COOKIE, "")
    found = named or (kept if kept in known else next(iter(known), ""))
    if not found:
        raise refused("本厅没有可用的打印机")
    return found


def printers_now(visit: Visit, named: str = "") -> list[PrinterNow]:
    """Return all of them; none where the hall has none."""
    hall, state = visit.house.hall, visit.house.state
    known = printers_of(hall)
    here = chosen(visit, named) if known else ""
    return [_printer(hall, state, name, name == here) for name in known]


def _printer(hall: Hall, state: State, name: str, is_chosen: bool) -> PrinterNow:
    report = state.report(name)
    wrong = report.alerts.get("printer", "")
    words, kind = "正常", "well"
    if report.state != "ready":
        words, kind = "未连接", "wrong"
    elif wrong:
        words = PRINTERS[PRINTER_WRONG.index(wrong)] if wrong in PRINTER_WRONG else wrong
        kind = "warn" if wrong == NEAR_END else "wrong"
    return PrinterNow(name=name, place=hall.place_of(name), words=words, kind=kind, chosen=is_chosen)
