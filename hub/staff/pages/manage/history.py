"""What was changed in the hall's file, by whom and when; taking it back; taking what was written by hand (M44)."""

import asyncio
from collections.abc import Iterable

from msgspec import Struct
from starlette.responses import Response

from hub.edits.ready import NotChangedError
from hub.edits.record import KEPT_MAX, Made, RecordError, read_text
from hub.staff.house import Told, refused
from hub.staff.pages.manage.common import may_undo, show, undo
from hub.staff.refusals import in_chinese
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

LIST = "/staff/changes"
SHOWN_MAX = 100


class Number(Struct, frozen=True, kw_only=True):
    """A change."""

    number: int


async def show_all(visit: Visit) -> Response:
    """Return the latest changes, and whether the file was written by hand since."""
    hall, editor = visit.house.hall, visit.house.works.editor
    try:
        by_hand = await asyncio.to_thread(read_text, hall.path) != hall.text
    except (OSError, UnicodeDecodeError):
        by_hand = True
    history = await editor.history(SHOWN_MAX)
    return await show(visit, "manage/changes.html", history=history, undone=undone(history), by_hand=by_hand)


async def show_one(visit: Visit) -> Response:
    """Return what a change has made of what."""
    from hub.edits.prepare import details_of

    typed = visit.request.path_params["number"]
    try:
        record = await visit.house.works.editor.texts(int(typed) if typed.isdecimal() else 0)
    except RecordError:
        raise refused(f"没有第{typed[:8]}次修改的记录", 404) from None
    details = await asyncio.to_thread(details_of, record.before, record.after)
    is_undone = record.number in undone(await visit.house.works.editor.history(KEPT_MAX))
    can = not is_undone and await may_undo(visit, record)
    return await show(visit, "manage/change.html", one=record, details=details, can=can)


def undone(history: Iterable[Made]) -> set[int]:
    """Return the changes that were taken back, unless that was taken back too. history: the latest first."""
    found: set[int] = set()
    for one in history:
        if one.undoes and one.number not in found:
            found.add(one.undoes)
    return found


async def take_back(visit: Visit) -> Told:
    """Undo a change that whoever asks might make himself."""
    return await undo(visit, (await visit.form(Number)).number, to=LIST)


async def adopt(visit: Visit) -> Told:
    """Take what was written into the file by hand, which the next change or the next start would take anyway."""
    try:
        made = await visit.house.works.editor.adopt()
    except NotChangedError as error:
        raise refused(in_chinese(str(error))) from error
    if made is None:
        raise refused("文件没有手工改动")
    visit.note("changes-undo", f"adopt {made.number}")
    return Told("已采用手工改动", to=f"{LIST}?made={made.number}")


DECLARED: tuple[Declared, ...] = (
    Page(path=LIST, permission="changes-see", show=show_all, menu="修改记录"),
    Page(path="/staff/changes/{number}", permission="changes-see", show=show_one),
    Action(path="/staff/changes/undo", permission="changes-undo", do=take_back),
    Action(path="/staff/changes/adopt", permission="changes-undo", do=adopt),
)
