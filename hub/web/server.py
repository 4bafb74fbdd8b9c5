"""Serves the hall screen: its page, its pictures and one stream of snapshots; inside the hub's loop."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from displays.qr import qr_svg
from hub.config import Hall
from hub.maintenance import DevicesNow
from hub.repelled import Kind
from hub.screen import zones_of
from hub.watch.hub_now import HubNow
from hub.web import trust_page
from hub.web.closing import until_closed
from hub.web.devices_page import devices_page
from hub.web.headers import Guarded, is_staffs
from hub.web.hosted import HostedServer
from hub.web.places import network_of

PAGE = Path(__file__).parents[2] / "displays" / "screen"
SCREENS_MAX = 64
SCREENS_EACH = 24
"""From one address: who opens streams without end leaves the hall its screens."""
PICTURE_HEADERS = {"Cache-Control": "max-age=300"}


class WebError(OSError):
    """The hall screen cannot be served; the sentence says what to do."""


class Source(Protocol):
    """Where snapshots come from; `hub.web.feed.Feed` is one."""

    watchers: int

    def watch(self, zone: str) -> AsyncIterator[bytes]:
        """Yield snapshots of a zone as JSON, the present one first."""


class ScreenServer:
    """The hall screen of one hall, served between `start` and `close`."""

    def __init__(
        self,
        hall: Hall,
        source: Source,
        devices: Callable[[], DevicesNow] | None = None,
        staff: Callable[[asyncio.Event], ASGIApp] | None = None,
        more: Sequence[BaseRoute] = (),
        tls: ssl.SSLContext | None = None,
        ca: bytes | None = None,
        hub: Callable[[], HubNow] | None = None,
        on_repelled: Callable[[Kind], None] = lambda _kind: None,
    ) -> None:
        """devices: how they are now, for the maintainers' page. staff: makes the staff's pages when somebody asks for
        one; it is given what is set when the server closes. None: there are none. more: what else is served. tls: HTTPS
        too, without which the staff's pages are then for this computer alone. ca: PEM of the hall's authority.
        hub: how the hub's computer is; called beside the loop.
        on_repelled: told of every request and connection that is refused.
        """
        self._tls, self._ca, self._on_repelled = tls, ca, on_repelled
        self._staff = staff
        self._more = more
        self._hall = hall
        self._devices, self._hub = devices, hub
        self._source = source
        self._closing = asyncio.Event()
        self._watching: Counter[str] = Counter()
        self._hosted: HostedServer | None = None

    def start(self, host: str, port: int) -> None:
        """Serve at a port; raise WebError where it cannot be had."""
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            sock = socket.create_server((host, port), family=family)
        except OSError as error:
            raise WebError(
                f"port {port} of {host} cannot be served ({error.strerror}); end the program that has it, or name "
                "another in [web] of the hall's file"
            ) from error
        halves = _Halves(self._application(), self._staff_pages)
        guarded = Guarded(halves, has_tls=self._tls is not None, on_repelled=self._on_repelled)
        self._hosted = HostedServer(guarded, sock, self._tls, self._on_repelled)
        self._hosted.start()

    async def close(self) -> None:
        """End all streams and stop listening; may be called twice."""
        self._closing.set()
        if self._hosted:
            await self._hosted.close()

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/events", self._stream),
                Route("/qr.svg", self._qr_picture),
                Route("/sign", self._sign),
                Route("/devices", self._devices_page),
                Route("/photos/{person}", self._photo),
                Route(trust_page.PATH, self._trust),
                Route(trust_page.CERTIFICATE, self._authority),
                *self._more,
                Mount("/screen", StaticFiles(directory=PAGE)),
            ]
        )

    async def _index(self, request: Request) -> Response:
        if refusal := self._no_zone(request):
            return refusal
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _stream(self, request: Request) -> Response:
        if refusal := self._no_zone(request):
            return refusal
        whose = network_of(request.client.host if request.client else "")
        if self._source.watchers >= SCREENS_MAX or self._watching[whose] >= SCREENS_EACH:
            return PlainTextResponse(f"{SCREENS_MAX} screens look already; close one", 503)
        events = until_closed(self._events(request.query_params.get("zone", ""), whose), self._closing)
        return StreamingResponse(events, media_type="text/event-stream")

    def _no_zone(self, request: Request) -> Response | None:
        zone = request.query_params.get("zone", "")
        zones = zones_of(self._hall)
        if not zone or zone in zones:
            return None
        return PlainTextResponse(f"no zone {zone}; the hall's file has {'、'.join(zones) or 'none'}", 404)

    async def _events(self, zone: str, whose: str) -> AsyncIterator[bytes]:
        self._watching[whose] += 1
        try:
            async for snapshot in self._source.watch(zone):
                yield b"data: " + snapshot + b"\n\n"
        finally:
            self._watching[whose] -= 1
            self._watching += Counter()  # forgets who looks no more

    def _staff_pages(self) -> ASGIApp | None:
        return self._staff(self._closing) if self._staff else None

    async def _qr_picture(self, _request: Request) -> Response:
        screen = self._hall.file.screen
        text = screen.qr.text if screen.qr else self._hall.file.ticket.supervision
        if not text:
            return PlainTextResponse("the hall's file has no [screen.qr]", 404)
        return Response(qr_svg(text), media_type="image/svg+xml", headers=PICTURE_HEADERS)

    async def _devices_page(self, _request: Request) -> Response:
        if self._devices is None:
            return PlainTextResponse("no devices are looked after here", 404)
        hub = await asyncio.to_thread(self._hub) if self._hub else None
        return HTMLResponse(devices_page(self._devices(), hub))

    async def _trust(self, _request: Request) -> Response:
        return HTMLResponse(trust_page.trust_page(self._hall.name)) if self._ca else _NO_AUTHORITY

    async def _authority(self, _request: Request) -> Response:
        return Response(self._ca, media_type=trust_page.CERTIFICATE_TYPE) if self._ca else _NO_AUTHORITY

    async def _sign(self, _request: Request) -> Response:
        return self._picture(self._hall.file.screen.safety_sign)

    async def _photo(self, request: Request) -> Response:
        person = self._hall.person(request.path_params["person"])
        return self._picture(person.photo if person else "")

    def _picture(self, name: str) -> Response:
        """Answer with a picture that the hall's file names; nothing else of the folder can be asked for."""
        path = self._hall.path.parent / name
        if not name or not path.is_file():
            return PlainTextResponse("no such picture", 404)
        return FileResponse(path, headers=PICTURE_HEADERS)


_NO_AUTHORITY = PlainTextResponse("these pages need no certificate of the hall's own authority", 404)


class _Halves:
    """The pages for everybody, and those of the staff, which are made when somebody asks for the first of them."""

    def __init__(self, public: ASGIApp, make_staffs: Callable[[], ASGIApp | None]) -> None:
        self._public = public
        self._make_staffs = make_staffs
        self._staffs: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_staffs(scope["path"]):
            self._staffs = self._staffs or self._make_staffs()
        app = self._staffs if self._staffs and is_staffs(scope["path"]) else self._public
        await app(scope, receive, send)
