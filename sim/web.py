"""The simulated hall as a page: one stream of changes out, presses and faults in; for this machine only."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hub.web.hosted import HostedServer
from sim.acts import FaultAct, HallAct, HubAct, KeyAct, ShownHall, SlipAct
from sim.errors import HallStartError, SimError
from sim.loopback import LoopbackOnly

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"
BODY_BYTES = 1_024
BEAT_S = 4.0
"""The page takes the stream for lost after three beats of silence."""
HOLD_LIMIT_S = 5.0
"""A key is let go after this time, because the page that holds it may be gone."""

T = TypeVar("T")


class PageError(SimError, OSError):
    """The page cannot be served; the sentence says what to do."""


class Page:
    """The page of one hall, served at ``url`` between `start` and `close`."""

    def __init__(self, hall: ShownHall) -> None:
        self._hall = hall
        self._sock: socket.socket | None = None
        self._holds: dict[KeyAct, asyncio.Task[None]] = {}
        self._hosted: HostedServer | None = None
        self._closing = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> "Page":
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    def listen(self, port: int = 0, *, others: int = 0) -> None:
        """Take the port, or the first free one of so many others after it; 0 takes any. Raise PageError if none is."""
        for candidate in range(port, port + others + 1):
            with contextlib.suppress(OSError):
                self._sock = socket.create_server((HOST, candidate))
                break
        if not self._sock:
            raise PageError(f"port {port} of {HOST} is taken; end the program that has it, or name another with --port")
        self.url = f"http://{HOST}:{self._sock.getsockname()[1]}/"

    async def start(self) -> None:
        """Serve; without `listen` before it, on any free port."""
        if not self._sock:
            self.listen()
        sock, self._sock = self._sock, None
        if not sock:
            return
        self._hosted = HostedServer(LoopbackOnly(self._application(), port=sock.getsockname()[1]), sock)
        self._hosted.start()

    async def close(self) -> None:
        """End all streams and stop listening; may be called twice."""
        self._closing.set()
        if self._sock:
            self._sock.close()
            self._sock = None
        if self._hosted:
            await self._hosted.close()
            self._hosted = None
        holds = list(self._holds.values())
        for hold in holds:
            hold.cancel()
        await asyncio.gather(*holds, return_exceptions=True)

    def _application(self) -> Starlette:
        posts: dict[str, Callable[[Request], Awaitable[None]]] = {
            "/press": self._press,
            "/down": self._down,
            "/up": self._up,
            "/fault": self._fault,
            "/take": self._take,
            "/discard": self._discard,
            "/hub": self._hub,
            "/trouble": self._trouble,
        }
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/stream", self._stream),
                Route("/slips/{slip:int}.png", self._slip),
                Route("/spoken/{device}/{number:int}.wav", self._spoken),
                Mount("/page", StaticFiles(directory=PAGE)),
                *(Route(path, _guarded(act), methods=["POST"]) for path, act in posts.items()),
            ]
        )

    async def _index(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def _stream(self, _request: Request) -> Response:
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        news = self._hall.watch()
        closing = asyncio.create_task(self._closing.wait())
        coming = asyncio.ensure_future(anext(news, None))
        try:
            while not closing.done():
                await asyncio.wait({coming, closing}, timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    yield b"event: beat\ndata:\n\n"
                    continue
                thing = coming.result()
                if thing is None:
                    return
                yield b"data: " + msgspec.json.encode(thing) + b"\n\n"
                coming = asyncio.ensure_future(anext(news, None))
        finally:
            coming.cancel()
            closing.cancel()
            await asyncio.gather(coming, closing, return_exceptions=True)

    async def _slip(self, request: Request) -> Response:
        try:
            picture = self._hall.slip_png(request.path_params["slip"])
        except LookupError as error:
            return PlainTextResponse(_words(error), 404)
        return Response(picture, media_type="image/png", headers={"Cache-Control": "max-age=3600"})

    async def _spoken(self, request: Request) -> Response:
        try:
            sound = self._hall.spoken_wav(request.path_params["device"], request.path_params["number"])
        except (LookupError, OSError) as error:
            return PlainTextResponse(_words(error), 404)
        return Response(sound, media_type="audio/wav", headers={"Cache-Control": "no-store"})

    async def _press(self, request: Request) -> None:
        act = await _body(request, KeyAct)
        await self._hall.press(act.device, act.key)

    async def _down(self, request: Request) -> None:
        act = await _body(request, KeyAct)
        await self._hall.down(act.device, act.key)
        if act not in self._holds:
            self._holds[act] = asyncio.create_task(self._let_go(act))

    async def _up(self, request: Request) -> None:
        act = await _body(request, KeyAct)
        if hold := self._holds.pop(act, None):
            hold.cancel()
        await self._hall.up(act.device, act.key)

    async def _let_go(self, act: KeyAct) -> None:
        await asyncio.sleep(HOLD_LIMIT_S)
        self._holds.pop(act, None)
        await self._hall.up(act.device, act.key)

    async def _fault(self, request: Request) -> None:
        act = await _body(request, FaultAct)
        await self._hall.fault(act.device, act.what, act.on)

    async def _trouble(self, request: Request) -> None:
        await self._hall.trouble(await _body(request, HallAct))

    async def _take(self, request: Request) -> None:
        self._hall.take((await _body(request, SlipAct)).slip)

    async def _discard(self, request: Request) -> None:
        self._hall.discard((await _body(request, SlipAct)).slip)

    async def _hub(self, request: Request) -> None:
        running = (await _body(request, HubAct)).running
        await (self._hall.start_hub() if running else self._hall.kill_hub())


async def _body(request: Request, kind: type[T]) -> T:
    """Return the request's JSON; raise ValueError where it is too large or not of that kind."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > BODY_BYTES:
            raise ValueError(f"more than {BODY_BYTES} bytes")
    return msgspec.json.decode(data, type=kind)


def _guarded(act: Callable[[Request], Awaitable[None]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer 204 when the act is done, and what was wrong in one sentence otherwise."""

    async def answer(request: Request) -> Response:
        try:
            await act(request)
        except LookupError as error:
            return PlainTextResponse(_words(error), 404)
        except HallStartError as error:
            return PlainTextResponse(str(error).splitlines()[-1], 400)  # what the program said last is why
        except (ValueError, OSError) as error:
            return PlainTextResponse(_words(error), 400)
        return Response(status_code=204)

    return answer


def _words(error: Exception) -> str:
    return str(error.args[0] if error.args else error)
