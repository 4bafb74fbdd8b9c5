"""The hall's devices and who looks after them (M34): how each is, what it is called, added, moved, renamed, removed."""

import re
from typing import Any, get_args

from starlette.responses import Response

from hardware.board import shipped_boards
from hardware.contract import Direction
from hardware.kinds import KIND_WORDS
from hub.edits.kinds import Add, Edit, Put, Remove
from hub.hall_file import Device, DeviceKind
from hub.maintenance import DeviceNow
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.pages.manage.parties import parties_values
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit
from hub.upkeep_words import PHASES, STATES, WORKS, duration, fault_words

PAGE = "/staff/devices"
NEW = "new"
ARROWS: dict[Direction, str] = {"left": "向左", "right": "向右", "up": "向上", "down": "向下"}


class Written(common.Step, frozen=True, kw_only=True):
    """A device. was: its name until now, empty: one more. counter 0: none. arrow: empty, none."""

    name: str
    kind: DeviceKind
    board: str
    was: str = ""
    counter: int = 0
    label: str = ""
    zone: str = ""
    prints: str = ""
    arrow: str = ""


class Gone(common.Step, frozen=True, kw_only=True):
    """Which one."""

    name: str


async def show(visit: Visit) -> Response:
    """Return the page: how the devices are, and whose work each fault is."""
    return await common.show(
        visit, "manage/devices.html", **_now(visit), **parties_values(visit.house.hall.file.upkeep)
    )


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    return {"devices": visit.html("manage/devices_list.html", **_now(visit))}


def _now(visit: Visit) -> dict[str, Any]:
    now = visit.house.works.maintenance.devices()
    return {
        "now": now,
        "faults": [one for one in now.faults if one.until is None],
        "kinds": KIND_WORDS,
        "states": STATES,
        "phases": PHASES,
        "works": WORKS,
        "fault_words": fault_words,
        "duration": duration,
        "boards_of": {one.name: one.board for one in visit.house.hall.devices},
        "name_of": lambda name: _called(visit, name),
    }


async def show_one(visit: Visit) -> Response:
    """Return one device to be changed, or a form for one more."""
    name, hall = visit.request.path_params["name"], visit.house.hall
    device = None if name == NEW else _device(visit, name)
    now: DeviceNow | None = None
    if device:
        now = next(one for one in visit.house.works.maintenance.devices().devices if one.name == name)
    return await common.show(
        visit,
        "manage/device.html",
        device=device,
        now=now,
        kinds={kind: KIND_WORDS.get(kind, kind) for kind in get_args(DeviceKind)},
        boards=sorted({*(file.stem for file in shipped_boards().glob("*.json")), *(one.board for one in hall.devices)}),
        arrows=ARROWS,
        zones=sorted({*(one.zone for one in hall.counters), *(one.zone for one in hall.devices)} - {""}),
        printers=[one.name for one in hall.devices if hall.boards[one.name].printer],
        states=STATES,
        is_own_broker=hall.file.broker.own,
        has_tls=hall.file.broker.speaks_tls(hall.file.broker.host),
    )


async def save(visit: Visit) -> Told:
    """Change a device, or add one."""
    form = await visit.form(Written)
    wanted = _wanted(form)
    edits: list[Edit]
    if not form.was:
        edits = [Add(to=("devices",), value=common.element(Device, wanted))]
        done = f"已添加 {wanted['name']}；请为它写入固件：lintel flash {visit.house.hall.path.name} {wanted['name']}"
        return await common.change(visit, edits, to=PAGE, step=form.step, done=done)
    known = _device(visit, form.was)
    common.still(form, known)
    edits = common.changes(("devices", known.name), known, wanted)
    edits.sort(key=lambda edit: isinstance(edit, Put) and edit.at[-1] == "name")  # the place is named by it
    if wanted["name"] != known.name:
        edits += _renamed(visit, known.name, wanted["name"])
    return await common.change(visit, edits, to=PAGE, step=form.step)


async def remove(visit: Visit) -> Told:
    """Take a device out; it is cut off from the broker."""
    form = await visit.form(Gone)
    common.still(form, _device(visit, form.name))
    if used := _users(visit, form.name):
        raise refused(f"未修改：{form.name} 还用于{'、'.join(used)}，请先改用其他打印机")
    return await common.change(visit, [Remove(at=("devices", form.name))], to=PAGE, step=form.step)


def _wanted(form: Written) -> dict[str, Any]:
    name = form.name.strip()
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
        raise refused("设备名须为小写字母、数字和短横线，字母开头，最多32个，如 lintel-4", 400)
    if form.arrow and form.arrow not in ARROWS:
        raise refused("请从所列方向中选", 400)
    return {
        "name": name,
        "kind": form.kind,
        "board": form.board.strip(),
        "counter": form.counter or None,
        "label": form.label.strip(),
        "zone": form.zone.strip(),
        "prints": form.prints,
        "arrow": form.arrow or None,
    }


def _renamed(visit: Visit, was: str, name: str) -> list[Edit]:
    """Whoever names a device as his printer goes on with it under its new name."""
    file = visit.house.hall.file
    edits: list[Edit] = [
        Put(at=("counters", one.number, "printer"), value=name) for one in file.counters if one.printer == was
    ]
    edits += [
        Put(at=("devices", one.name, "prints"), value=name)
        for one in file.devices
        if one.prints == was and one.name != was
    ]
    return [*edits, *([Put(at=("report", "printer"), value=name)] if file.report.printer == was else [])]


def _users(visit: Visit, name: str) -> list[str]:
    file = visit.house.hall.file
    found = [f"{one.number}号窗口" for one in file.counters if one.printer == name]
    found += [visit.house.hall.place_of(one.name) for one in file.devices if one.prints == name and one.name != name]
    return [*found, *(["日报"] if file.report.printer == name else [])]


def _called(visit: Visit, name: str) -> str:
    """Return what people call whatever is at fault: a device that is gone has its name, and no device is the hall."""
    one = next((one for one in visit.house.hall.devices if one.name == name), None)
    return f"{one.label or KIND_WORDS.get(one.kind, one.kind)} {name}" if one else name or "大厅"


def _device(visit: Visit, name: str) -> Device:
    found = next((one for one in visit.house.hall.devices if one.name == name), None)
    if found is None:
        raise refused(f"没有设备 {name}，可能刚被他人改名或删除", 404)
    return found


DECLARED: tuple[Declared, ...] = (
    Page(path=PAGE, permission="devices", show=show, menu="设备"),
    Stream(path=f"{PAGE}/live", permission="devices", parts=parts),
    Page(path=f"{PAGE}/one/{{name}}", permission="devices", show=show_one),
    Action(path=f"{PAGE}/save", permission="devices", do=save),
    Action(path=f"{PAGE}/remove", permission="devices", do=remove),
)
