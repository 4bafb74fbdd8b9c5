"""Who has which post at which counter in the hall's file, and what each counter does (M8, M9)."""

from starlette.responses import Response

from hub.hall_file import Counter
from hub.rules.in_the_way import AT_COUNTERS
from hub.staff.house import House, Told, refused
from hub.staff.pages.manage.common import Step, change, changes, show, still
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

LIST = "/staff/posts"


class PostsForm(Step, frozen=True, kw_only=True):
    """Who has the posts of a counter, empty: nobody."""

    counter: int
    post_a: str = ""
    post_b: str = ""


class ServicesForm(Step, frozen=True, kw_only=True):
    """What a counter does. service: none chosen, all. then: when nobody of these waits."""

    counter: int
    service: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


async def show_all(visit: Visit) -> Response:
    """Return all counters with their posts and services."""
    file = visit.house.hall.file
    posted = {who for one in file.counters for who in (one.post_a, one.post_b)}
    people = [one for one in file.people if one.id in posted or (one.qualified and one.kind in AT_COUNTERS)]
    return await show(visit, "manage/posts.html", people=people)


async def set_posts(visit: Visit) -> Told:
    """Give a counter's posts to people: who comes and who goes are one change, so that no post is empty between."""
    form = await visit.form(PostsForm)
    present = counter_of(visit.house, form.counter)
    still(form, present)
    if form.post_a and form.post_a == form.post_b:
        raise refused("A岗和B岗不能是同一个人")
    leaves = [words for key, words in (("post_a", "A岗"), ("post_b", "B岗")) if _leaves(present, form, key)]
    if leaves and not (form.post_a or form.post_b):
        raise refused(f"{form.counter}号窗口的{'、'.join(leaves)}将无人：先进后出，请先选接替人员")
    wanted = {"post_a": form.post_a or None, "post_b": form.post_b or None}
    edits = changes(("counters", form.counter), present, wanted)
    return await change(visit, edits, to=LIST, step=form.step, done=f"{form.counter}号窗口的岗位已保存")


async def set_services(visit: Visit) -> Told:
    """Say what a counter does; it counts from its next call."""
    form = await visit.form(ServicesForm)
    present = counter_of(visit.house, form.counter)
    still(form, present)
    wanted = {"serves": form.service or None, "then": tuple(one for one in form.then if one not in form.service)}
    edits = changes(("counters", form.counter), present, wanted)
    return await change(visit, edits, to=LIST, step=form.step, done=f"{form.counter}号窗口的业务已保存")


def counter_of(house: House, number: int) -> Counter:
    """Return a counter; raise Told where there is none of this number."""
    found = next((one for one in house.hall.file.counters if one.number == number), None)
    if found is None:
        raise refused(f"没有{number}号窗口，可能刚被删除", 404)
    return found


def _leaves(present: Counter, form: PostsForm, key: str) -> bool:
    return bool(getattr(present, key)) and not getattr(form, key)


DECLARED: tuple[Declared, ...] = (
    Page(path=LIST, permission="posts", show=show_all, menu="窗口岗位"),
    Action(path="/staff/posts/save", permission="posts", do=set_posts),
    Action(path="/staff/posts/services", permission="services", do=set_services),
)
