"""Who gets to a page and who does not: sessions, locks, permissions, forms that come from elsewhere."""

import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from hub.rules.roles import forbidden_pair, roles_of
from hub.staff.house import House, Told, refused
from hub.staff.rendering import render
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.sessions import COOKIE, Sessions
from hub.staff.standing import standing
from hub.staff.visit import Visit

NOTED_MAX = 30
"""Refusals of one person or address that are kept, each minute; whoever floods must not fill the disk."""
Proceed = Callable[[Visit], Awaitable[Response]]


class Gate:
    """Stands before every page. menu: pages that have a name in the menu."""

    def __init__(self, house: House, sessions: Sessions, menu: Sequence[Page]) -> None:
        self.house = house
        self.sessions = sessions
        self._menu = menu
        self._noted: dict[str, tuple[float, int]] = {}

    async def pass_on(self, request: Request, declared: Declared, proceed: Proceed) -> Response:
        """Answer a request, or say why it is not answered."""
        visit = self.visit(request)
        if visit is None:
            return self._come_in(request, declared)
        if visit.session.locked and (isinstance(declared, Action) or not declared.while_locked):
            return self._unlock(request, declared)
        try:
            await self._check(visit, declared)
            return await proceed(visit)
        except Told as told:
            return visit.answer(told)

    async def _check(self, visit: Visit, declared: Declared) -> None:
        """Raise Told where somebody may not do this, or has not asked for it himself."""
        if not visit.may(declared.permission):
            self.note_refusal(visit.by, declared.permission, "not-authorised")
            raise refused("您没有此项权限", 403)
        if isinstance(declared, Action) and not await _is_ours(visit):
            self.note_refusal(visit.by, declared.permission, "forged")
            raise refused("请求来源不符，请刷新页面后再试", 403)
        if not (isinstance(declared, Stream) or (isinstance(declared, Page) and declared.by_itself)):
            self.sessions.touch(visit.session)

    def visit(self, request: Request) -> Visit | None:
        """Return who asks, None where nobody has signed in, or may not be here any more."""
        cookie = request.cookies.get(COOKIE, "")
        session = self.sessions.find(cookie, self.house.hall.file.staff)
        person = self.house.hall.person(session.person) if session else None
        if session is None or person is None:
            return None
        changed = session.pin != standing(person)
        if changed or not person.qualified or forbidden_pair(roles_of(person.kind, person.roles)):
            self.sessions.close(cookie)
            return None
        visit = Visit(self.house, request, session, person, self.sessions)
        visit.menu = [page for page in self._menu if visit.may(page.permission)]
        return visit

    def note_refusal(self, who: str, action: str, why: str) -> None:
        """Keep what was tried and not allowed, a few times a minute for each."""
        now = time.monotonic()
        self._noted = {key: one for key, one in self._noted.items() if now - one[0] < 60}
        since, count = self._noted.get(who, (now, 0))
        self._noted[who] = (since, count + 1)
        if count < NOTED_MAX:
            self.house.note(who, action, why_not=why)

    def _come_in(self, request: Request, declared: Declared) -> Response:
        if isinstance(declared, Page) and not _wants_json(request):
            if not self.house.hall.has_administrator:
                return RedirectResponse("/staff/first", 303)
            return RedirectResponse(f"/staff/in?next={quote(str(request.url.path))}", 303)
        return JSONResponse({"done": False, "words": "请先登录", "to": "/staff/in"}, 401)

    def _unlock(self, request: Request, declared: Declared) -> Response:
        if isinstance(declared, Page) and not _wants_json(request):
            return RedirectResponse(f"/staff/locked?next={quote(str(request.url.path))}", 303)
        return JSONResponse({"done": False, "words": "页面已锁定，请输入密码", "to": "/staff/locked"}, 423)


async def _is_ours(visit: Visit) -> bool:
    """Only our own forms know the session's proof, and only our own pages are of this origin."""
    request = visit.request
    if not is_same_origin(request):
        return False
    proof = request.headers.get("x-proof", "")
    if not proof:
        sent = (await request.form(max_fields=500, max_files=2)).get("proof")
        proof = sent if isinstance(sent, str) else ""
    return hmac.compare_digest(proof.encode(), visit.session.proof.encode())


def is_same_origin(request: Request) -> bool:
    """Tell whether a form comes from a page of this very address, as far as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    try:
        return not origin or urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # no address at all
        return False


def source(request: Request) -> str:
    """Return from which address somebody asks."""
    return request.client.host if request.client else ""


def is_page_of_ours(path: str) -> bool:
    """Tell whether one may be sent there after signing in."""
    return (path == "/staff" or path.startswith("/staff/")) and "\\" not in path and "//" not in path


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def nobodys_page(house: House, template: str, status: int = 200, **values: object) -> Response:
    """Return a page for somebody who has not signed in."""
    return HTMLResponse(render(template, hall=house.hall, said="", **values), status)
