"""One request of somebody who has signed in: who he is, what he sent, how he is answered."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from hub.hall_file import Somebody
from hub.rules import commands
from hub.rules.roles import roles_of
from hub.staff.house import House, Told, refused
from hub.staff.permissions import ROLE_WORDS, may
from hub.staff.rendering import render
from hub.staff.sessions import Session, Sessions

FIELDS_MAX = 500
T = TypeVar("T")


class Visit:
    """A request, and who makes it."""

    def __init__(self, house: House, request: Request, session: Session, person: Somebody, sessions: Sessions) -> None:
        self.house = house
        self.request = request
        self.session = session
        self.person = person
        self._sessions = sessions
        self.roles = roles_of(person.kind, person.roles)
        self.menu: Sequence[Any] = ()

    @property
    def by(self) -> str:
        """The number of whoever asks, with which everything is stamped (M13)."""
        return self.person.id

    def may(self, permission: str) -> bool:
        """Tell whether he may do something."""
        return may(self.roles, permission)

    def ask(self, command: commands.Command) -> None:
        """Have a command decided and kept; raise Told where it is refused."""
        self.house.ask(command)

    def sit(self, counter: int) -> None:
        """Keep at which counter this browser stands."""
        self._sessions.seat(self.session, counter)

    def note(self, action: str, subject: str = "") -> None:
        """Keep that he has seen or taken away something (M26)."""
        self.house.note(self.by, action, subject)

    def asked(self, kind: type[T]) -> T:
        """Return the address's query as a Struct; raise Told where it cannot be understood."""
        return _as(kind, dict(self.request.query_params))

    async def form(self, kind: type[T]) -> T:
        """Return what was sent as a Struct; raise Told where it cannot be understood.

        A field that is a list takes all values of its name; empty values are left out, so that defaults hold.
        """
        sent = await self.request.form(max_fields=FIELDS_MAX, max_files=2)
        lists = _lists(kind)
        values: dict[str, Any] = {}
        for name in sent:
            every = [one for one in sent.getlist(name) if one != ""]
            if name != "proof" and every:
                values[name] = every if name in lists else every[0]
        return _as(kind, values)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page that is made from a template of the staff's pages."""
        return HTMLResponse(self.html(template, **values), status)

    def html(self, template: str, **values: Any) -> str:
        """Return a template as HTML, with what every template may use."""
        return render(
            template,
            visit=self,
            hall=self.house.hall,
            person=self.person,
            proof=self.session.proof,
            roles=[words for role, words in ROLE_WORDS.items() if role in self.roles],
            path=self.request.url.path,
            said=self.request.query_params.get("said", ""),
            **values,
        )

    @property
    def wants_json(self) -> bool:
        """Whether our own script asks, and not a form that is sent without it."""
        return "application/json" in self.request.headers.get("accept", "")

    def answer(self, told: Told) -> Response:
        """Return what came of an action: as JSON to our own script, otherwise by a way back to the page."""
        if self.wants_json:
            status = told.status if not told.is_done else 200
            said: dict[str, Any] = {"done": told.is_done, "words": told.words, "to": told.to}
            return JSONResponse(said | self._parts(told), status)
        if told.is_secret or not told.is_done:
            return self.page("told.html", status=told.status, told=told, back=self._back())
        target = told.to or self._back()
        joint = "&" if "?" in target else "?"
        return RedirectResponse(f"{target}{joint}{urlencode({'said': told.words})}" if told.words else target, 303)

    def _parts(self, told: Told) -> dict[str, Any]:
        return {"parts": told.parts, "at": self.house.works.feed.changes} if told.parts else {}

    def _back(self) -> str:
        """The page from which it was asked, if it is one of ours."""
        came = self.request.headers.get("referer", "").partition("/staff")
        return f"/staff{came[2].partition('?')[0]}" if came[1] else "/staff"


def _lists(kind: type) -> set[str]:
    fields = msgspec.structs.fields(kind)
    return {field.name for field in fields if getattr(field.type, "__origin__", field.type) in (tuple, list)}


def _as(kind: type[T], values: Mapping[str, Any]) -> T:
    known = {field.name for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
    try:
        return msgspec.convert({name: value for name, value in values.items() if name in known}, kind, strict=False)
    except msgspec.ValidationError as error:
        from hub.staff.refusals import mistyped  # words for mistakes, of which most visits make none

        raise refused(f"填写有误：{mistyped(str(error))}", 400) from error
