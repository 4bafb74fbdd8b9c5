"""What is done about complaints and low ratings: entered, taken over, called back about, planned, settled, reopened."""

import unicodedata

from msgspec import Struct, ValidationError

from hub.complaints_table import day_words
from hub.contacts import ContactError
from hub.desk import Outcome
from hub.journal import JournalError
from hub.private_words import PrivateWordsError, check_words
from hub.rules import commands, events
from hub.rules.complaint_commands import AboutComplaint
from hub.rules.complaints import CallBack, Channel, Grounds
from hub.rules.complaints import Outcome as Settled
from hub.staff.house import Told, refused
from hub.staff.pages.complaints.item import history_of
from hub.staff.routing import Action, Declared
from hub.staff.visit import Visit

UNSAVED = "系统故障：数据暂时无法保存，请稍后再试"
WORDS = {
    "needs-reason": "请填写说明",
    "no-such-number": "今日无此号码",
    "closed": "当日业务尚未开始，请稍后再试",
    "appealed": "申诉待复核，请先复核",
}
"""Where a page has room for more than the pads' few characters."""


class Entered(Struct, frozen=True, kw_only=True):
    """What came by another way than the rating pad, and whom to call back where he said so."""

    channel: Channel
    reference: str = ""
    number: str = ""
    service: str = ""
    counter: int = 0
    about: str = ""
    words: str = ""
    name: str = ""
    phone: str = ""


class About(Struct, frozen=True, kw_only=True):
    """Which item, and what is said of it."""

    complaint: str
    words: str = ""


class Called(About, frozen=True, kw_only=True):
    """What a call-back came to."""

    result: CallBack


class Planned(About, frozen=True, kw_only=True):
    """What will be set right, within how many working days."""

    days: str = ""


class Done(About, frozen=True, kw_only=True):
    """How it was settled."""

    outcome: Settled


class Appealed(About, frozen=True, kw_only=True):
    """Why the rating is said to be wrong."""

    grounds: Grounds


class Reviewed(About, frozen=True, kw_only=True):
    """What was found of an appeal."""

    accepted: bool


class Named(Struct, frozen=True, kw_only=True):
    """Whom to call back about an item."""

    complaint: str
    name: str = ""
    phone: str = ""


def do(visit: Visit, command: commands.EnterComplaint | AboutComplaint) -> Outcome:
    """Have a command decided and kept; raise Told where it is refused, says whose words they are, or is not kept."""
    try:
        outcome = visit.house.works.complaints.do(command)
    except PrivateWordsError as error:
        raise refused(str(error), 400) from error
    except JournalError as error:
        raise refused(UNSAVED, 503) from error
    if outcome.refused:
        raise refused(WORDS.get(outcome.refused) or visit.house.words(outcome.refused))
    return outcome


def keep_contact(visit: Visit, complaint: str, name: str, phone: str) -> None:
    """Keep whom to call back; raise Told where it cannot be."""
    try:
        outcome = visit.house.works.complaints.keep_contact(complaint, name=name, phone=phone, by=visit.by)
    except ContactError as error:
        raise _no_contact(error, name, phone) from error
    except JournalError as error:
        raise refused(UNSAVED, 503) from error
    if outcome.refused:
        raise refused(visit.house.words(outcome.refused))


def _no_contact(error: ContactError, name: str, phone: str) -> Told:
    if not (name.strip() or phone.strip()):
        return refused("请填写姓名或电话", 400)
    if isinstance(error.__cause__, ValidationError):
        return refused("姓名最多40字；电话只能有数字、空格和 + - ( )，最多30位", 400)
    return refused(UNSAVED, 503)


def _to(complaint: str) -> str:
    return f"/staff/complaints/{complaint}"


async def enter(visit: Visit) -> Told:
    """12345, 书面, 电话, 来访; what is left of a name or number goes into the store that forgets, not into words."""
    form = await visit.form(Entered)
    if form.channel == "rating" or not (form.words.strip() or form.reference.strip()):
        raise refused("请填写投诉内容或工单号", 400)
    _check(form)
    outcome = do(
        visit,
        commands.EnterComplaint(
            by=visit.by,
            channel=form.channel,
            reference=form.reference.strip(),
            number=form.number.strip().upper(),
            service=form.service,
            counter=form.counter,
            about=form.about,
            words=form.words.strip(),
        ),
    )
    (opened,) = (fact for fact in outcome.facts if isinstance(fact, events.ComplaintOpened))
    complaint = opened.item.id
    if form.name or form.phone:
        try:
            keep_contact(visit, complaint, form.name, form.phone)
        except Told as told:
            return Told(f"已登记 {complaint}，但联系方式未保存：{told.words}", to=_to(complaint))
    return Told(f"已登记 {complaint}", to=_to(complaint))


def _check(form: Entered) -> None:
    """There is no item yet that could know the name, so it is looked for here."""
    private = [unicodedata.normalize("NFKC", typed).strip() for typed in (form.name, form.phone)]
    try:
        for words in (form.words, form.reference):
            check_words(words, private)
    except PrivateWordsError as error:
        raise refused(str(error), 400) from error


async def take_over(visit: Visit) -> Told:
    """接办, also instead of a colleague."""
    form = await visit.form(About)
    do(visit, commands.TakeOverComplaint(complaint=form.complaint, by=visit.by))
    return Told("已接办", to=_to(form.complaint))


async def call_back(visit: Visit) -> Told:
    """回访 (M46, S18)."""
    form = await visit.form(Called)
    words = form.words.strip()
    do(visit, commands.NoteCallBack(complaint=form.complaint, by=visit.by, result=form.result, words=words))
    return Told("回访已登记", to=_to(form.complaint))


async def plan(visit: Visit) -> Told:
    """限期整改."""
    form = await visit.form(Planned)
    most = visit.house.hall.plan.complaints.rectify_days
    typed = unicodedata.normalize("NFKC", form.days).strip()[:4]
    days = int(typed) if typed.isascii() and typed.isdecimal() else 0
    if not 1 <= days <= most:
        raise refused(f"整改期限请填写1至{most}个工作日", 400)
    words = form.words.strip()
    outcome = do(visit, commands.PlanRectification(complaint=form.complaint, by=visit.by, words=words, days=days))
    until = next(fact.settle_by for fact in outcome.facts if isinstance(fact, events.ComplaintRectificationPlanned))
    return Told(f"限期整改，最迟{day_words(until)}办结" if until else "限期整改已登记", to=_to(form.complaint))


async def settle(visit: Visit) -> Told:
    """立行立改, 限期整改 or 解释说明."""
    form = await visit.form(Done)
    known = visit.house.state.complaints.known.get(form.complaint)
    if form.outcome == "rectified" and known and not known.plan:
        raise refused("请先登记整改措施和期限")
    words = form.words.strip()
    do(visit, commands.SettleComplaint(complaint=form.complaint, by=visit.by, outcome=form.outcome, words=words))
    return Told("已办结", to=_to(form.complaint))


async def reopen(visit: Visit) -> Told:
    """重新办理, also what was settled long ago: the record says what it was."""
    form = await visit.form(About)
    known = (await history_of(visit, form.complaint)).complaint
    words = form.words.strip()
    do(visit, commands.ReopenComplaint(complaint=form.complaint, by=visit.by, words=words, known=known))
    return Told("已重新办理，由您负责", to=_to(form.complaint))


async def review(visit: Visit) -> Told:
    """复核: the item is marked, the rating stays."""
    form = await visit.form(Reviewed)
    words = form.words.strip()
    do(visit, commands.DecideAppeal(complaint=form.complaint, by=visit.by, accepted=form.accepted, words=words))
    return Told("复核结果已登记", to=_to(form.complaint))


async def name(visit: Visit) -> Told:
    """Whom to call back, as he said it to somebody of the hall."""
    form = await visit.form(Named)
    keep_contact(visit, form.complaint, form.name, form.phone)
    return Told("联系方式已登记", to=_to(form.complaint))


DECLARED: tuple[Declared, ...] = (
    Action(path="/staff/complaints/enter", permission="complaints-work", do=enter),
    Action(path="/staff/complaints/take-over", permission="complaints-work", do=take_over),
    Action(path="/staff/complaints/call-back", permission="complaints-work", do=call_back),
    Action(path="/staff/complaints/plan", permission="complaints-work", do=plan),
    Action(path="/staff/complaints/settle", permission="complaints-work", do=settle),
    Action(path="/staff/complaints/reopen", permission="complaints-work", do=reopen),
    Action(path="/staff/complaints/review", permission="complaints-work", do=review),
    Action(path="/staff/complaints/contact", permission="complaints-work", do=name),
)
