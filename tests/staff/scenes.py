"""For every action of the pages: a hall in which it can be done, and the form that asks for it."""

from collections.abc import Awaitable, Callable

from hub.rules import commands
from tests.staff.house import CHEN, LI, Pages, Visitor

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


SCENES: dict[str, Scene] = {
    "/staff/on-duty": form(),
    "/staff/off-duty": after("/staff/on-duty")(form()),
    "/staff/duty/services": form(counter=1, service=("A",)),
    "/staff/duty/enlist": form(counter=1, person=CHEN, post="A"),
    "/staff/duty/dismiss": dismissed,
    "/staff/duty/fault": form(),
    "/staff/duty/enter": form(number="H001", service="A"),
    "/staff/duty/end-day": form(),
    "/staff/duty/report": printing,
}
