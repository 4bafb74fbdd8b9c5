"""What the hub asks a voice to say: the part of the contract that `hardware.contract` takes in (S8)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

SpeechId = Annotated[
    str, Meta(pattern=r"^[0-9]{8}-s[0-9]{8}\Z", description="date-s, and the milliseconds of that day")
]
AnyJobId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{8}-([0-9]{6}(-[0-9]{1,3})?|s[0-9]{8}|[lu][0-9]{5})\Z",
        description="day-serial or day-serial-copy of a print, date-s and milliseconds of what is spoken, "
        "date-u and number of an update, date-l and number of a lease",
    ),
]
Phrase = Literal["call", "recall", "rate", "open", "pause", "closing", "away", "test"]
Language = Literal["zh", "yue"]
TicketNumber = Annotated[str, Meta(pattern=r"^([A-Z][0-9]{3,6})?\Z", description="A012, empty where none is named")]
CounterNumber = Annotated[int, Meta(ge=0, le=99)]
Call = tuple[TicketNumber, CounterNumber]
"""A number that is being called, and the counter that calls it."""


class Speak(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to be said in the hall, once (S8); words and sounds are the device's own.

    number, counter: what the phrase names, empty and 0 where it names none. langs: one after another, all of them
    repeats times. rate: words a minute. volume: percent. chime: before the first word. at: hall time of what is said.
    max_age_s: seconds after ``at`` from which it is not said any more.
    """

    do: Literal["speak"]
    id: SpeechId
    phrase: Phrase
    number: TicketNumber = ""
    counter: CounterNumber = 0
    langs: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=4)] = ("zh",)
    repeats: Annotated[int, Meta(ge=1, le=5)] = 1
    rate: Annotated[int, Meta(ge=80, le=300)] = 160
    volume: Annotated[int, Meta(ge=0, le=100)] = 100
    chime: bool = False
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    max_age_s: Annotated[int, Meta(ge=1, le=3600)] = 120


class Doing(Struct):
    """What a job asks for, looked at before the rest of it."""

    do: Literal["print", "speak", "lease", "update", "piece", "switch"]
