"""Which words of a hall no font for LEDs has: they are shown with a stand-in, and somebody should know (M2)."""

from collections.abc import Iterator

from displays.card_text import lacking
from displays.glyphs import STAND_IN, missing
from hardware.board import StripCard
from hub.config import Hall


def unshowable(hall: Hall) -> list[str]:
    """Return a sentence for every word of the hall's file that a panel cannot show as it is written."""
    return [
        f"{what}: no font has {' '.join(absent)}; panels show {STAND_IN}"
        for what, words in _words(hall)
        if (absent := missing(words))
    ] + [
        f"{what}: strip cards lack {' '.join(without)}; they show {STAND_IN}"
        for what, words in _words(hall)
        if any(isinstance(board.panel, StripCard) for board in hall.boards.values()) and (without := lacking(words))
    ]


def _words(hall: Hall) -> Iterator[tuple[str, str]]:
    """Yield what a panel may show, with where it stands."""
    file = hall.file
    for service in file.services:
        yield f"service {service.code}", service.name
    for counter in file.counters:
        yield f"counter {counter.number}", counter.name or ""
    for person in file.people:
        yield f"person {person.id}", person.name
    for of in ("special", "transfer", "absence", "refused"):
        yield f"reasons of {of}", "".join(hall.reasons(of))
    yield "words of the pad", "".join(file.pad.words.values())
    for kind, states in file.faces.items():
        for state in states:
            cell = hall.faces[kind][state]
            yield f"face {state} of a {kind}", "".join((*cell.texts, cell.small))
