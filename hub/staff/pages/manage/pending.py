"""What will be on the hall screen is looked at before it is saved: edits that wait for their 发布, one set a page."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from hub.edits.kinds import Edit
from hub.edits.permission import may_change, places_of
from hub.edits.ready import NotChangedError, Prepared
from hub.staff.house import Told, refused
from hub.staff.pages.manage.common import STALE, change
from hub.staff.refusals import in_chinese
from hub.staff.visit import Visit


class Pending(Struct, frozen=True, kw_only=True):
    """Edits that were found sound. words: what they change, line by line. first: public page to be looked at first."""

    edits: tuple[Edit, ...]
    ready: Prepared
    words: tuple[str, ...]
    first: str = ""


class Asked(Struct, frozen=True, kw_only=True):
    """draft: whether what waits is shown."""

    draft: str = ""


def pending(visit: Visit, page: str) -> Pending | None:
    """Return what this person has waiting at a page, None: nothing."""
    return visit.house.drafts.get(visit.by, page, Pending)


async def prepare(visit: Visit, page: str, edits: Sequence[Edit], *, first: str = "") -> Told:
    """Keep edits until they are saved, and lead to the page that shows them; raise Told where they cannot be made."""
    if not edits:
        raise refused("没有需要保存的修改")
    if not may_change(visit.roles, places_of(edits)):
        raise refused("您没有此项权限", 403)
    from hub.edits.prepare import details_of

    try:
        ready = await visit.house.works.editor.preview(edits)
    except NotChangedError as error:
        raise refused(in_chinese(str(error))) from error
    words = await asyncio.to_thread(details_of, ready.before, ready.after)
    visit.house.drafts.put(visit.by, page, Pending(edits=tuple(edits), ready=ready, words=tuple(words), first=first))
    return Told("", to=f"/staff/screen-{page}?draft=1")


async def publish(visit: Visit, page: str) -> Told:
    """Save what waits, as it was looked at; raise Told where it is not there any more, or the file has moved on."""
    found = pending(visit, page)
    if found is None:
        raise refused("没有待发布的内容，请先预览")
    if found.ready.before != visit.house.hall.text:
        visit.house.drafts.drop(visit.by, page)
        raise refused(STALE)
    told = await change(visit, found.edits, to=f"/staff/screen-{page}", done="已发布，综合屏随即更新")
    visit.house.drafts.drop(visit.by, page)
    return told
