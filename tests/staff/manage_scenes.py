"""Scenes of the managers' actions: changes of the hall's file that can be made, undone, adopted."""

from collections.abc import Awaitable, Callable

from hub.edits.kinds import Edit, Put
from hub.edits.record import read_text, replace_text
from hub.rules.events import AccessNoted
from tests.staff.house import CHEN, LI, MANAGERS, Pages, Visitor

OF_ROLE: dict[str, Edit] = {
    "system": Put(at=("people", CHEN, "phone"), value="027-5550111"),
    "business": Put(at=("rules", "recalls_max"), value=5),
    "announcer": Put(at=("screen", "notices"), value=["今日照常办理"]),
}
"""A change that whoever has the role may make himself."""


Scene = Callable[[Pages, Visitor], Awaitable[dict[str, object]]]


def form(**values: object) -> Scene:
    """Return a scene that needs nothing beforehand."""

    async def scene(_pages: Pages, _visitor: Visitor) -> dict[str, object]:
        return values

    return scene


async def with_result(pages: Pages, visitor: Visitor) -> dict[str, object]:
    await visitor.ask("/staff/results/add", code="7", name="撤回")
    return {"code": "7", "name": "撤回申请"}


async def changed(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    """Somebody of the same role has changed something before."""
    signed_in = [one for one in pages.facts() if isinstance(one, AccessNoted)][-1].person
    person = pages.house.hall.person(signed_in)
    role = next(one for one in OF_ROLE if person and one in person.roles)
    made = await pages.house.works.editor.change([OF_ROLE[role]], by=signed_in)
    return {"number": made.number}


async def written_by_hand(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    path = pages.house.hall.path
    replace_text(path, read_text(path).replace("户籍", "户籍业务"))
    return {}


MANAGE_SCENES: dict[str, Scene] = {
    "/staff/services/add": form(code="C", name="车驾管"),
    "/staff/services/save": form(code="A", name="户籍业务"),
    "/staff/services/remove": form(code="B"),
    "/staff/results/add": form(code="7", name="撤回"),
    "/staff/results/save": with_result,
    "/staff/results/remove": with_result,
    "/staff/people/add": form(id="027099", name="郑警官", pin="4321", again="4321", qualified="true"),
    "/staff/people/save": form(id=LI, name="李警长", qualified="true"),
    "/staff/people/pin": form(id=LI, pin="4321", again="4321"),
    "/staff/people/remove": form(id=MANAGERS["viewer"]),
    "/staff/posts/save": form(counter=1, post_a=CHEN, post_b=LI),
    "/staff/posts/services": form(counter=1, service=("A",)),
    "/staff/changes/undo": changed,
    "/staff/changes/adopt": written_by_hand,
}
