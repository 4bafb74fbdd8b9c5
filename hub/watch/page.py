"""GET /metrics: for a monitoring system with a token of the scope `metrics`, and for this computer itself."""

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hub.outside.keyring import Keyring
from hub.watch.watched import Watched
from hub.web.headers import METRICS
from hub.web.rates import Rates
from hub.within import stays_within

SCOPE = "metrics"
PER_S, BURST = 1.0, 20.0
"""How often one address may ask."""
KIND = "text/plain; version=1.0.0; charset=utf-8"


class MetricsPage:
    """Answers who watches. clock: seconds."""

    def __init__(self, watched: Watched, keyring: Keyring, clock: Callable[[], float] = time.monotonic) -> None:
        self._watched = watched
        self._keyring = keyring
        self._rates = Rates(per_s=PER_S, burst=BURST, clock=clock)

    def route(self) -> Route:
        """Return where the page is."""
        return Route(METRICS, self._answer, methods=["GET"])

    async def _answer(self, request: Request) -> Response:
        who = request.client.host if request.client else ""
        if wait_s := self._rates.wait_s(who):
            return PlainTextResponse(f"asked too often; wait {wait_s} s\n", 429, {"Retry-After": str(wait_s)})
        self._rates.spend(who)
        if not stays_within(who) and (refusal := self._refusal(request)):
            return refusal
        now = await asyncio.to_thread(self._watched.now)
        metrics = await asyncio.to_thread(_load)
        return Response(metrics(self._watched, now), media_type=KIND)

    def _refusal(self, request: Request) -> Response | None:
        """Return why somebody else's computer gets nothing, None where it shows a token for this."""
        scheme, _, written = request.headers.get("authorization", "").partition(" ")
        token = self._keyring.token(written.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            words = f"show a token of the scope {SCOPE}; lintel token makes one\n"
            return PlainTextResponse(words, 401, {"WWW-Authenticate": "Bearer"})
        if SCOPE not in token.scopes:
            return PlainTextResponse(f"the token {token.name} is not for {SCOPE}; make another one\n", 403)
        self._keyring.use(token, self._watched.clock.now())
        return None


def _load() -> Callable[..., bytes]:
    from hub.watch.metrics import metrics_text  # 1 MB, which a hall that nobody watches need not have

    return metrics_text
