"""What the hall makes public on its screen: pages with version and day (M21), the code (S15), the safety sign (M3)."""

from datetime import date
from typing import Any

import msgspec
from starlette.responses import Response

from hub.clock import local
from hub.edits.kinds import Add, Edit, Put, Remove
from hub.edits.summary import VALUES
from hub.screen_file import ORDER, PublicPage, QrTable, ScreenTable, Slot
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.pages.manage.pending import Asked, pending, prepare, publish
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

NEW = "new"
SLOTS = VALUES["order"]


class Written(common.Step, frozen=True, kw_only=True):
    """A page. at: its place from 1, as in its address; new: one more. lines: one in each line."""

    at: str
    title: str
    lines: str
    version: str = ""
    effective: str = ""


class Gone(common.Step, frozen=True, kw_only=True):
    """A page that is not public any more."""

    at: str


class Others(common.Step, frozen=True, kw_only=True):
    """What else takes turns. qr_text: empty, no code of its own. shown: kinds of pages."""

    qr_text: str = ""
    qr_label: str = ""
    qr_dwell_s: float = 20.0
    safety_sign: str = ""
    dwell_s: float = 12.0
    shown: tuple[Slot, ...] = ()


async def show(visit: Visit) -> Response:
    """Return the list of pages; with the screen as it would be where something waits to be published."""
    waiting = pending(visit, "pages") if visit.asked(Asked).draft else None
    table = visit.house.hall.file.screen
    shown = waiting.ready.hall.file.screen if waiting else table
    return await common.show(
        visit,
        "manage/screen_pages.html",
        pages=table.pages,
        table=shown,
        qr=shown.qr,
        waiting=waiting,
        slots=SLOTS,
        seen=common.seal(_without_pages(table)),
        supervision=visit.house.hall.file.ticket.supervision,
    )


async def show_one(visit: Visit) -> Response:
    """Return one page to be written."""
    at = visit.request.path_params["at"]
    page = None if at == NEW else _page(visit, at)
    return await common.show(visit, "manage/screen_page.html", at=at, page=page, today=f"{_today(visit)}")


async def preview(visit: Visit) -> Told:
    """See a page on the screen before it is public."""
    form = await visit.form(Written)
    known = None if form.at == NEW else _page(visit, form.at)
    if known:
        common.still(form, known)
    wanted = _wanted(form, known, _today(visit))
    others = [one.title for one in visit.house.hall.file.screen.pages if one != known]
    if wanted["title"] in others:
        raise refused(f"已有公示页“{wanted['title']}”，请换一个标题")
    edits: list[Edit]
    if known:
        edits = common.changes(("screen", "pages", known.title), known, wanted)
        edits.sort(key=lambda edit: isinstance(edit, Put) and edit.at[-1] == "title")  # the place is named by it
    else:
        edits = [Add(to=("screen", "pages"), value=common.element(PublicPage, wanted))]
    return await prepare(visit, "pages", edits, first=wanted["title"])


async def remove(visit: Visit) -> Told:
    """See the screen without a page."""
    form = await visit.form(Gone)
    known = _page(visit, form.at)
    common.still(form, known)
    return await prepare(visit, "pages", [Remove(at=("screen", "pages", known.title))])


async def others(visit: Visit) -> Told:
    """See the screen with another code, sign or turn."""
    form, table = await visit.form(Others), visit.house.hall.file.screen
    common.still(form, _without_pages(table))
    kept = [one for one in table.order if one in form.shown]
    order = (*kept, *(one for one in ORDER if one in form.shown and one not in kept))
    wanted = {"dwell_s": form.dwell_s, "order": order, "safety_sign": form.safety_sign.strip()}
    return await prepare(visit, "pages", [*common.changes(("screen",), table, wanted), *_code(form, table)], first="qr")


async def save(visit: Visit) -> Told:
    """Have all screens show it."""
    return await publish(visit, "pages")


def _code(form: Others, table: ScreenTable) -> list[Edit]:
    """The code's table comes and goes with its text."""
    text = form.qr_text.strip()
    wanted = {"text": text, "label": form.qr_label.strip() or QrTable(text="x").label, "dwell_s": form.qr_dwell_s}
    if table.qr and text:
        return common.changes(("screen", "qr"), table.qr, wanted)
    if table.qr:
        return [Remove(at=("screen", "qr"))]
    return [Put(at=("screen", "qr"), value=common.element(QrTable, wanted))] if text else []


def _wanted(form: Written, known: PublicPage | None, today: date) -> dict[str, Any]:
    """A page that is called otherwise is another one to whoever counts versions, so it is counted on here."""
    from hub.edits.versions import next_version

    version, effective = form.version.strip(), form.effective or f"{today}"
    title = form.title.strip()
    if known is None or not version:
        version = version or next_version(known.version if known else "", today.year)
    elif title != known.title and version == known.version:
        version, effective = next_version(version, today.year), f"{today}"
    return {"title": title, "lines": common.lines(form.lines), "version": version, "effective": effective}


def _page(visit: Visit, at: str) -> PublicPage:
    pages = visit.house.hall.file.screen.pages
    if not (at.isascii() and at.isdecimal() and 1 <= int(at) <= len(pages)):
        raise refused("没有这个公示页，可能刚被他人删除", 404)
    return pages[int(at) - 1]


def _without_pages(table: ScreenTable) -> ScreenTable:
    return msgspec.structs.replace(table, pages=(), notices=(), welcome="")


def _today(visit: Visit) -> date:
    return local(visit.house.clock.now(), visit.house.hall.zone).date()


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/screen-pages", permission="pages", show=show, menu="公示页"),
    Page(path="/staff/screen-pages/{at}", permission="pages", show=show_one),
    Action(path="/staff/screen-pages/preview", permission="pages", do=preview),
    Action(path="/staff/screen-pages/remove", permission="pages", do=remove),
    Action(path="/staff/screen-pages/others", permission="pages", do=others),
    Action(path="/staff/screen-pages/save", permission="pages", do=save),
)
