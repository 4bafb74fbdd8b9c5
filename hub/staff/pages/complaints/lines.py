"""A complaint as it stands in a list, and all that happened to it, in words: pure functions of the hall and facts."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from hub.complaints_table import APPEALS, CALL_BACKS, CHANNELS, GROUNDS, OUTCOMES, day_words, state_words, was_late
from hub.config import Hall
from hub.rules import events
from hub.rules.complaints import Complaint
from hub.staff.pages.duty.glance import person_words
from hub.words import ASPECTS, LEVELS


class Deadline(Struct, frozen=True, kw_only=True):
    """A last day in words. mood: wrong where it is over, warn where it is today, otherwise empty."""

    words: str
    mood: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """An item of a list. what: its level, or by which way it came."""

    item: Complaint
    what: str
    aspect: str
    service: str
    counter: str
    served: str
    owner: str
    state: str
    outcome: str
    call: Deadline
    settle: Deadline

    @property
    def mood(self) -> str:
        """How bad it is: that of the worse deadline."""
        return "wrong" if "wrong" in (self.call.mood, self.settle.mood) else self.settle.mood or self.call.mood


class Step(Struct, frozen=True, kw_only=True):
    """Something that happened to an item. at: ms. who: empty for nobody of the hall."""

    at: int
    what: str
    words: str = ""
    who: str = ""


def line(hall: Hall, one: Complaint, today: str) -> Line:
    """Return an item as a list shows it. today: business day, YYYYMMDD."""
    return Line(
        item=one,
        what=LEVELS.get(one.level, CHANNELS[one.channel]),
        aspect=ASPECTS.get(one.aspect, ""),
        service=hall.service_name(one.service) if one.service else "",
        counter=f"{one.counter}号窗口" if one.counter else "",
        served="、".join(person_words(hall, who) for who in one.served_by),
        owner=person_words(hall, one.owner) if one.owner else "",
        state=state_words(one),
        outcome=OUTCOMES[one.outcome] if one.outcome else "",
        call=_call(one, today),
        settle=_settle(hall, one, today),
    )


def _call(one: Complaint, today: str) -> Deadline:
    if one.called_at is not None:
        return Deadline(words="已回访" if one.reached_at is not None else "未接通")
    return _until(one.contact_by, today) if one.is_open else Deadline(words="")


def _settle(hall: Hall, one: Complaint, today: str) -> Deadline:
    if one.is_open:
        return _until(one.settle_by, today)
    return Deadline(words="逾期办结" if was_late(hall, one, today) else "按期办结")


def _until(day: str, today: str) -> Deadline:
    if not day:
        return Deadline(words="")
    if day < today:
        return Deadline(words=f"{day_words(day)} 逾期", mood="wrong")
    return Deadline(words=f"{day_words(day)} 今日到期", mood="warn") if day == today else Deadline(words=day_words(day))


def steps(hall: Hall, facts: Iterable[events.Fact]) -> Iterator[Step]:
    """Yield all that happened to an item, in order."""
    for fact in facts:
        what = _what(fact)
        if what:
            by = getattr(fact, "by", "")
            said = fact.item.words if isinstance(fact, events.ComplaintOpened) else getattr(fact, "words", "")
            yield Step(at=fact.at, what=what, words=said, who=person_words(hall, by) if by else "")


def _what(fact: events.Fact) -> str:
    """Return what a fact says in few words; empty where it says nothing of a complaint."""
    found = _TOLD.get(type(fact))
    return found(fact) if found else ""


def _opened(fact: events.ComplaintOpened) -> str:
    return f"{CHANNELS[fact.item.channel]}{LEVELS.get(fact.item.level, '')}" + ("，登记" if fact.by else "")


def _planned(fact: events.ComplaintRectificationPlanned) -> str:
    return f"限期整改，{day_words(fact.settle_by)}前完成" if fact.settle_by else "限期整改"


_TOLD: dict[type[events.Event], Callable[[Any], str]] = {
    events.ComplaintOpened: _opened,
    events.ComplaintAspectNamed: lambda fact: f"群众选择：{ASPECTS.get(fact.aspect, '')}",
    events.ComplaintTakenOver: lambda _fact: "接办",
    events.ComplaintCalledBack: lambda fact: f"回访：{CALL_BACKS[fact.result].removeprefix('已回访 ')}",
    events.ComplaintRectificationPlanned: _planned,
    events.ComplaintSettled: lambda fact: f"办结：{OUTCOMES[fact.outcome]}",
    events.ComplaintReopened: lambda _fact: "重新办理",
    events.ComplaintAppealed: lambda fact: f"被评价人申诉：{GROUNDS[fact.grounds]}",
    events.ComplaintAppealDecided: lambda fact: f"复核：{APPEALS['accepted' if fact.accepted else 'rejected']}",
    events.ComplaintContactKept: lambda fact: "登记联系方式" if fact.by else "群众留下联系方式",
    events.ComplaintContactsErased: lambda _fact: "联系方式保存期满，已删除",
}
