"""For every action of the pages: a hall in which it can be done, and the form that asks for it."""

from collections.abc import Awaitable, Callable

from hub.rules import commands
from tests.staff import scenes_screen
from tests.staff.house import CHEN, LI, Pages, Visitor

WITH_GUIDE = '[services.guide]\nfee = "免费"\n'
"""The hall of the scenes has something to print about its first service."""
Scene = Callable[[Pages, Visitor], Awaitable[dict[str, object]]]


def form(**values: object) -> Scene:
    """Return a scene that needs nothing beforehand."""

    async def scene(_pages: Pages, _visitor: Visitor) -> dict[str, object]:
        return values

    return scene


def after(path: str, **values: object) -> Callable[[Scene], Scene]:
    """Have the visitor ask for something else before."""

    def with_scene(scene: Scene) -> Scene:
        async def both(pages: Pages, visitor: Visitor) -> dict[str, object]:
            answer = await visitor.ask(path, **values)
            if not answer.json()["done"]:
                raise AssertionError(answer.text)
            return await scene(pages, visitor)

        return both

    return with_scene


async def dismissed(pages: Pages, visitor: Visitor) -> dict[str, object]:
    for person, post in ((CHEN, "A"), (LI, "B")):
        await visitor.ask("/staff/duty/enlist", counter=1, person=person, post=post)
    return {"counter": 1, "person": CHEN}


async def printing(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    pages.house.ask(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}))
    return {}


async def agreed(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    now = pages.house.clock.now()
    one = commands.Appointment(code="1001", service="A", start=now, end=now + 60_000)
    pages.house.ask(commands.ListAppointments(appointments=(one,)))
    return {"code": "1001"}


async def with_guide(pages: Pages, visitor: Visitor) -> dict[str, object]:
    return await printing(pages, visitor) | {"service": "A"}


async def issued(pages: Pages) -> str:
    pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", claim="elderly"))
    return pages.house.state.by_number["A001"].job


async def doubted(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await printing(pages, visitor)
    job = await issued(pages)
    pages.house.ask(commands.FailPrint(dispenser="dispenser-1", job=job, why="in-doubt", in_doubt=True))
    return {"number": "A001"}


async def waiting(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await printing(pages, visitor)
    pages.house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=await issued(pages)))
    return {"number": "A001", "klass": "soldier"}


async def parked(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await waiting(pages, visitor)
    for order in (commands.SignIn(counter=1, person=CHEN), commands.CallNext(counter=1), commands.Park(counter=1)):
        pages.house.ask(order)
    return {"number": "A001"}


async def closed(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    pages.house.ask(commands.EndDay(by=CHEN))
    return {"service": "A"}


SCENES: dict[str, Scene] = {
    "/staff/on-duty": form(),
    "/staff/off-duty": after("/staff/on-duty")(form()),
    "/staff/guide/take": form(service="A"),
    "/staff/guide/check-in": agreed,
    "/staff/guide/print-guide": with_guide,
    "/staff/guide/vouch": doubted,
    "/staff/guide/reprint": waiting,
    "/staff/guide/precheck": waiting,
    "/staff/guide/class": waiting,
    "/staff/guide/confirm": waiting,
    "/staff/guide/cancel": waiting,
    "/staff/guide/return": parked,
    "/staff/received/add": closed,
    "/staff/duty/services": form(counter=1, service=("A",)),
    "/staff/duty/enlist": form(counter=1, person=CHEN, post="A"),
    "/staff/duty/dismiss": dismissed,
    "/staff/duty/fault": form(),
    "/staff/duty/enter": form(number="H001", service="A"),
    "/staff/duty/end-day": form(),
    "/staff/duty/report": printing,
    **scenes_screen.SCENES,
}
