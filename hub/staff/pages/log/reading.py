"""What the journal tells of people's doings, as lines of a log; read in the worker process (M26)."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from hub.journal import read_rows
from hub.rules import events
from hub.staff.typed import latest

Kind = Literal["signing", "refused", "seen", "exported", "changed"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIGNING = frozenset(("sign-in", "sign-out", "unlock", "counter-in", "counter-out", "on-duty", "off-duty"))
SEEN = frozenset(("complaints-names", "notices-look"))


class Line(Struct, frozen=True, kw_only=True):
    """One doing. person: empty, nobody said who he is. action: a permission's name or a key of `words.DOINGS`.

    refused: why it was not allowed; empty: it was.
    """

    at: int
    person: str
    action: str
    about: str = ""
    refused: str = ""

    @property
    def kind(self) -> Kind:
        """What sort of doing it is."""
        if self.refused:
            return "refused"
        if self.action in SIGNING:
            return "signing"
        if self.action.endswith("-export"):
            return "exported"
        return "seen" if self.action.endswith("-see") or self.action in SEEN else "changed"


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for. since, until: ms, until not included. person, kind: empty, any."""

    since: int
    until: int
    person: str = ""
    kind: str = ""

    def fits(self, line: Line) -> bool:
        """Tell whether a line is one of those; its moment aside."""
        return self.person in ("", line.person) and self.kind in ("", line.kind)


class Found(Struct, frozen=True, kw_only=True):
    """A page of lines, the latest first."""

    lines: tuple[Line, ...]
    is_last: bool


def _noted(fact: events.AccessNoted) -> Line:
    return Line(at=fact.at, person=fact.person, action=fact.action, about=fact.subject, refused=fact.refused)


def _looked(fact: events.NoticesLookedUp) -> Line:
    about = " ".join(
        f"{name}={value}"
        for name, value in (("own_serial", fact.serial), ("first", fact.first), ("last", fact.last))
        if value
    )
    return Line(at=fact.at, person=fact.by, action="notices-look", about=about)


def _of(action: str, about: Callable[[Any], str], who: str = "by") -> Callable[[Any], Line]:
    return lambda fact: Line(at=fact.at, person=getattr(fact, who), action=action, about=about(fact))


def _at_counter(fact: Any) -> str:
    return f"counter={fact.counter}"


def _posted(fact: Any) -> str:
    return f"counter={fact.counter} staff={fact.person}"


LINES: Mapping[type[events.Event], Callable[[Any], Line]] = {
    events.AccessNoted: _noted,
    events.NoticesLookedUp: _looked,
    events.SignedIn: _of("counter-in", _at_counter, "person"),
    events.SignedOut: _of("counter-out", _at_counter, "person"),
    events.CameOnDuty: _of("on-duty", lambda _fact: "", "person"),
    events.WentOffDuty: _of("off-duty", lambda _fact: "", "person"),
    events.ServicesSet: _of("services-set", lambda fact: f"counter={fact.counter} services={','.join(fact.services)}"),
    events.Enlisted: _of("enlisted", _posted),
    events.Dismissed: _of("dismissed", _posted),
    events.FaultDeclared: _of("fault-declared", lambda _fact: ""),
    events.FaultCleared: _of("fault-cleared", lambda _fact: ""),
    events.HallChanged: _of("hall-changed", lambda fact: fact.summary, "person"),
    events.RowsSealed: _of("rows-sealed", lambda fact: f"rows={fact.first}-{fact.last}"),
}
"""Fact to its line."""
_WORDS = tuple(f'"{kind.__name__}"' for kind in LINES)


def find(journal: Path, wanted: Wanted, page: int, size: int) -> Found:
    """Return a page of the log; raise JournalError where the journal cannot be read."""
    lines, is_last = latest((one for one in _lines(journal, wanted) if wanted.fits(one)), page, size)
    return Found(lines=tuple(lines), is_last=is_last)


def _lines(journal: Path, wanted: Wanted) -> Iterator[Line]:
    for row in read_rows(journal, since=wanted.since, words=_WORDS):
        if row.at >= wanted.until:
            return
        for fact in row.content().facts:
            make = LINES.get(type(fact))
            if make:
                yield make(fact)
