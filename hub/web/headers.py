"""Lets a browser do no more with the hub's pages than show them; only the staff's may be sent more than a number."""

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.progress_codes import PATH
from hub.repelled import Kind
from hub.web.in_the_clear import STRICT, is_from_within, must_be_hidden, refusal

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


STAFF = "/staff"
STAFF_HEADERS = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'"),
    "Referrer-Policy": "same-origin",
}
CITIZEN_HEADERS = STAFF_HEADERS | {"Referrer-Policy": HEADERS["Referrer-Policy"]}
CALL_BACK = "/call-back"
"""The end of the one address outside the staff's pages to which something may be sent: a phone number (S18)."""
CALL_BACK_BYTES = 2048
PREVIEW = "/staff/screen-preview"
"""The hall screen as a draft would make it: the one page that others of the staff's pages may show within them."""
SHOWING_HEADERS = STAFF_HEADERS | {
    "Content-Security-Policy": f"{STAFF_HEADERS['Content-Security-Policy']}; frame-src 'self'",
}
PREVIEW_HEADERS = STAFF_HEADERS | {
    "Content-Security-Policy": STAFF_HEADERS["Content-Security-Policy"].replace("ancestors 'none'", "ancestors 'self'"),
}
REFUSES_ITSELF = "/api/"
"""The interface for other systems says in their words that it is for reading only."""
METRICS = "/metrics"
"""Whoever watches from another computer shows a token."""
SENT_BYTES = 1024 * 1024
"""What a form may have, with a file of appointments."""


def is_staffs(path: str) -> bool:
    """Tell whether a path is one of the staff's pages."""
    return path == STAFF or path.startswith(f"{STAFF}/")


class Guarded:
    """Sets the headers of every answer, and refuses whatever is neither reading nor a form of the staff's pages."""

    def __init__(
        self, app: ASGIApp, *, has_tls: bool = False, on_repelled: Callable[[Kind], None] = lambda _kind: None
    ) -> None:
        """has_tls: HTTPS is spoken too, so what nobody may hear is asked of others by that alone.

        on_repelled: told of every request that is refused, for whatever reason of the one who asks.
        """
        self._app = app
        self._has_tls = has_tls
        self._on_repelled = on_repelled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            return
        of_page = _headers(scope["path"])
        if scope.get("scheme") == "https" and not is_from_within(scope):
            of_page = of_page | {"Strict-Transport-Security": STRICT}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if 400 <= message["status"] < 500:
                    self._on_repelled("request")
                headers = MutableHeaders(scope=message)
                headers.update(of_page)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await (self._in_the_clear(scope) or _why_not(scope) or self._app)(scope, receive, send_with_headers)

    def _in_the_clear(self, scope: Scope) -> ASGIApp | None:
        path, shows_token = scope["path"], "authorization" in Headers(scope=scope)
        is_secret = shows_token or is_staffs(path) or path.startswith(REFUSES_ITSELF) or path == METRICS
        return refusal(scope) if self._has_tls and is_secret and must_be_hidden(scope) else None


def _headers(path: str) -> dict[str, str]:
    if is_staffs(path):
        return _staff_headers(path)
    return CITIZEN_HEADERS if path.startswith(PATH) else HEADERS


def _staff_headers(path: str) -> dict[str, str]:
    if path.startswith(f"{PREVIEW}/"):
        return PREVIEW_HEADERS
    return SHOWING_HEADERS if path.startswith("/staff/screen-") else STAFF_HEADERS


def _sent_bytes(scope: Scope) -> int:
    """Return how much may be sent; 0: nothing."""
    if scope["method"] != "POST":
        return 0
    if is_staffs(scope["path"]):
        return SENT_BYTES
    is_call_back = scope["path"].startswith(PATH) and scope["path"].endswith(CALL_BACK)
    return CALL_BACK_BYTES if is_call_back else 0


def _why_not(scope: Scope) -> ASGIApp | None:
    """Return the refusal of a request, None where it may be answered."""
    headers = Headers(scope=scope)
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith(REFUSES_ITSELF):
        return _TWO_LENGTHS if "transfer-encoding" in headers and "content-length" in headers else None
    most = _sent_bytes(scope)
    if not most:
        return _READ_ONLY
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not length.isdecimal():  # chunks end where the sender likes, whatever he says
        return _NO_LENGTH
    return PlainTextResponse(f"at most {most} bytes are taken", 413, _END) if int(length) > most else None


_END = {"Connection": "close"}
"""Where it is not clear what belongs to a request that is refused, nothing that follows it is taken for another one."""
_READ_ONLY = PlainTextResponse("this page is for reading only", 405, {"Allow": "GET, HEAD", **_END})
_NO_LENGTH = PlainTextResponse("say how long it is", 411, _END)
_TWO_LENGTHS = PlainTextResponse("say once how long it is", 400, _END)
