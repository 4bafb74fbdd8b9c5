"""For every action of the pages: a hall in which it can be done, and the form that asks for it."""

from collections.abc import Callable

from hub.presses import turn_at
from hub.rules import commands
from hub.staff.pages.counter.papers import papers_of
from tests.staff import scenes_screen
from tests.staff.house import CHEN, LI, MATERIALS, Pages, Visitor
from tests.staff.low_ratings import complained
from tests.staff.manage_scenes import MANAGE_SCENES, Scene, form

WITH_GUIDE = f'{MATERIALS}\n[services.guide]\nfee = "免费"\n'
"""The hall of the scenes has something to print about its first service."""


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


async def day_is_over(pages: Pages, _visitor: Visitor) -> dict[str, object]:
    day = pages.house.state.day
    pages.house.ask(commands.OpenDay(day="20991221"))
    return {"first": day, "last": day}


def at_counter(*keys: str, **values: object) -> Scene:
    """Return a scene at a counter with somebody waiting: the visitor is signed in and has pressed keys before."""

    async def scene(pages: Pages, visitor: Visitor) -> dict[str, object]:
        for number in (await waiting_number(pages), await waiting_number(pages)):
            values.setdefault("number", number)
        for key in ("choose", "sign"):
            await visitor.ask(f"/staff/counter/{key}", counter=1, **seen(pages))
        for key in keys:
            if isinstance(command := KEYS[key], dict):
                await visitor.ask(f"/staff/counter/{key}", **command, **seen(pages))
            else:
                pages.house.ask(command)
        return values | seen(pages)

    return scene


KEYS: dict[str, commands.Command | dict[str, object]] = {
    "next": commands.CallNext(counter=1),
    "park": commands.Park(counter=1),
    "out": {},
    "oral-notice": {"items": ("照片",)},
    "notice": {"items": ("照片",)},
}
"""What comes before: most of it as from the device's pad, for not every visitor may press that on the page."""


def seen(pages: Pages) -> dict[str, object]:
    """Return what a form of counter 1 knows of what was on show."""
    state = pages.house.state
    return {"turn": turn_at(state, 1), "papers": papers_of(state, 1)}


async def waiting_number(pages: Pages) -> str:
    """Have a citizen take a number, who says that he is old."""
    pages.house.ask(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}))
    pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", claim="elderly"))
    (job,) = pages.house.state.jobs
    pages.house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))
    return list(pages.house.state.tickets.values())[-1].number


def doubtful(scene: Scene) -> Scene:
    """Have a number besides of which nobody knows whether its paper is out."""

    async def both(pages: Pages, visitor: Visitor) -> dict[str, object]:
        values = await scene(pages, visitor)
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
        (job,) = pages.house.state.jobs
        pages.house.ask(commands.FailPrint(dispenser="dispenser-1", job=job, why="in-doubt", in_doubt=True))
        return values | {"number": list(pages.house.state.tickets.values())[-1].number}

    return both


def printed(scene: Scene) -> Scene:
    """Have every slip come out."""

    async def both(pages: Pages, visitor: Visitor) -> dict[str, object]:
        values = await scene(pages, visitor)
        for job in list(pages.house.state.slips):
            pages.house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))
        return values | seen(pages)

    return both


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


def low_rating(*before: tuple[str, dict[str, object]], appealed: bool = False, **values: object) -> Scene:
    """Return a scene with a low rating, about which the visitor has done something before."""

    async def scene(pages: Pages, visitor: Visitor) -> dict[str, object]:
        complaint = complained(pages)
        if appealed:
            pages.house.ask(commands.LodgeAppeal(complaint=complaint, by=CHEN, grounds="mistaken", words="按错"))
        for path, sent in before:
            answer = await visitor.ask(f"/staff/complaints/{path}", complaint=complaint, **sent)
            if not answer.json()["done"]:
                raise AssertionError(answer.text)
        return {"complaint": complaint, **values}

    return scene


async def rated_badly(pages: Pages, visitor: Visitor) -> dict[str, object]:
    """One who is a clerk and nothing else cannot be posted, so that he served is said behind the rules' back."""
    complaint = complained(pages)
    number = (await visitor.see("/staff")).text.partition("<small>")[2].partition("</small>")[0]
    pages.house.state.complaints.change(complaint, served_by=(CHEN, number))
    return {"complaint": complaint, "grounds": "malicious", "words": "群众要求办理无关事项"}


TAKEN: tuple[str, dict[str, object]] = ("take-over", {})
SETTLED: tuple[str, dict[str, object]] = ("settle", {"outcome": "at-once", "words": "已改正"})
SCENES: dict[str, Scene] = {
    "/staff/on-duty": form(),
    "/staff/off-duty": after("/staff/on-duty")(form()),
    "/staff/counter/choose": form(counter=1),
    "/staff/counter/sign": at_counter("out"),
    "/staff/counter/out": at_counter(),
    "/staff/counter/pause": at_counter(reason=1),
    "/staff/counter/next": at_counter(),
    "/staff/counter/recall": at_counter("next"),
    "/staff/counter/begin": at_counter("next"),
    "/staff/counter/no-show": at_counter("next"),
    "/staff/counter/park": at_counter("next"),
    "/staff/counter/special": at_counter(reason=1),
    "/staff/counter/transfer": at_counter("next", service="B", reason=1),
    "/staff/counter/return": at_counter("next", "park"),
    "/staff/counter/confirm-class": at_counter(),
    "/staff/counter/vouch": doubtful(at_counter()),
    "/staff/counter/enter": at_counter(number="7", service="A"),
    "/staff/counter/enter-done": at_counter(number="7", service="A"),
    "/staff/counter/fault": at_counter(),
    "/staff/counter/tick": at_counter("next", there="照片"),
    "/staff/counter/finish": at_counter("next"),
    "/staff/counter/conclude": at_counter("next"),
    "/staff/counter/notice": at_counter("next", items=("照片",)),
    "/staff/counter/oral-notice": at_counter("next", items=("照片",)),
    "/staff/counter/reprint-slip": printed(at_counter("next", "notice", number="")),
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
    "/staff/duty/fault": form(turn=0),
    "/staff/duty/enter": form(number="H001", service="A"),
    "/staff/duty/end-day": form(),
    "/staff/duty/report": printing,
    "/staff/archive/export": day_is_over,
    "/staff/tokens/make": form(name="wall-display", scopes=("hall", "queues")),
    "/staff/tokens/revoke": after("/staff/tokens/make", name="wall-display", scopes=("hall",))(
        form(name="wall-display")
    ),
    "/staff/complaints/enter": form(channel="hotline", reference="WH-20261122-7"),
    "/staff/complaints/take-over": low_rating(),
    "/staff/complaints/call-back": low_rating(TAKEN, result="content"),
    "/staff/complaints/plan": low_rating(TAKEN, words="增设引导", days=2),
    "/staff/complaints/settle": low_rating(TAKEN, outcome="explained", words="已说明"),
    "/staff/complaints/reopen": low_rating(TAKEN, SETTLED, words="再次来电"),
    "/staff/complaints/review": low_rating(TAKEN, appealed=True, accepted="true", words="已看录像"),
    "/staff/complaints/contact": low_rating(name="李群", phone="027-5550199"),
    "/staff/appeals/lodge": rated_badly,
    **scenes_screen.SCENES,
    **MANAGE_SCENES,
}
