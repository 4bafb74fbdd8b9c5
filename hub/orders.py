"""What people ask of the hub by name: who it is, what he wants, what came of it; the door stands in front of this."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from hardware.logs import Log
from hub.archive.rights import is_open_to_all, may
from hub.config import Hall
from hub.desk import Outcome
from hub.names import Names
from hub.office import Change, Office, Show
from hub.paper_file import Material
from hub.private_words import PrivateWordsError, check_items
from hub.rules import commands
from hub.rules.case import Reason
from hub.rules.events import Fact, NoticeGiven
from hub.rules.state import State
from hub.tries import Tries
from hub.words import REFUSED
from printers.wrapping import clean

log = Log(__name__)

Ask = Callable[[commands.Command, Callable[[Iterable[Fact]], None]], Outcome]
Day = Annotated[str, Meta(pattern=r"^([0-9]{8})?\Z")]
Name = Annotated[str, Meta(max_length=20, pattern=r"^[^\x00-\x1f\x7f]*\Z")]


class GiveNotice(Struct, frozen=True, kw_only=True, tag="notice", forbid_unknown_fields=True):
    """Give a notice at a counter. missing: places in the service's list, 1 the first; items: further ones in words.

    name: of the citizen, for the paper alone; empty: he writes it himself.
    """

    counter: int
    missing: tuple[int, ...] = ()
    items: Annotated[tuple[Material, ...], Meta(max_length=20)] = ()
    oral: bool = False
    service: str = ""
    name: Name = ""


class LookUp(Struct, frozen=True, kw_only=True, tag="look-up", forbid_unknown_fields=True):
    """Be allowed to see notices; that one did is journalled."""

    serial: Annotated[str, Meta(pattern=r"^([0-9]{8}-G[0-9]{3,6})?\Z")] = ""
    first: Day = ""
    last: Day = ""


class NoteUse(Struct, frozen=True, kw_only=True, tag="note-use", forbid_unknown_fields=True):
    """Be allowed to use the archive; that one did, or tried to, is journalled. subject: what it is about."""

    act: Literal["archive-see", "archive-export"]
    subject: Annotated[str, Meta(max_length=200)]


Order = GiveNotice | LookUp | NoteUse | Show | Change


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order, and who gives it."""

    person: Annotated[str, Meta(max_length=32)]
    pin: Annotated[str, Meta(max_length=32)]
    order: Order


class Reply(Struct, frozen=True, kw_only=True):
    """What came of an order, in words for whoever gave it. own_serial: of a notice that was given.

    found: what was asked for, as JSON.
    """

    is_done: bool
    words: str
    own_serial: str = ""
    found: Raw = Raw(b"null")


class Orders:
    """Carries out orders of people who say who they are.

    ask: has a command decided and kept at once. is_private: whether what goes to printers can be read by nobody on its
    way; only then a name goes with it (M40). office: answers maintainers; None: nobody does.
    """

    def __init__(
        self,
        hall: Hall,
        *,
        ask: Ask,
        state: Callable[[], State],
        names: Names,
        is_private: bool,
        office: Office | None = None,
    ) -> None:
        self._hall = hall
        self._office = office
        self._ask = ask
        self._state = state
        self._names = names
        self._is_private = is_private
        self._tries = Tries(lambda: hall)

    async def answer(self, asked: Asked) -> Reply:
        """Return what came of an order. A wrong PIN and an unknown person look alike; after three one waits (M12)."""
        order, office = asked.order, self._office
        if isinstance(order, Show):
            return Reply(is_done=True, words="", found=office.show(order)) if office else self._refused("no-such-key")
        is_open = isinstance(order, Change) and office is not None and office.is_open_to_all
        is_open = is_open or (isinstance(order, NoteUse) and is_open_to_all(self._hall))
        refusal = None if is_open else await self._tries.refusal(asked.person, asked.pin)
        if refusal:
            return self._refused(refusal)
        if isinstance(order, Change):
            return await self._change(order, asked.person)
        if isinstance(order, LookUp):
            return self._look_up(order, asked.person)
        if isinstance(order, NoteUse):
            return self._note_use(order, asked.person)
        return self.give(order, asked.person)

    def _look_up(self, order: LookUp, by: str) -> Reply:
        look = commands.LookUpNotices(by=by, serial=order.serial, first=order.first, last=order.last)
        outcome = self._ask(look, lambda _facts: None)
        return self._refused(outcome.refused) if outcome.refused else Reply(is_done=True, words="")

    def _note_use(self, order: NoteUse, by: str) -> Reply:
        """Who may not is noted too; where nobody has a number, whatever was typed is no name."""
        refused: Reason | None = None if may(self._hall, by, order.act) else "not-authorised"
        person = "" if is_open_to_all(self._hall) else by
        note = commands.NoteAccess(person=person, action=order.act, subject=order.subject, refused=refused or "")
        self._ask(note, lambda _facts: None)
        return self._refused(refused) if refused else Reply(is_done=True, words="")

    async def _change(self, order: Change, by: str) -> Reply:
        if self._office is None or not self._office.may(by, order):
            return self._refused("not-authorised")
        is_done, words = await self._office.change(order, by)
        return Reply(is_done=is_done, words=words)

    @property
    def is_private(self) -> bool:
        """Whether a name may go to a printer."""
        return self._is_private

    def give(self, order: GiveNotice, by: str) -> Reply:
        """Give a notice in the name of somebody who has shown who he is; raise JournalError where it is not kept."""
        items = self._items(order)
        if order.counter not in self._hall.plan.counters:
            return self._refused("no-such-counter")
        if items is None:
            return Reply(is_done=False, words="材料序号有误，或窗口没有号码而未指明业务")
        try:
            check_items(items, clean(order.name).strip())
        except PrivateWordsError as error:
            return Reply(is_done=False, words=str(error))
        command = commands.GiveNotice(counter=order.counter, items=items, oral=order.oral, service=order.service, by=by)
        given: list[NoticeGiven] = []
        outcome = self._ask(command, lambda facts: given.extend(self._named(facts, clean(order.name).strip())))
        if outcome.refused:
            return self._refused(outcome.refused)
        return Reply(is_done=True, words=self._words(order), own_serial=given[0].own_serial)

    def _named(self, facts: Iterable[Fact], name: str) -> Iterable[NoticeGiven]:
        """Put the name beside the notice before that goes to the printer; yield the notice."""
        for fact in facts:
            if isinstance(fact, NoticeGiven):
                if name and self._is_private and not fact.oral:
                    self._names.put(fact.own_serial, name)
                elif name and not fact.oral:
                    words = f"{fact.own_serial}: its name is not sent, since the link to the broker is not TLS"
                    log.warning("name-not-sent", words)
                yield fact

    def _words(self, order: GiveNotice) -> str:
        if order.oral:
            return "已记录口头告知"
        if order.name and not self._is_private:
            return "已送打印；连接未加密，姓名未发送，请在告知单上手写姓名"
        return "已送打印"

    def _items(self, order: GiveNotice) -> tuple[str, ...] | None:
        """Return all that is missing, in words; None where a place has nothing."""
        here = self._state().counters.get(order.counter)
        service = order.service or (here.ticket.service if here and here.ticket else "")
        plan = self._hall.plan.services.get(service)
        found = _chosen(plan.materials if plan else (), order.missing)
        written = [words for item in order.items if (words := clean(item).strip())]  # what no paper shows is nothing
        return None if found is None else tuple(dict.fromkeys((*found, *written)))

    def _refused(self, why: Reason) -> Reply:
        return Reply(is_done=False, words=self._hall.words.get(why) or REFUSED[why])


def _chosen(materials: Sequence[str], places: Iterable[int]) -> list[str] | None:
    wanted = list(places)
    if not all(1 <= place <= len(materials) for place in wanted):
        return None
    return [materials[place - 1] for place in wanted]
