"""What an attack is: who tries what, what comes of it, where it is counted; docs/security.md is made of these.

An attack that is played on the site has a function; one that other tests play names them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hub.repelled import Kind
from tests.attacks.site import Site

Who = Literal["device", "stranger", "person"]
WHO: dict[Who, str] = {
    "device": "A device that turned bad: it knows its own password",
    "stranger": "An unknown machine in the hall's network: it knows nothing",
    "person": "Somebody who works here, or sits at his browser: without the role, or with another's cookie",
}
Counted = Kind | Literal["journal", "noise", "again", ""]
COUNTED: dict[Counted, str] = {
    "journal": "the journal, with whose it was",
    "noise": "the health page names the device",
    "again": "as an event that was sent again",
    "": "not counted: nothing comes of it",
}
Play = Callable[[Site], None]


@dataclass(frozen=True)
class Attack:
    """One attack. happens: what must. counted: kind of `hub.repelled`, or another place of COUNTED."""

    id: str
    who: Who
    tried: str
    happens: str
    counted: Counted
    play: Play | None = None
    test: str = ""

    @property
    def shown_by(self) -> str:
        """Where it is played."""
        return self.test or f"tests/attacks/{self.play.__module__.rpartition('.')[2]}.py" if self.play else self.test


ATTACKS: list[Attack] = []


def attack(*, who: Who, tried: str, happens: str, counted: Counted) -> Callable[[Play], Play]:
    """Declare a function that plays an attack; its name is the attack's id."""

    def declare(play: Play) -> Play:
        name = play.__name__.replace("_", "-")
        ATTACKS.append(Attack(id=name, who=who, tried=tried, happens=happens, counted=counted, play=play))
        return play

    return declare
