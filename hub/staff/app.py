"""The staff's pages as one application: whatever the modules of pages declare, behind the gate."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hub.staff.first import First
from hub.staff.first_code import FirstCode
from hub.staff.gate import Gate, nobodys_page
from hub.staff.house import House, Told
from hub.staff.live import Live
from hub.staff.pages import DECLARED
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.sessions import Sessions
from hub.staff.signing import Signing
from hub.staff.visit import Visit
from hub.web.closing import until_closed

STATIC = Path(__file__).parent / "static"
Endpoint = Callable[[Request], Awaitable[Response]]


def staff_pages(house: House, closing: asyncio.Event, code: FirstCode) -> Starlette:
    """Return the application. closing: set when all streams have to end. code: of the first start."""
    sessions = Sessions(house.folder / "sessions.json", time.time)
    gate = Gate(house, sessions, [one for one in DECLARED if isinstance(one, Page) and one.menu])
    behind = _Behind(gate, closing)
    return Starlette(
        routes=[
            *Signing(gate).routes(),
            *First(gate, code).routes(),
            *(Route(one.path, behind.endpoint(one), methods=_methods(one)) for one in DECLARED),
            Mount("/staff/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={404: _nothing_here(house), Told: _told(house)},
    )


def _methods(declared: Declared) -> list[str]:
    return ["POST"] if isinstance(declared, Action) else ["GET"]


def _nothing_here(house: House) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, _error: Exception) -> Response:
        return nobodys_page(house, "nothing.html", 404)

    return answer


def _told(house: House) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answer somebody who is not in yet: that he came could not be kept, for example."""

    async def answer(_request: Request, error: Exception) -> Response:
        status = error.status if isinstance(error, Told) else 500
        return nobodys_page(house, "in.html", status, next="/staff", why=str(error))

    return answer


class _Behind:
    """Makes endpoints of what is declared."""

    def __init__(self, gate: Gate, closing: asyncio.Event) -> None:
        self._gate = gate
        self._live = Live(gate)
        self._closing = closing

    def endpoint(self, declared: Declared) -> Endpoint:
        """Return what answers requests for it."""

        async def answer(request: Request) -> Response:
            return await self._gate.pass_on(request, declared, proceed)

        async def proceed(visit: Visit) -> Response:
            if isinstance(declared, Action):
                return visit.answer(await declared.do(visit))
            if isinstance(declared, Stream):
                return self._stream(visit, declared)
            if declared.noted:
                visit.note(declared.permission, visit.request.url.path)
            return await declared.show(visit)

        return answer

    def _stream(self, visit: Visit, stream: Stream) -> Response:
        if self._live.is_full(visit.by):
            return PlainTextResponse("too many pages are open; close one", 503)
        events = until_closed(self._live.events(visit.request, visit.by, stream), self._closing)
        return StreamingResponse(events, media_type="text/event-stream")
