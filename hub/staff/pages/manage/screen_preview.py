"""The hall screen as it would be after a draft: the very page that citizens see, fed by the prepared hall."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace
from starlette.responses import FileResponse, HTMLResponse, Response

from displays.qr import qr_svg
from hardware.version import VERSION
from hub.config import Hall
from hub.screen import PageNow, ScreenNow, screen, zones_of
from hub.staff.house import refused
from hub.staff.pages.manage.pending import Pending, pending
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit
from hub.web.server import PAGE

PAGES = ("now", "notices", "pages")
"""Whose draft is shown; now: what there is without any."""


async def show(visit: Visit) -> Response:
    """Return the hall screen's own page; what it asks for by relative addresses comes from here."""
    _draft(visit)
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(page.replace('"screen/', '"/screen/'))


async def part(visit: Visit) -> Response:
    """Return what the page asks for: the snapshot, the code, the sign."""
    parts: dict[str, Callable[[Visit], Response]] = {"events": _events, "qr.svg": _qr, "sign": _sign}
    found = parts.get(visit.request.path_params["part"])
    if found is None:
        raise refused("没有这个页面", 404)
    return found(visit)


async def photo(visit: Visit) -> Response:
    """Return the photo of somebody who is on the screen."""
    _found, hall = _draft(visit)
    person = hall.person(visit.request.path_params["person"])
    return _picture(hall, person.photo if person else "")


def _events(visit: Visit) -> Response:
    """One snapshot, and the end: the page asks again by itself, so nobody has to watch over an open stream."""
    draft, hall = _draft(visit)
    zone = visit.request.query_params.get("zone", "")
    now = visit.house.clock.now()
    shown = screen(hall, visit.house.state, now, version=VERSION, zone=zone if zone in zones_of(hall) else "")
    data = msgspec.json.encode(_turned(shown, draft.first if draft else ""))
    return Response(b"data: " + data + b"\n\n", media_type="text/event-stream")


def _turned(shown: ScreenNow, first: str) -> ScreenNow:
    """The pages take turns in a ring; whoever has changed one need not wait for it."""
    at = next((at for at, one in enumerate(shown.pages) if _is(one, first)), 0)
    return replace(shown, pages=(*shown.pages[at:], *shown.pages[:at]))


def _is(page: PageNow, first: str) -> bool:
    return page.kind == first or (page.kind == "text" and page.title == first)


def _qr(visit: Visit) -> Response:
    _found, hall = _draft(visit)
    table = hall.file.screen.qr
    text = table.text if table else hall.file.ticket.supervision
    if not text:
        raise refused("没有监督码", 404)
    return Response(qr_svg(text), media_type="image/svg+xml")


def _sign(visit: Visit) -> Response:
    _found, hall = _draft(visit)
    return _picture(hall, hall.file.screen.safety_sign)


def _picture(hall: Hall, name: str) -> Response:
    """Answer with a picture that the hall's file names."""
    path = hall.path.parent / name
    if not name or not path.is_file():
        raise refused("没有这张图片", 404)
    return FileResponse(path)


def _draft(visit: Visit) -> tuple[Pending | None, Hall]:
    name = visit.request.path_params["of"]
    if name not in PAGES:
        raise refused("没有这个页面", 404)
    found = pending(visit, name)
    return found, found.ready.hall if found else visit.house.hall


_AT = "/staff/screen-preview/{of}"
DECLARED: tuple[Declared, ...] = (
    Page(path=f"{_AT}/", permission="screen-preview", show=show),
    Page(path=f"{_AT}/{{part}}", permission="screen-preview", show=part, by_itself=True),
    Page(path=f"{_AT}/photos/{{person}}", permission="screen-preview", show=photo, by_itself=True),
)
