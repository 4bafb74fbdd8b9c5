"""The people of the hall: who they are, what they may do, their roles, their PINs (M10, M43, M44)."""

import asyncio
from typing import Any

from starlette.responses import Response

from hub.edits.kinds import Add, Edit, Put, Remove
from hub.edits.summary import VALUES
from hub.hall_file import Somebody
from hub.people import PinError, hash_badge, hash_pin
from hub.staff.house import House, Told, refused
from hub.staff.pages.manage.common import Step, change, changes, element, show, still
from hub.staff.permissions import ROLE_WORDS
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

LIST = "/staff/people"


class PersonForm(Step, frozen=True, kw_only=True):
    """Somebody as he is typed in. service: none chosen, all of them. badge: empty, as it is. pin: of a new one."""

    id: str
    name: str = ""
    kind: str = "police"
    qualified: bool = False
    service: tuple[str, ...] = ()
    supervisor: str = ""
    phone: str = ""
    role: tuple[str, ...] = ()
    badge: str = ""
    without_badge: bool = False
    pin: str = ""
    again: str = ""


class PinForm(Step, frozen=True, kw_only=True):
    """Another PIN for somebody, typed twice."""

    id: str
    pin: str = ""
    again: str = ""


class Who(Step, frozen=True, kw_only=True):
    """Somebody."""

    id: str


async def show_all(visit: Visit) -> Response:
    """Return the list."""
    people = visit.house.hall.file.people
    return await show(visit, "manage/people.html", people=people, role_words=ROLE_WORDS, kinds=VALUES["kind"])


async def show_one(visit: Visit) -> Response:
    """Return the form of somebody, or the empty one."""
    number = visit.request.path_params["person"]
    one = None if number == "new" else somebody(visit.house, number)
    police = [who for who in visit.house.hall.file.people if who.kind == "police" and who.id != number]
    return await show(
        visit, "manage/person.html", one=one, police=police, role_words=ROLE_WORDS, kinds=VALUES["kind"], LIST=LIST
    )


async def add(visit: Visit) -> Told:
    """Add somebody with his first PIN."""
    form = await visit.form(PersonForm)
    if visit.house.hall.person(form.id):
        raise refused(f"工号 {form.id} 已有人使用")
    wanted = _person(visit.house, form) | {"pin": await hashed_pin(form.pin, form.again)}
    wanted |= await _badge(visit.house, form)
    edits: list[Edit] = [Add(to=("people",), value=element(Somebody, wanted))]
    return await change(visit, edits, to=LIST, step=form.step, done=f"{form.name} 已新增")


async def save(visit: Visit) -> Told:
    """Change what is known of somebody, and his roles; whoever is signed in as him has to come in anew for those."""
    form = await visit.form(PersonForm)
    present = somebody(visit.house, form.id)
    still(form, present)
    wanted = _person(visit.house, form) | await _badge(visit.house, form)
    return await change(
        visit, changes(("people", form.id), present, wanted), to=LIST, step=form.step, done=f"{form.name} 已保存"
    )


async def set_pin(visit: Visit) -> Told:
    """Give somebody another PIN, which ends his sessions."""
    form = await visit.form(PinForm)
    one = somebody(visit.house, form.id)
    edits: list[Edit] = [Put(at=("people", one.id, "pin"), value=await hashed_pin(form.pin, form.again))]
    return await change(visit, edits, to=LIST, step=form.step, done=f"{one.name}的密码已更换，请其用新密码登录")


async def remove(visit: Visit) -> Told:
    """Remove somebody, and take him out of the posts that he has."""
    form = await visit.form(Who)
    present = somebody(visit.house, form.id)
    still(form, present)
    under = [one.name for one in visit.house.hall.file.people if one.supervisor == present.id]
    if under:
        raise refused(f"{present.name}是{'、'.join(under)}的带班民警，请先为其另选带班民警")
    edits: list[Edit] = [Remove(at=("people", form.id))]
    for counter in visit.house.hall.counters:
        posts = {key: None for key in ("post_a", "post_b") if getattr(counter, key) == form.id}
        edits += changes(("counters", counter.number), counter, posts)
    return await change(visit, edits, to=LIST, step=form.step, done=f"{present.name} 已删除")


def somebody(house: House, number: str) -> Somebody:
    """Return who has a number; raise Told where nobody has it."""
    found = house.hall.person(number)
    if found is None:
        raise refused(f"没有工号 {number[:12]}，可能刚被删除", 404)
    return found


async def hashed_pin(pin: str, again: str) -> str:
    """Return what is kept of a PIN that was typed twice; raise Told where it is not one."""
    if pin != again:
        raise refused("两次输入的密码不一致，请重新输入", 400)
    try:
        return await asyncio.to_thread(hash_pin, pin)
    except PinError:
        raise refused("密码须为4至8位数字", 400) from None


async def _badge(house: House, form: PersonForm) -> dict[str, str]:
    if not form.badge:
        return {"badge": ""} if form.without_badge else {}
    try:
        hashed = await asyncio.to_thread(hash_badge, form.badge, house.hall.id)
    except PinError:
        raise refused("证卡号须为9至12位数字", 400) from None
    other = next((one for one in house.hall.file.people if one.badge == hashed and one.id != form.id), None)
    if other:
        raise refused(f"这张证卡已登记给{other.name}")
    return {"badge": hashed}


def _person(house: House, form: PersonForm) -> dict[str, Any]:
    known = {service.code for service in house.hall.services}
    return {
        "id": form.id.strip(),
        "name": form.name.strip(),
        "kind": form.kind,
        "qualified": form.qualified,
        "services": tuple(one for one in form.service if one in known) or None,
        "supervisor": form.supervisor,
        "phone": form.phone.strip(),
        "roles": tuple(form.role),
    }


DECLARED: tuple[Declared, ...] = (
    Page(path=LIST, permission="people", show=show_all, menu="人员", noted=True),
    Page(path="/staff/people/{person}", permission="people", show=show_one, noted=True),
    Action(path="/staff/people/add", permission="people", do=add),
    Action(path="/staff/people/save", permission="people", do=save),
    Action(path="/staff/people/pin", permission="people", do=set_pin),
    Action(path="/staff/people/remove", permission="people", do=remove),
)
