"""What the managers' pages have in common: a form becomes edits of the hall's file, is shown, saved, can be undone.

A page's action makes a list of edits (`changes`, `element`) and returns ``await change(visit, edits, to=...)``: the
script asks first with ``step=preview`` and shows what would change; then the same form is sent again and saved.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from hub.edits.kinds import Edit, Place, Put, Remove
from hub.edits.permission import may_change, places_in, places_of
from hub.edits.ready import NotChangedError, Prepared
from hub.edits.record import Record, RecordError
from hub.staff.house import Told, refused
from hub.staff.refusals import in_chinese
from hub.staff.visit import Visit

STALE = "内容刚被他人修改过，请刷新页面，看过后再改"


class Step(Struct, frozen=True, kw_only=True):
    """What every form of these pages has. step: preview, or empty to save. seen: `seal` of what was shown."""

    step: str = ""
    seen: str = ""


class Which(Struct, frozen=True, kw_only=True):
    """made: number of the change of which a page tells, 0: none."""

    made: int = 0


def seal(shown: object) -> str:
    """Return what tells later whether what a form has shown is still so. shown: a Struct of the hall's file, or any."""
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]


def still(form: Step, shown: object) -> None:
    """Raise Told where what a form has shown has changed since; empty: a form that showed nothing."""
    if form.seen and form.seen != seal(shown):
        raise refused(STALE)


def changes(place: Place, present: Struct, wanted: Mapping[str, Any]) -> list[Edit]:
    """Return the edits after which an element of the file has these values, by the names of its Struct.

    What has the value already is left alone; what is to have the value that holds without a line loses its line.
    """
    edits: list[Edit] = []
    for field in msgspec.structs.fields(type(present)):
        if field.name not in wanted or wanted[field.name] == getattr(present, field.name):
            continue
        at, value = (*place, field.encode_name), wanted[field.name]
        edits.append(Remove(at=at) if value == field.default else Put(at=at, value=_plain(value)))
    return edits


def element(kind: type[Struct], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new element has in the file: these values, without those that hold without a line."""
    fields = msgspec.structs.fields(kind)
    return {
        field.encode_name: _plain(wanted[field.name])
        for field in fields
        if field.name in wanted and wanted[field.name] != field.default
    }


def lines(typed: str) -> tuple[str, ...]:
    """Return the lines of a field in which each stands for one, without empty ones."""
    return tuple(one for line in typed.splitlines() if (one := line.strip()))


def _plain(value: Any) -> Any:
    """Values as TOML has them: a whole number of minutes is one, a tuple is a list."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return msgspec.json.decode(msgspec.json.encode(value))


async def change(visit: Visit, edits: Sequence[Edit], *, to: str, step: str = "", done: str = "已保存") -> Told:
    """Show or make a change, and return what came of it; raise Told where it is refused.

    to: the page that tells what was changed, with a button to undo it. step: of the form.
    """
    if not edits:
        raise refused("没有需要保存的修改", 409)
    if not may_change(visit.roles, places_of(edits)):
        raise refused("您没有此项权限", 403)
    editor = visit.house.works.editor
    try:
        if step == "preview":
            return Told(await _preview_words(await editor.preview(edits)))
        made = await editor.change(edits, by=visit.by)
    except NotChangedError as error:
        raise refused(in_chinese(str(error))) from error
    return Told(done, to=f"{to}?made={made.number}")


async def undo(visit: Visit, number: int, *, to: str) -> Told:
    """Take a change back, where whoever asks might make it himself; raise Told where it is refused."""
    editor = visit.house.works.editor
    try:
        record = await editor.texts(number)
    except RecordError as error:
        raise refused(f"没有第{number}次修改的记录", 404) from error
    if not await may_undo(visit, record):
        raise refused("这次修改不在您的权限之内，不能撤销", 403)
    try:
        made = await editor.undo(number, by=visit.by)
    except NotChangedError as error:
        raise refused(in_chinese(str(error))) from error
    return Told("已撤销", to=f"{to}?made={made.number}")


async def may_undo(visit: Visit, record: Record) -> bool:
    """Tell whether whoever asks might take a change back."""
    if not visit.may("changes-undo"):
        return False
    return may_change(visit.roles, await asyncio.to_thread(places_in, record))


async def show(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page of a manager; it tells of the change that its address names. Templates extend manage/page.html."""
    made, is_undoable = None, False
    if number := visit.asked(Which).made:
        with contextlib.suppress(RecordError):
            made = await visit.house.works.editor.texts(number)
            is_undoable = await may_undo(visit, made)
    return visit.page(template, status=status, made=made, is_undoable=is_undoable, seal=seal, **values)


async def _preview_words(ready: Prepared) -> str:
    from hub.edits.prepare import details_of

    return "\n".join(await asyncio.to_thread(details_of, ready.before, ready.after))
