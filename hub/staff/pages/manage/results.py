"""What may come of a service at its end, and which paper tells it (M16, M45)."""

from typing import Any, get_args

from starlette.responses import Response

from hub.edits.kinds import Add, Edit, Remove
from hub.hall_file import Result
from hub.paper_file import SlipForm
from hub.staff.house import House, Told, refused
from hub.staff.pages.manage.common import Step, change, changes, element, show, still
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

LIST = "/staff/results"
FORMS = {
    "": "通用",
    "acceptance": "受理通知书",
    "refusal": "不予受理通知书",
    "result": "办理结果单",
    "commitment": "承诺办结单",
    "supplement": "补齐补正告知书",
}
"""What the papers are called."""


class ResultForm(Step, frozen=True, kw_only=True):
    """A result as it is typed in."""

    code: str
    name: str = ""
    reason: bool = False
    promise: bool = False
    print: bool = False
    form: str = ""


class Code(Step, frozen=True, kw_only=True):
    """A result."""

    code: str


async def show_all(visit: Visit) -> Response:
    """Return the list, with a form for each."""
    forms = {one: FORMS[one] for one in get_args(SlipForm)}
    return await show(visit, "manage/results.html", results=visit.house.hall.file.results, forms=forms)


async def add(visit: Visit) -> Told:
    """Add a result."""
    form = await visit.form(ResultForm)
    edits: list[Edit] = [Add(to=("results",), value=element(Result, _result(form)))]
    return await change(visit, edits, to=LIST, step=form.step, done=f"结果 {form.code} 已新增")


async def save(visit: Visit) -> Told:
    """Change a result."""
    form = await visit.form(ResultForm)
    present = _of(visit.house, form.code)
    still(form, present)
    edits = changes(("results", form.code), present, _result(form))
    return await change(visit, edits, to=LIST, step=form.step, done=f"结果 {form.code} 已保存")


async def remove(visit: Visit) -> Told:
    """Remove a result."""
    form = await visit.form(Code)
    still(form, _of(visit.house, form.code))
    return await change(visit, [Remove(at=("results", form.code))], to=LIST, step=form.step)


def _of(house: House, code: str) -> Result:
    found = next((one for one in house.hall.file.results if one.code == code), None)
    if found is None:
        raise refused(f"没有结果 {code[:8]}，可能刚被删除", 404)
    return found


def _result(form: ResultForm) -> dict[str, Any]:
    return {
        "code": form.code,
        "name": form.name.strip(),
        "reason": form.reason,
        "promise": form.promise,
        "print": form.print,
        "form": form.form,
    }


DECLARED: tuple[Declared, ...] = (
    Page(path=LIST, permission="services", show=show_all, menu="办理结果"),
    Action(path="/staff/results/add", permission="services", do=add),
    Action(path="/staff/results/save", permission="services", do=save),
    Action(path="/staff/results/remove", permission="services", do=remove),
)
