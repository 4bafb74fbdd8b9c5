"""Lets nobody but this machine's own pages at the page of a simulated hall."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class LoopbackOnly:
    """Refuses requests with another host's name (DNS rebinding) or from another site's page, and sets the headers."""

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in NAMES}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 403."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        app = self._app if self._is_own(Headers(scope=scope), scope["method"]) else _REFUSAL
        await app(scope, receive, send_with_headers)

    def _is_own(self, headers: Headers, method: str) -> bool:
        if headers.get("host") not in self._hosts:
            return False
        if method in ("GET", "HEAD"):
            return headers.get("sec-fetch-site") in (None, "none", "same-origin")
        origin = headers.get("origin")
        is_json = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
        return is_json and (origin is None or origin in self._origins)


_REFUSAL = PlainTextResponse("only pages of this simulated hall, on this machine, are answered", 403)
