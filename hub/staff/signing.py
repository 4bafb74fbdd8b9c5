"""Signing in with number and PIN or with a badge, the lock of who is idle, signing out (M12, M43)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hub.hall_file import Somebody
from hub.people import BADGE_FROM
from hub.rules import commands
from hub.rules.roles import forbidden_pair, roles_of
from hub.staff.gate import Gate, is_page_of_ours, is_same_origin, nobodys_page, source
from hub.staff.house import desk_of
from hub.staff.sessions import COOKIE
from hub.staff.standing import standing

WORDS = {
    "locked": "输入错误次数过多，请一分钟后再试",
    "wrong-pin": "工号或密码不正确",
    "forbidden-pair": "您的角色相互冲突，请联系系统管理员",
    "not-qualified": "未考核合格，不能登录",
}


class Signing:
    """The pages of who is not in, or locked out of his own session."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._house = gate.house

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route("/staff/in", self._form, methods=["GET"]),
            Route("/staff/in", self._of_ours(self._come_in), methods=["POST"]),
            Route("/staff/out", self._of_ours(self._go), methods=["POST"]),
            Route("/staff/lock", self._of_ours(self._lock), methods=["POST"]),
            Route("/staff/locked", self._locked, methods=["GET"]),
            Route("/staff/locked", self._of_ours(self._unlock), methods=["POST"]),
        ]

    def _of_ours(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def check(request: Request) -> Response:
            if not is_same_origin(request):
                return nobodys_page(self._house, "in.html", 403, next="/staff", why="请求来源不符，请刷新页面后再试")
            return await answer(request)

        return check

    async def _form(self, request: Request) -> Response:
        target = _target(request.query_params.get("next", ""))
        if self._gate.visit(request):
            return RedirectResponse(target, 303)
        return nobodys_page(self._house, "in.html", next=target, why="")

    async def _come_in(self, request: Request) -> Response:
        form = await request.form(max_fields=10, max_files=0)
        number, pin = (str(form.get(name, ""))[:32] for name in ("number", "pin"))
        target = _target(str(form.get("next", "")))
        person, why = await self._who(number.strip(), pin, source(request))
        if person is None:
            self._gate.note_refusal(self._known(number), "sign-in", why)
            return nobodys_page(self._house, "in.html", 403, next=target, why=WORDS[why])
        self._gate.sessions.close(request.cookies.get(COOKIE, ""))
        return self._let_in(request, person, target)

    def _let_in(self, request: Request, person: Somebody, target: str, seat: int = 0) -> Response:
        self._house.note(person.id, "sign-in")
        cookie = self._gate.sessions.open(person.id, standing(person), seat)
        answer = RedirectResponse(target, 303)
        is_tls = request.url.scheme == "https"
        answer.set_cookie(COOKIE, cookie, path="/staff", httponly=True, samesite="strict", secure=is_tls)
        return answer

    async def _who(self, number: str, pin: str, source: str) -> tuple[Somebody | None, str]:
        """Return who it is, or nobody and why; a number as long as a badge's is one, and needs no PIN."""
        if len(number) >= BADGE_FROM and not pin:
            person = await self._house.tries.holder(number, source)
            why = "" if person else "wrong-pin"
        else:
            why = await self._house.tries.refusal(number, pin, source) or ""
            person = None if why else self._house.hall.person(number)
        if person and forbidden_pair(roles_of(person.kind, person.roles)):
            return None, "forbidden-pair"
        if person and not person.qualified:
            return None, "not-qualified"
        return person, why

    def _known(self, number: str) -> str:
        """Only a number that somebody has is kept: what else was typed may be a PIN."""
        return number if self._house.hall.person(number) else ""

    async def _go(self, request: Request) -> Response:
        """He is out before it is kept: who comes next must not be he where that cannot be."""
        visit = self._gate.visit(request)
        self._gate.sessions.close(request.cookies.get(COOKIE, ""))
        if visit:
            self._house.note(visit.by, "sign-out")
            if desk_of(visit.by) in self._house.state.on_duty:
                self._house.ask(commands.GoOffDuty(device=desk_of(visit.by)))
        answer = RedirectResponse("/staff/in", 303)
        answer.delete_cookie(COOKIE, path="/staff")
        return answer

    async def _lock(self, request: Request) -> Response:
        visit = self._gate.visit(request)
        if visit:
            self._gate.sessions.lock(visit.session)
        return RedirectResponse("/staff/locked", 303)

    async def _locked(self, request: Request) -> Response:
        visit = self._gate.visit(request)
        target = _target(request.query_params.get("next", ""))
        if visit is None or not visit.session.locked:
            return RedirectResponse(target if visit else "/staff/in", 303)
        return nobodys_page(self._house, "locked.html", person=visit.person, next=target, why="")

    async def _unlock(self, request: Request) -> Response:
        """The same person comes back with a fresh cookie; another one signs in."""
        form = await request.form(max_fields=10, max_files=0)
        target, pin = _target(str(form.get("next", ""))), str(form.get("pin", ""))[:32]
        visit = self._gate.visit(request)
        if visit is None:
            return RedirectResponse("/staff/in", 303)
        person, why = await self._who(visit.by, pin, source(request))
        if person is None:
            self._gate.note_refusal(visit.by, "unlock", why)
            return nobodys_page(self._house, "locked.html", 403, person=visit.person, next=target, why=WORDS[why])
        self._gate.sessions.close(request.cookies.get(COOKIE, ""))
        return self._let_in(request, person, target, visit.session.seat)


def _target(path: str) -> str:
    return path if is_page_of_ours(path) else "/staff"
