"""Coming to a counter and leaving it: its choice, signing in, the absence that everybody is told of (M8, M12, M17)."""

import re
from datetime import timedelta

from msgspec import Struct

from hub.clock import local
from hub.people import BADGE_FROM
from hub.rules import commands
from hub.staff.gate import source
from hub.staff.house import Told, refused
from hub.staff.pages.counter.seat import Turned, look_twice, pressed, seat_of
from hub.staff.routing import Action
from hub.staff.signing import WORDS
from hub.staff.visit import Visit

MINUTE_MS = 60_000
HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
PHONE = re.compile(r"[0-9+() -]{3,30}")


class Choice(Struct, frozen=True, kw_only=True):
    """The counter that was chosen, 0: another is to be."""

    counter: int = 0


class Coming(Turned, frozen=True, kw_only=True):
    """pin: of whoever comes back, or his badge."""

    pin: str = ""


class Leaving(Turned, frozen=True, kw_only=True):
    """reason: code of the hall's list. back: HH:MM; else minutes from now on; neither: not said."""

    reason: str = ""
    minutes: int = 0
    back: str = ""
    phone: str = ""


async def choose(visit: Visit) -> Told:
    """Have this browser be a counter's pad."""
    number = (await visit.form(Choice)).counter
    if number and number not in visit.house.hall.plan.counters:
        raise refused(visit.house.words("no-such-counter"))
    visit.sit(number)
    return Told("", to="/staff/counter" if number else "/staff/counter/choose")


async def sign_in(visit: Visit) -> Told:
    """Sign in at the counter, or come back to it; who left it proves once more that it is he."""
    sent = await visit.form(Coming)
    counter = look_twice(visit, sent)
    if counter.person == visit.by and (counter.away or counter.locked):
        await _prove(visit, sent.pin[:32])
        look_twice(visit, sent)
    visit.ask(commands.SignIn(counter=seat_of(visit), person=visit.by))
    return Told(f"{visit.person.name}已在{seat_of(visit)}号窗上岗")


async def _prove(visit: Visit, pin: str) -> None:
    tries, where = visit.house.tries, source(visit.request)
    if len(pin) >= BADGE_FROM:
        holder = await tries.holder(pin, where)
        why = None if holder and holder.id == visit.by else "wrong-pin"
    else:
        why = await tries.refusal(visit.by, pin, where)
    if why:
        visit.house.note(visit.by, "unlock", f"counter {seat_of(visit)}", why_not=why)
        raise refused(WORDS[why] if why == "locked" else "密码不正确")


async def sign_out(visit: Visit) -> Told:
    """End the work at the counter."""
    await pressed(visit, Turned)
    visit.ask(commands.SignOut(counter=seat_of(visit)))
    return Told(f"已退出{seat_of(visit)}号窗")


async def leave(visit: Visit) -> Told:
    """Tell everybody why nobody is there, until when, and whom to phone."""
    sent, _counter = await pressed(visit, Leaving)
    words = visit.house.hall.reasons("absence")
    if not (sent.reason.isdecimal() and 1 <= int(sent.reason) <= len(words)):
        raise refused(visit.house.words("needs-reason"))
    phone = sent.phone.strip() or usual_phone(visit)
    if phone and not PHONE.fullmatch(phone):
        raise refused("联系电话有误")
    reason, back_at = words[int(sent.reason) - 1], _back_at(visit, sent)
    visit.ask(commands.Pause(counter=seat_of(visit), reason=reason, back_at=back_at, phone=phone))
    return Told(f"已显示去向：{reason}")


def usual_phone(visit: Visit) -> str:
    """Return the phone that is shown where none is typed: that of his office, or the hall's."""
    return visit.person.phone or visit.house.hall.file.ticket.enquiry_phone


def _back_at(visit: Visit, sent: Leaving) -> int | None:
    now, typed = visit.house.clock.now(), sent.back.strip()
    if not typed:
        if not 0 <= sent.minutes <= 24 * 60:
            raise refused("返回时间有误")
        return now + sent.minutes * MINUTE_MS if sent.minutes else None
    found = HOUR.fullmatch(typed)
    if not found:
        raise refused("返回时间有误，请按 14:30 的样式填写")
    present = local(now, visit.house.hall.zone)
    back = present.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    if back + timedelta(minutes=1) <= present:
        raise refused("返回时间已过")
    return max(now, round(back.timestamp() * 1000))


DECLARED: tuple[Action, ...] = (
    Action(path="/staff/counter/choose", permission="counter-see", do=choose),
    Action(path="/staff/counter/sign", permission="counter-sign", do=sign_in),
    Action(path="/staff/counter/out", permission="counter-sign", do=sign_out),
    Action(path="/staff/counter/pause", permission="counter-sign", do=leave),
)
