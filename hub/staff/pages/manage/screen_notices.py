"""What runs along the foot of the hall screen, and its welcome (M47, S27): looked at on the screen, then published."""

from msgspec import Struct
from starlette.responses import Response

from hub.staff.house import Told
from hub.staff.pages.manage import common
from hub.staff.pages.manage.pending import Asked, pending, prepare, publish
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit


class Notices(Struct, frozen=True, kw_only=True):
    """notices: one in each line. seen: seal of what the form has shown."""

    notices: str = ""
    welcome: str = ""
    seen: str = ""


async def show(visit: Visit) -> Response:
    """Return the page; with the screen as it would be where something waits to be published."""
    waiting = pending(visit, "notices") if visit.asked(Asked).draft else None
    table = (waiting.ready.hall if waiting else visit.house.hall).file.screen
    now = visit.house.hall.file.screen
    return await common.show(
        visit, "manage/screen_notices.html", table=table, waiting=waiting, seen=common.seal((now.notices, now.welcome))
    )


async def preview(visit: Visit) -> Told:
    """See what the screen would show."""
    form, table = await visit.form(Notices), visit.house.hall.file.screen
    common.still(common.Step(seen=form.seen), (table.notices, table.welcome))
    wanted = {"notices": common.lines(form.notices), "welcome": form.welcome.strip()}
    return await prepare(visit, "notices", common.changes(("screen",), table, wanted))


async def save(visit: Visit) -> Told:
    """Have all screens show it."""
    return await publish(visit, "notices")


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/screen-notices", permission="notices", show=show, menu="滚动通知"),
    Action(path="/staff/screen-notices/preview", permission="notices", do=preview),
    Action(path="/staff/screen-notices/save", permission="notices", do=save),
)
