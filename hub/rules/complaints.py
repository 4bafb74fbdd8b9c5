"""Complaints and low ratings as work to be done (M46, S16): what is known of each, and what facts make of it."""

from typing import Literal

import msgspec
from msgspec import Struct

Channel = Literal["rating", "hotline", "written", "phone", "visit"]
"""差评, 12345热线工单, 书面, 电话, 来访."""
CallBack = Literal["content", "not-content", "withdrawn", "no-answer", "wrong-number", "declined"]
"""What a call-back came to: the first three where he was reached, the others where he was not."""
Outcome = Literal["at-once", "rectified", "explained"]
"""立行立改, 限期整改, 解释说明."""
Grounds = Literal["mistaken", "malicious"]
"""误评, 恶意差评."""
Appeal = Literal["", "lodged", "accepted", "rejected"]
REACHED: tuple[CallBack, ...] = ("content", "not-content", "withdrawn")


class Complaint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One work item. id: day it was opened, and which of the day: 20261123-T001. at: when, ms since 1970.

    counter 0, serial 0, level 0, aspect 0: not known or none. number: of the ticket. reference: of a hotline's order.
    served_by: who served the ticket or is complained of, and so may not handle it (N 6.3.1). owner: empty, nobody has
    taken it over. contact_by, settle_by: last day, YYYYMMDD, empty where the hall's calendar knows none. called_at: the
    first call-back; reached_at: the first that reached him. plan: what is to be set right (限期整改). has_contact: he
    gave his name or phone number, so he must be called back. appeal, grounds: of the one who was rated; the rating
    itself stays as it was given.
    """

    id: str
    channel: Channel
    at: int
    service: str = ""
    counter: int = 0
    number: str = ""
    serial: int = 0
    level: int = 0
    aspect: int = 0
    reference: str = ""
    words: str = ""
    served_by: tuple[str, ...] = ()
    owner: str = ""
    contact_by: str = ""
    settle_by: str = ""
    called_at: int | None = None
    reached_at: int | None = None
    plan: str = ""
    outcome: Outcome | None = None
    settled_at: int | None = None
    reopened: int = 0
    appeal: Appeal = ""
    grounds: Grounds | None = None
    has_contact: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.settled_at is None

    @property
    def day(self) -> str:
        """The business day on which it was opened."""
        return self.id[:8]

    def is_overdue(self, today: str) -> bool:
        """Return whether it should have been settled before this day, YYYYMMDD."""
        return self.is_open and "" < self.settle_by < today

    def awaits_call(self, today: str) -> bool:
        """Return whether a call-back should have been tried before this day, YYYYMMDD."""
        return self.is_open and self.called_at is None and "" < self.contact_by < today


class Complaints(Struct, kw_only=True):
    """All that are open, and those that were settled today. opened: how many were opened today."""

    known: dict[str, Complaint] = msgspec.field(default_factory=dict)
    opened: int = 0

    def of_ticket(self, serial: int, day: str) -> Complaint | None:
        """Return the one that a rating of a day's ticket has opened."""
        of_day = (one for one in self.known.values() if one.day == day and one.channel == "rating")
        return next((one for one in of_day if one.serial == serial), None)

    def open(self) -> tuple[Complaint, ...]:
        """Return those that are not settled, in the order in which they were opened."""
        return tuple(one for one in self.known.values() if one.is_open)

    def change(self, complaint: str, **fields: object) -> None:
        """Change what is known of one."""
        self.known[complaint] = msgspec.structs.replace(self.known[complaint], **fields)
