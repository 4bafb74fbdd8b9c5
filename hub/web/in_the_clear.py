"""What is answered to whoever asks without TLS, from another computer, for what nobody on the way may hear.

The hall screen and a ticket's own page hang in the hall, or lie on its paper; phones do not know the hall's authority,
so those stay open (docs/decisions/0021).
"""

import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Scope

from hub.within import stays_within

STRICT = "max-age=2592000"
"""For 30 days a browser that knows the hub by a name asks it by TLS alone (RFC 6797)."""
_TOKENS = ("/api/", "/metrics")
"""Where a token was sent already, so that nobody goes on as if all were well."""
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}\Z")


def is_from_within(scope: Scope) -> bool:
    """Tell whether a request comes from this very computer: from its browser, or a proxy that runs on it."""
    client = scope.get("client")
    return client is not None and stays_within(client[0])


def must_be_hidden(scope: Scope) -> bool:
    """Tell whether a request was sent in the clear over the network."""
    return scope.get("scheme", "http") == "http" and not is_from_within(scope)


def refusal(scope: Scope) -> ASGIApp:
    """Send a reader to the same address by TLS; refuse everything else, with whatever was sent."""
    host = Headers(scope=scope).get("host", "")
    if scope["method"] not in ("GET", "HEAD") or not _HOST.match(host) or scope["path"].startswith(_TOKENS):
        return _REFUSED
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"https://{host}{path}{'?' if query else ''}{query}", 307)


_REFUSED = PlainTextResponse("请使用 https:// 打开本页 (ask by https)", 403, {"Connection": "close"})
