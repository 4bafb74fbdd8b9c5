"""The first start: whoever has the setup code becomes the hall's 系统管理员; afterwards there is no such page (M44)."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hub.edits.kinds import Add, Edit, Put
from hub.edits.ready import NotChangedError
from hub.people import PinError, hash_pin
from hub.staff.first_code import FirstCode
from hub.staff.gate import Gate, is_same_origin, nobodys_page
from hub.staff.refusals import in_chinese

PATH = "/staff/first"
ASKED = ("code", "number", "name", "pin", "again")


class First:
    """The page on which the first administrator makes himself known."""

    def __init__(self, gate: Gate, code: FirstCode) -> None:
        self._gate = gate
        self._house = gate.house
        self._code = code

    def routes(self) -> list[Route]:
        """Return it."""
        return [
            Route(PATH, self._show, methods=["GET"]),
            Route(PATH, self._make, methods=["POST"]),
        ]

    async def _show(self, _request: Request) -> Response:
        if self._house.hall.has_administrator:
            return nobodys_page(self._house, "nothing.html", 404)
        return self._page()

    async def _make(self, request: Request) -> Response:
        if self._house.hall.has_administrator:
            return nobodys_page(self._house, "nothing.html", 404)
        if not is_same_origin(request):
            return self._page("请求来源不符，请刷新页面后再试", 403)
        form = await request.form(max_fields=10, max_files=0)
        typed = {name: str(form.get(name, "")).strip()[:32] for name in ASKED}
        if why := self._refusal(typed):
            return self._page(why, 403, typed)
        try:
            edits = self._edits(typed, await asyncio.to_thread(hash_pin, typed["pin"]))
            await self._house.works.editor.change(edits, by=typed["number"])
        except PinError:
            return self._page("密码须为4至8位数字", 400, typed)
        except NotChangedError as error:
            return self._page(in_chinese(str(error)), 409, typed)
        self._code.end()
        return RedirectResponse("/staff/in", 303)

    def _refusal(self, typed: dict[str, str]) -> str:
        """Return why not; a code is tried last, so that slips of the finger cost no try."""
        if typed["pin"] != typed["again"]:
            return "两次输入的密码不一致，请重新输入"
        if not (typed["number"].isascii() and typed["number"].isdecimal()):
            return "工号须为4至8位数字"
        if self._code.must_wait:
            return "安装码输错次数过多，已换新码，请一分钟后再试"
        if self._code.is_right(typed["code"]):
            return ""
        self._gate.note_refusal("", "first", "wrong-code")
        return "安装码不正确，请在主机上查看；输错五次即换新码"

    def _edits(self, typed: dict[str, str], pin: str) -> list[Edit]:
        """Somebody of the file gets the role and a PIN of his own choice; anybody else is new.

        Where there were no people, nobody had to sign in at a counter; the first administrator changes nothing of it.
        """
        number, hall = typed["number"], self._house.hall
        if present := hall.person(number):
            place = ("people", number)
            return [
                Put(at=(*place, "roles"), value=list(dict.fromkeys((*present.roles, "system")))),
                Put(at=(*place, "pin"), value=pin),
                *([] if present.qualified else [Put(at=(*place, "qualified"), value=True)]),
            ]
        value = {"id": number, "name": typed["name"], "pin": pin, "kind": "office", "roles": ["system"]}
        edits: list[Edit] = [Add(to=("people",), value=value)]
        if not hall.file.people and hall.file.rules.sign_in is None:
            edits.append(Put(at=("rules", "sign_in"), value=False))
        return edits

    def _page(self, why: str = "", status: int = 200, typed: dict[str, str] | None = None) -> Response:
        return nobodys_page(self._house, "first.html", status, why=why, typed=typed or dict.fromkeys(ASKED, ""))
