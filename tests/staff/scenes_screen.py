"""The scenes of the managers' pages of appointments, hours, the hall screen and devices."""

from datetime import timedelta

from hub.clock import local
from hub.staff.pages.manage.common import seal
from tests.staff.house import Pages, Visitor
from tests.staff.manage_scenes import Scene, form

PAGE = {"at": "new", "title": "收费公示", "lines": "换领居民身份证：20元／证\n批准机关：国家发展改革委"}


def tomorrow(pages: Pages) -> str:
    return f"{local(pages.house.clock.now(), pages.house.hall.zone).date() + timedelta(days=1)}"


def with_list(**values: object) -> Scene:
    """Have a list looked through before."""

    async def scene(pages: Pages, visitor: Visitor) -> dict[str, object]:
        day = tomorrow(pages)
        text = f"预约码,业务,开始,结束\n1001,A,{day} 09:00,{day} 09:30"
        await asked(visitor, "/staff/slots/check", text=text)
        return values

    return scene


async def one_agreed(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await with_list()(pages, visitor)
    await asked(visitor, "/staff/slots/take-over")
    return {"code": "1001"}


async def by_hand(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    return {"service": "A", "day": tomorrow(pages), "start": "09:00", "end": "09:30"}


async def with_hours(_pages: Pages, visitor: Visitor) -> dict[str, object]:
    await asked(visitor, "/staff/hours/save", mon="08:30-17:00")
    return {"text": "日期,类型\n2027-02-05~2027-02-11,放假\n2027-02-20,上班"}


def previewed(path: str, **values: object) -> Scene:
    async def scene(_pages: Pages, visitor: Visitor) -> dict[str, object]:
        await asked(visitor, path, **values)
        return {}

    return scene


async def one_page(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await asked(visitor, "/staff/screen-pages/preview", **PAGE)
    await asked(visitor, "/staff/screen-pages/save")
    return {"at": "1", "seen": seal(pages.house.hall.file.screen.pages[0])}


async def asked(visitor: Visitor, path: str, **values: object) -> None:
    answer = await visitor.ask(path, **values)
    if not answer.json()["done"]:
        raise AssertionError(answer.text)


SCENES: dict[str, Scene] = {
    "/staff/slots/check": form(text="code,service,from,to"),
    "/staff/slots/take-over": with_list(),
    "/staff/slots/add": by_hand,
    "/staff/slots/cancel": one_agreed,
    "/staff/slots/settings": form(appointment_letter="Z", appointment_late_min=15),
    "/staff/hours/save": form(mon="8：30—12：00，14:00-17:30", lunch="tickets", holidays="2027-01-01"),
    "/staff/hours/holidays": with_hours,
    "/staff/screen-notices/preview": form(notices="本周六照常办公", welcome="欢迎光临"),
    "/staff/screen-notices/save": previewed("/staff/screen-notices/preview", notices="本周六照常办公"),
    "/staff/screen-pages/preview": form(**PAGE),
    "/staff/screen-pages/remove": one_page,
    "/staff/screen-pages/others": form(qr_text="https://jd.example/1", shown=("hours", "qr")),
    "/staff/screen-pages/save": previewed("/staff/screen-pages/preview", **PAGE),
    "/staff/devices/save": form(name="lintel-9", kind="lintel", board="lintel-pico", counter=2, label="2号门楣"),
    "/staff/devices/remove": form(name="duty"),
    "/staff/devices/parties": form(site="bureau-yard", tech_phone="027-5550000", fault=("lost=upkeep",)),
}
