"""What is asked of the hall itself: to become another one while people wait."""

from hub.rules.command import Command
from hub.rules.plan import Plan


class ChangeHall(Command, frozen=True, kw_only=True):
    """Go on with another plan. person: who wants it, empty: who has written into the file by hand.

    summary: what is different, in words, nothing secret. edit: number of the change, under which its texts are kept.
    sha256: of the hall's file as it is now. undoes: number of the change that this one takes back, 0: none.
    """

    person: str
    summary: str
    edit: int
    sha256: str
    plan: Plan
    undoes: int = 0
