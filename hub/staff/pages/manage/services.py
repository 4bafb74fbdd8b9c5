"""The services of the hall: name, time, the eight things told at once with their version, materials (M21, M35)."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from hub.edits.kinds import Add, Edit, Put, Remove
from hub.hall_file import Counter, Service
from hub.screen_file import Guide
from hub.staff.house import House, Told, refused
from hub.staff.pages.manage.common import Step, change, changes, element, lines, show, still
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

LIST = "/staff/services"
GUIDE = ("basis", "conditions", "materials", "place", "times", "process", "time_limit", "fee")
"""The eight of M35, in the order in which they are printed."""


class ServiceForm(Step, frozen=True, kw_only=True):
    """A service as it is typed in. materials: one in a line. guide_materials: the guide's own words about them.

    counter: of a new one, the counters that are for chosen services only and are to do this one too.
    version, effective: empty, they follow the content.
    """

    code: str
    name: str = ""
    unit: str = ""
    minutes: float = 5.0
    real_name: bool = False
    elsewhere: str = ""
    materials: str = ""
    counter: tuple[int, ...] = ()
    basis: str = ""
    conditions: str = ""
    guide_materials: str = ""
    place: str = ""
    times: str = ""
    process: str = ""
    time_limit: str = ""
    fee: str = ""
    version: str = ""
    effective: str = ""


class Code(Step, frozen=True, kw_only=True):
    """A service."""

    code: str


async def show_all(visit: Visit) -> Response:
    """Return the list."""
    hall = visit.house.hall
    at = {one.code: [c.number for c in hall.counters if does(c, one.code)] for one in hall.services}
    return await show(visit, "manage/services.html", counters_of=at)


async def show_one(visit: Visit) -> Response:
    """Return the form of a service, or the empty one."""
    code = visit.request.path_params["code"]
    one = None if code == "new" else service_of(visit.house, code)
    chosen = [one for one in visit.house.hall.counters if one.serves is not None]
    guide = (one.guide if one else None) or Guide()
    return await show(visit, "manage/service.html", one=one, guide=guide, chosen=chosen, fields=GUIDE)


async def add(visit: Visit) -> Told:
    """Add a service; counters of chosen services that are to do it too get it in the same change."""
    form = await visit.form(ServiceForm)
    edits: list[Edit] = [Add(to=("services",), value=element(Service, _service(form)))]
    hall = visit.house.hall
    edits += [
        Put(at=("counters", one.number, "serves"), value=[*one.serves, form.code.strip().upper()])
        for one in hall.counters
        if one.number in form.counter and one.serves is not None
    ]
    return await change(visit, edits, to=LIST, step=form.step, done=f"业务 {form.code} 已新增")


async def save(visit: Visit) -> Told:
    """Change a service."""
    form = await visit.form(ServiceForm)
    present = service_of(visit.house, form.code)
    still(form, present)
    wanted = _service(form)
    guide = wanted.pop("guide")
    place = ("services", form.code)
    edits = [*changes(place, present, wanted), *_guide_edits((*place, "guide"), present.guide, guide)]
    return await change(visit, edits, to=LIST, step=form.step, done=f"业务 {form.code} 已保存")


async def remove(visit: Visit) -> Told:
    """Remove a service, and take it out of the counters that do it."""
    form = await visit.form(Code)
    present = service_of(visit.house, form.code)
    still(form, present)
    hall = visit.house.hall
    if len(hall.services) == 1:
        raise refused("大厅至少要有一项业务")
    if named := list(_named_elsewhere(visit.house, form.code)):
        raise refused(f"{'、'.join(named)}仍用到业务 {form.code}，请系统管理员先改")
    edits: list[Edit] = [Remove(at=("services", form.code))]
    for one in hall.counters:
        edits += counter_without(one, form.code)
    return await change(visit, edits, to=LIST, step=form.step, done=f"业务 {form.code} 已删除")


def service_of(house: House, code: str) -> Service:
    """Return a service; raise Told where there is none of this code."""
    found = next((one for one in house.hall.services if one.code == code), None)
    if found is None:
        raise refused(f"没有业务 {code[:8]}，可能刚被删除", 404)
    return found


def does(counter: Counter, code: str) -> bool:
    """Tell whether a counter does a service, if only when nobody of its own waits."""
    return counter.serves is None or code in (*counter.serves, *counter.then)


def counter_without(counter: Counter, code: str) -> list[Edit]:
    """Return the edits after which a counter does a service no more; raise Told where it would do nothing."""
    wanted: dict[str, Any] = {}
    if code in (counter.serves or ()):
        wanted["serves"] = tuple(one for one in counter.serves or () if one != code)
        if not wanted["serves"]:
            raise refused(f"{counter.number}号窗口只办理业务 {code}，请先为它另选业务")
    if code in counter.then:
        wanted["then"] = tuple(one for one in counter.then if one != code)
    return changes(("counters", counter.number), counter, wanted)


def _named_elsewhere(house: House, code: str) -> Iterable[str]:
    """Yield what only a 系统管理员 may change and what names a service."""
    for one in house.hall.file.people:
        if code in (one.services or ()):
            yield f"{one.name}的可办业务"
    for device in house.hall.file.devices:
        if any(code in (key.service, key.guide) for key in device.keys.values()):
            yield f"{device.label or device.name}的取号键"


def _service(form: ServiceForm) -> dict[str, Any]:
    return {
        "code": form.code.strip().upper(),
        "name": form.name.strip(),
        "unit": form.unit.strip(),
        "minutes": form.minutes,
        "real_name": form.real_name,
        "elsewhere": form.elsewhere.strip(),
        "materials": lines(form.materials),
        "guide": _guide(form),
    }


def _guide(form: ServiceForm) -> Guide | None:
    """Return the guide that was typed, None where all of it is empty."""
    typed = {key: getattr(form, "guide_materials" if key == "materials" else key) for key in GUIDE}
    words = {key: _one_line(one) for key, one in typed.items() if one.strip()}
    return Guide(**words, version=form.version.strip(), effective=form.effective) if words else None


def _one_line(typed: str) -> str:
    """Paper and screen break lines where they have to; those of the form are none of theirs."""
    return " ".join(lines(typed))


def _guide_edits(place: tuple[str, ...], present: Guide | None, wanted: Guide | None) -> Sequence[Edit]:
    if wanted is None:
        return [Remove(at=place)] if present else []
    values = {field.name: getattr(wanted, field.name) for field in msgspec.structs.fields(Guide)}
    if present is None:
        return [Put(at=place, value=element(Guide, values))]
    kept = {key: one for key, one in values.items() if key not in ("version", "effective") or one}
    return changes(place, present, kept)


DECLARED: tuple[Declared, ...] = (
    Page(path=LIST, permission="services", show=show_all, menu="业务"),
    Page(path="/staff/services/{code}", permission="services", show=show_one),
    Action(path="/staff/services/add", permission="services", do=add),
    Action(path="/staff/services/save", permission="services", do=save),
    Action(path="/staff/services/remove", permission="services", do=remove),
)
