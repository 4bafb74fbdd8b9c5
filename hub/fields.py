"""What a keypad's fields are, and how a ticket's number is typed with ten digits.

A number is typed as the place of its letter, then three digits: A012 is 1 012, and 0 012 is the H012 that was printed
beforehand. So ten digits are enough for everything.
"""

from typing import Literal

from msgspec import Struct

from hub.config import Hall
from hub.rules.state import State

Kind = Literal["digits", "secret", "number"]
NUMBER_DIGITS = 3


class Field(Struct, frozen=True):
    """One thing that is asked for. prompt: two or three characters. digits: at the most. may_be_empty: also none."""

    prompt: str
    digits: int
    kind: Kind = "digits"
    may_be_empty: bool = False


class Asked(Struct, frozen=True, kw_only=True):
    """Who has filled a form, where, and when. by: who is signed in there, empty: nobody."""

    hall: Hall
    state: State
    device: str
    counter: int
    by: str
    now: int
    values: tuple[str, ...]


SERVICE = Field("业务", 1)
OTHER_SERVICE = Field("转业务", 1, may_be_empty=True)
COUNTER = Field("窗口", 2)
REASON = Field("原因", 1)
ABSENCE = Field("去向", 1)
RESULT = Field("结果", 1)


def letters_of(hall: Hall) -> str:
    """Return the letters of a hall's numbers, in the order in which digits name them; appointments come last."""
    return "".join(service.letter for service in hall.plan.services.values()) + hall.plan.appointment_letter


def number_of(hall: Hall, typed: str) -> str:
    """Return the number that was typed: 1012 is A012; what names no letter stays as it is."""
    letter = letter_of(hall, typed[:1])
    return f"{letter}{typed[1:].zfill(NUMBER_DIGITS)}" if letter else typed


def letter_of(hall: Hall, digit: str) -> str:
    """Return the letter that a digit names, 0 the one of numbers that were printed beforehand; empty where none."""
    if not digit.strip("0"):
        return hall.plan.reserve_letter if digit else ""
    return letters_of(hall)[int(digit) - 1 : int(digit)]


def service_of(hall: Hall, typed: str) -> str:
    """Return the code of the service that a digit names; the digit itself, which is no code, where there is none."""
    codes = list(hall.plan.services)
    place = int(typed or 0)
    return codes[place - 1] if 1 <= place <= len(codes) else typed or "0"
