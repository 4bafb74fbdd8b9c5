"""Complaints and low ratings for those who handle them: lists, one with its history, and what is asked about them.

What is open stands in the hall's state; what was settled before today, in the record.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from hub.complaints_record import Record
from hub.config import Hall
from hub.contacts import Contact, ContactError, Contacts
from hub.desk import Outcome
from hub.journal import JournalError
from hub.orders import Ask
from hub.private_words import check_words, masked, without_marks
from hub.rules import commands
from hub.rules.complaint_commands import AboutComplaint
from hub.rules.complaints import Complaint
from hub.rules.events import ComplaintContactsErased, Fact
from hub.rules.state import State

Which = Literal["open", "overdue", "mine", "settled", "all"]
SEE_CONTACT = "complaints-names"
"""The action under which it is journalled that somebody saw a name or phone number (M26)."""


class CallBackShare(Struct, frozen=True, kw_only=True):
    """How many of those who left a name or phone number were called back, of which 100 % is due (实名差评回访率)."""

    due: int
    called: int
    reached: int

    @property
    def percent(self) -> float | None:
        """The share that was called back; None where nobody was to be."""
        return round(100 * self.called / self.due, 1) if self.due else None


def select(items: Iterable[Complaint], which: Which, *, by: str, today: str) -> list[Complaint]:
    """Return those of a list: open, overdue (settling or call-back), mine (open ones of ``by``), settled, or all.

    today: business day, YYYYMMDD. What is due first stands first; of what is settled, the latest.
    """
    chosen: dict[Which, Callable[[Complaint], bool]] = {
        "open": lambda one: one.is_open,
        "overdue": lambda one: one.is_overdue(today) or one.awaits_call(today),
        "mine": lambda one: one.is_open and one.owner == by,
        "settled": lambda one: not one.is_open,
        "all": lambda one: True,
    }
    found = [one for one in items if chosen[which](one)]
    if which in ("settled", "all"):
        return sorted(found, key=lambda one: (one.is_open, one.settled_at or one.at, one.id), reverse=True)
    return sorted(found, key=lambda one: (one.settle_by or "9", one.id))


def call_back_share(items: Iterable[Complaint]) -> CallBackShare:
    """Return how many low ratings with a name or phone number were called back."""
    named = [one for one in items if one.has_contact and one.channel == "rating"]
    return CallBackShare(
        due=len(named),
        called=sum(one.called_at is not None for one in named),
        reached=sum(one.reached_at is not None for one in named),
    )


class ComplaintsOffice:
    """What a running hub knows and does about complaints. ask: has a command decided and kept."""

    def __init__(self, hall: Hall, contacts: Contacts, *, ask: Ask, state: Callable[[], State]) -> None:
        self._hall, self._contacts = hall, contacts
        self._ask, self._state = ask, state
        self.record = Record(hall)
        self._looked_on = ""
        self._to_erase: tuple[str, ...] = ()

    def listed(self, which: Which, by: str) -> list[Complaint]:
        """Return what is open or was settled today, see `select`; what was settled before, `record` has."""
        state = self._state()
        return select(state.complaints.known.values(), which, by=by, today=state.day)

    def may_handle(self, one: Complaint, by: str) -> bool:
        """Return whether somebody has the role, and has not served whom it came from (N 6.3.1)."""
        person = self._hall.plan.people.get(by)
        return person is not None and "complaints" in person.roles and by not in one.served_by

    def do(self, command: commands.EnterComplaint | AboutComplaint) -> Outcome:
        """Have a command decided and kept; PrivateWordsError where its words say whose they are, for ever.

        Raises JournalError where it cannot be kept. A refusal has its words in `hub.words.REFUSED`.
        """
        about = command.complaint if isinstance(command, AboutComplaint) else ""
        kept = self._contacts.of(about)
        private = (kept.name, kept.phone) if kept else ()
        may_know = self._may_know(about, command)
        fields = {}
        for field in {"words", "reference"} & set(command.__struct_fields__):
            words = without_marks(getattr(command, field))
            check_words(words, private if may_know else ())
            fields[field] = words if may_know else masked(words, private)
        return self._ask(replace(command, **fields), _nobody_is_told)

    def _may_know(self, about: str, command: commands.EnterComplaint | AboutComplaint) -> bool:
        """Return whether who asks may hear that a name is the one that was left; who was rated could try names."""
        one = self._state().complaints.known.get(about, getattr(command, "known", None))
        return one is not None and self.may_handle(one, command.by)

    def keep_contact(self, complaint: str, *, name: str, phone: str, by: str = "") -> Outcome:
        """Keep whom to call back; by: empty, he himself at a pad. Raises ContactError where it cannot be kept."""
        before = self._contacts.of(complaint)
        self._contacts.put(complaint, Contact(name=_plain(name), phone=_plain(phone), day=self._state().day))
        try:
            outcome = self._ask(commands.KeepContact(complaint=complaint, by=by), _nobody_is_told)
        except JournalError:
            self._restore(complaint, before)
            raise
        if outcome.refused:
            self._restore(complaint, before)
        return outcome

    def _restore(self, complaint: str, before: Contact | None) -> None:
        if before:
            self._contacts.put(complaint, before)
        else:
            self._contacts.erase((complaint,))

    def contact(self, one: Complaint, by: str) -> Contact | None:
        """Return whom to call back, None where nobody said or ``by`` may not know; that he looked is journalled."""
        refused = "" if self.may_handle(one, by) else "not-authorised"
        note = commands.NoteAccess(person=by, action=SEE_CONTACT, subject=one.id, refused=refused)
        self._ask(note, _nobody_is_told)
        return None if refused else self._contacts.of(one.id)

    def contacts_for_export(self, items: Sequence[Complaint], by: str) -> dict[str, Contact]:
        """Return whom to call back for the one table that may show it; that it was made is journalled for each."""
        found = {one.id: self.contact(one, by) for one in items if one.has_contact}
        return {one: contact for one, contact in found.items() if contact}

    def due(self) -> Iterator[commands.Command]:
        """Yield, once a day, that names and phone numbers have been kept long enough; they are erased when it is kept.

        What could not be erased is tried again each time.
        """
        self._erase()
        day = self._state().day
        if day and day != self._looked_on:
            self._looked_on = day
            if old := self._contacts.due(day):
                yield commands.EraseContacts(complaints=old)

    def follow(self, facts: Iterable[Fact]) -> None:
        """Erase what has been journalled as erased, and keep the record."""
        for fact in facts:
            self.record.follow(fact)
            if isinstance(fact, ComplaintContactsErased):
                self._to_erase += fact.complaints
                self._erase()

    def _erase(self) -> None:
        if not self._to_erase:
            return
        try:
            self._contacts.erase(self._to_erase)
        except ContactError:  # a full disk is alarmed by the journal already; it is tried again
            return
        self._to_erase = ()


def _plain(typed: str) -> str:
    """Return what was typed as others write it: digits of full width are digits, what nobody sees is nothing."""
    return without_marks(unicodedata.normalize("NFKC", typed)).strip()


def _nobody_is_told(_facts: Iterable[Fact]) -> None:
    """Nothing has to be done about these before anybody else hears of them."""
