"""The interface for other systems over HTTP: /api/v1/..., for reading only, with a token; off while nobody has one."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from hub.outside.answers import Problem
from hub.outside.endpoints import ENDPOINTS, Endpoint, NotThereError, Values
from hub.outside.keyring import Keyring
from hub.outside.openapi import document
from hub.outside.present import Present
from hub.outside.tokens import Token
from hub.web.rates import Rates

PREFIX = "/api"
VERSION = "/v1"
PER_S, BURST = 10.0, 60.0
"""Of one token."""
WRONG_PER_S, WRONG_BURST = 1.0, 20.0
"""Of one address without a token that holds."""


class Interface:
    """Answers other systems."""

    def __init__(
        self, present: Callable[[], Present], keyring: Keyring, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """clock: seconds, for how often somebody may ask."""
        self._present = present
        self._keyring = keyring
        self._rates = Rates(per_s=PER_S, burst=BURST, clock=clock)
        self._wrong = Rates(per_s=WRONG_PER_S, burst=WRONG_BURST, clock=clock)
        self._document = b""

    def routes(self) -> list[Mount]:
        """Return where the interface is."""
        routes = [Route(VERSION + one.path, self._answering(one), methods=["GET"]) for one in ENDPOINTS]
        routes.append(Route(f"{VERSION}/openapi.json", self._openapi, methods=["GET"]))
        inner = Starlette(routes=routes, exception_handlers={HTTPException: _problem_of, Exception: _failed})
        inner.router.redirect_slashes = False
        return [Mount(PREFIX, inner)]

    def _answering(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        return partial(self._answer, endpoint)

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response:
        token = self._token(request)
        if wait_s := self._rates.wait_s(token.sha256):
            raise _too_often(wait_s)
        self._rates.spend(token.sha256)
        if endpoint.scope not in token.scopes:
            raise HTTPException(403, f"the token {token.name} is not for {endpoint.scope}; make another one")
        present, values = self._present(), _values(endpoint, request)
        self._keyring.use(token, present.now)
        try:
            found = await endpoint.make(present, values)
        except NotThereError as error:
            raise HTTPException(404, str(error)) from None
        return Response(msgspec.json.encode(found), media_type="application/json")

    async def _openapi(self, _request: Request) -> Response:
        self._check_open()
        if not self._document:
            self._document = await asyncio.to_thread(lambda: msgspec.json.encode(document()))
        return Response(self._document, media_type="application/json")

    def _token(self, request: Request) -> Token:
        """Return whose token this is; raise HTTPException where it does not hold."""
        self._check_open()
        scheme, _, written = request.headers.get("authorization", "").partition(" ")
        token = self._keyring.token(written.strip()) if scheme.lower() == "bearer" else None
        if token is not None:
            return token
        who = request.client.host if request.client else ""
        if wait_s := self._wrong.wait_s(who):
            raise _too_often(wait_s)
        self._wrong.spend(who)
        raise HTTPException(401, "show a token: Authorization: Bearer lintel_...", {"WWW-Authenticate": "Bearer"})

    def _check_open(self) -> None:
        if self._keyring.is_empty:
            raise HTTPException(404, "the interface is off, for nobody has a token; lintel token makes one")


def _values(endpoint: Endpoint, request: Request) -> Values:
    """Return what was given with an address; raise HTTPException where it is not what the address takes."""
    query = request.query_params.multi_items()
    names = [name for name, _ in query]
    takes = {one.name: one for one in endpoint.takes}
    known = [name for name, one in takes.items() if one.place == "query"]
    for name in names:
        if name not in known or names.count(name) > 1:
            said = f"takes {', '.join(known)}, each once" if known else "takes nothing"
            raise HTTPException(400, f"{name[:40]}: {endpoint.path} {said}")
    found = {}
    for name, written in (*request.path_params.items(), *query):
        try:
            found[name] = msgspec.convert(written, takes[name].kind, strict=False)
        except msgspec.ValidationError as error:
            status = 400 if takes[name].place == "query" else 404
            raise HTTPException(status, f"{name}: {error}") from None
    return found


def _too_often(wait_s: int) -> HTTPException:
    return HTTPException(429, f"asked too often; wait {wait_s} s", {"Retry-After": str(wait_s)})


async def _problem_of(_request: Request, error: Exception) -> Response:
    """Say why there is no answer, as RFC 9457 has it."""
    if not isinstance(error, HTTPException):
        return await _failed(_request, error)
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else _USUAL.get(error.status_code, title)
    return _problem(Problem(title=title, status=error.status_code, detail=detail), dict(error.headers or {}))


async def _failed(_request: Request, _error: Exception) -> Response:
    return _problem(Problem(title="Internal Server Error", status=500, detail="see the hub's log"), {})


def _problem(problem: Problem, headers: dict[str, str]) -> Response:
    data = msgspec.json.encode(problem)
    return Response(data, problem.status, headers, media_type="application/problem+json")


_USUAL = {404: "no such address; /api/v1/openapi.json has all of them", 405: "this interface is for reading only: GET"}
