"""The laws of a hall: what holds at every moment, whatever breaks. Each is a class; its first line says the law.

A law looks at what is seen of the hall from outside (sim/theatre/seen.py) and at the ledger, a plain reading of the
journal as it was before that (sim/theatre/ledger.py), and yields a sentence for each thing that breaks it.
"""

import re
from collections.abc import Iterator, Mapping

from hardware.contract import HUB_LOST_AFTER_S, KeyPressed
from hub.rules import events
from sim.theatre.ledger import LEAVES_COUNTER, Ledger, Mark, Number
from sim.theatre.seen import PanelSeen, PaperSeen, Rest, RowSeen, Seen, SpokenSeen, ViewSeen

NUMBER = re.compile(r"[A-Z]\d{3,}")
_DAY_AND_SERIAL = re.compile(r"(\d{8})-\d{6}")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
ALONE = re.compile(r"[A-Z](80[1-9]|8[1-9]\d|9\d\d)")
"""Numbers that a dispenser gives alone, of which the journal hears later (docs/alone.md)."""
SECOND_COPY, WHOLE = "补打", "校验"
"""What a paper says that is not the first, and what stands in the last line of one that came out whole."""
HALL_SAYS = ("故障", "自检")
"""What every lintel says instead of its call while the hall stands still, or looks at itself."""
SLACK_S = 4.0
"""How much later than it should a panel of a busy computer may change."""

Tiers = Mapping[int, tuple[frozenset[str], ...]]
"""Counter to the services that it calls, in tiers: a lower one only when nobody of a higher one waits."""


class Law:
    """What has to hold; a law of which nothing speaks is not broken."""

    @property
    def words(self) -> str:
        """The law in one sentence."""
        return (type(self).__doc__ or "").partition("\n")[0]

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """Look at one thing that was seen; ledger: the journal before it."""
        yield from ()

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """Look at the hall when all is mended and has settled."""
        yield from ()


class AcknowledgedIsKept(Law):
    """What was acknowledged is in the journal, once, and stays there."""

    def __init__(self) -> None:
        self._acknowledged: dict[Mark, None] = {}

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """A view acknowledges the last event of its device; the journal has every event once, row after row."""
        if isinstance(seen, RowSeen) and (seen.device, seen.boot, seen.seq) in ledger.heard:
            yield f"row {seen.row} has event {seen.boot}/{seen.seq} of {seen.device} once more"
        if isinstance(seen, RowSeen) and seen.row != ledger.last_row + 1:
            yield f"row {seen.row} of the journal follows row {ledger.last_row}"
        if isinstance(seen, ViewSeen) and seen.view.ack != (0, 0):
            boot, seq = seen.view.ack
            self._acknowledged[seen.device, boot, seq] = None
            if (seen.device, boot, seq) not in ledger.heard:
                yield f"{seen.device} was told that its event {boot}/{seq} is kept, and it is not in the journal"

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """Whatever happened since."""
        for device, boot, seq in self._acknowledged:
            if (device, boot, seq) not in ledger.heard:
                yield f"event {boot}/{seq} of {device} was acknowledged, and is not in the journal any more"


class NoNumberTwice(Law):
    """No number is given twice on one day."""

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """Look at numbers as they are given."""
        for fact in seen.facts if isinstance(seen, RowSeen) else ():
            if isinstance(fact, events.TicketTaken) and (ledger.day, fact.number) in ledger.given:
                yield f"row {seen.row} gives {fact.number} again"  # type: ignore[union-attr]


class CalledOnceInOrder(Law):
    """Nobody is called twice (重呼 apart), and nobody passes anybody by more than his class's head start."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """Look at calls as they are made; a special call (特呼) passes by the line, which is what it is for."""
        for fact in seen.facts if isinstance(seen, RowSeen) else ():
            if isinstance(fact, events.TicketCalled) and (called := ledger.by_serial(fact.serial)):
                if (
                    called.calls
                    and called.where != "in-line"
                    and called.why_over not in ("TicketMissed", "TicketParked")
                ):
                    yield f"{called.number} was called again, to counter {fact.counter}"
                if fact.why != "number":
                    yield from self._passed(called, fact.counter, ledger)

    def _passed(self, called: Number, counter: int, ledger: Ledger) -> Iterator[str]:
        """Yield everybody who was passed by: he waited, this counter serves him, and his moment came before."""
        tiers = self._tiers.get(counter, ())
        for one in ledger.in_line():
            if one is called or one.only_at not in (0, counter):
                continue
            places = [self._tier(tiers, which, counter) for which in (one, called)]
            is_before = places[0] < places[1] or (places[0] == places[1] and ledger.key(one) < ledger.key(called))
            if places[0] < len(tiers) and is_before:
                early_s = (ledger.key(called) - ledger.key(one)) / 1000
                whom = f"{one.number}, who was {early_s:g} s before him"
                yield f"{called.number} was called to counter {counter} before {whom}"

    def _tier(self, tiers: tuple[frozenset[str], ...], one: Number, counter: int) -> int:
        """Return the tier in which a counter looks at somebody; one past the last where it does not."""
        if one.only_at == counter:
            return 0
        return next((at for at, tier in enumerate(tiers) if one.service in tier), len(tiers))


class ViewsFollowTheRules(Law):
    """What the broker keeps for a device is what the rules say that it shows."""

    def __init__(self, counters: Mapping[str, int], lintels: frozenset[str]) -> None:
        """counters: device to the counter that it belongs to. lintels: those whose panel names the call."""
        self._counters, self._lintels = counters, lintels
        self._last: dict[str, int] = {}

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """Compare each view with the row that it tells of: its turn, and the number at its counter after that."""
        if not isinstance(seen, ViewSeen):
            return
        view, last = seen.view, self._last.get(seen.device, 0)
        self._last[seen.device] = max(last, view.v)
        if view.v < last:
            yield f"{seen.device} got view {view.v} after view {last}"
        if view.turn > ledger.last_row:
            yield f"{seen.device} shows turn {view.turn}, and the journal ends with row {ledger.last_row}"
        elif seen.device in self._counters and view.panel:
            yield from self._number(seen, ledger)

    def _number(self, seen: ViewSeen, ledger: Ledger) -> Iterator[str]:
        text = seen.view.panel.text if seen.view.panel else ""
        named = set(NUMBER.findall(text))
        right = {ledger.at_counter(self._counters[seen.device], seen.view.turn)} - {""}
        is_of_the_hall = any(words in text for words in HALL_SAYS)
        if named - right or (seen.device in self._lintels and not is_of_the_hall and named != right):
            yield f"{seen.device} is told to show {text!r} while {' '.join(right) or 'nobody'} is at its counter"

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """Every view is, dot by dot, what the rules make of the journal."""
        for device, face in rest.faces.items():
            view = rest.views.get(device)
            if view is None:
                yield f"the broker keeps no view for {device}"
            elif view.ack != rest.acks[device]:
                yield f"{device} is told that {view.ack} is its last event; in the journal that is {rest.acks[device]}"
            elif (view.turn, view.lamps, view.panel, view.stale, view.calls) != (
                face.turn,
                face.lamps,
                face.panel,
                face.stale,
                face.calls,
            ):
                words = [panel.text if panel else "" for panel in (view.panel, face.panel)]
                told = f"{words[0]!r} at turn {view.turn}; by the rules {words[1]!r} at {face.turn}"
                yield f"{device} is told to show {told}"


class FacesAreTrue(Law):
    """Every face is true, or says that it is stale."""

    def __init__(self, counters: Mapping[str, int]) -> None:
        """counters: as in `ViewsFollowTheRules`."""
        self._counters = counters

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """A counter's panel names nobody but who was there not longer ago than it takes a device to notice silence."""
        for number in set(NUMBER.findall(seen.text)) if isinstance(seen, PanelSeen) else ():
            yield from self._untrue(seen, number, ledger)  # type: ignore[arg-type]

    def _untrue(self, seen: PanelSeen, number: str, ledger: Ledger) -> Iterator[str]:
        if counter := self._counters.get(seen.device):
            if number not in ledger.lately(counter, seen.at_s - HUB_LOST_AFTER_S - SLACK_S):
                yield f"{seen.device} shows {seen.text!r}: {number} is not at counter {counter}, and was not lately"
        elif number not in ledger.known() and not ALONE.fullmatch(number):
            yield f"{seen.device} shows {seen.text!r}: nobody was given {number}"

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """When nothing is broken any more, no panel is stale."""
        for device, is_right in rest.panels.items():
            if not is_right:
                yield f"the panel of {device} does not show its view"


class JobsAreDoneOnce(Law):
    """No job is done twice, unless its paper says so (补打)."""

    def __init__(self) -> None:
        self._first: set[tuple[str, str]] = set()
        self._said: dict[str, int] = {}

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """Of every number there is one whole paper without a mark, and no call is said more often than it was made."""
        if isinstance(seen, PaperSeen) and (named := number_on(seen.text)) and not is_copy(seen.text):
            if named in self._first:
                yield f"{seen.device} put out a second paper of {named[1]} that does not say {SECOND_COPY}"
            self._first.add(named)
        if isinstance(seen, SpokenSeen):
            for number in set(NUMBER.findall(seen.text)):
                self._said[number] = self._said.get(number, 0) + 1
                made = sum(count for (_day, one), count in ledger.sounds.items() if one == number)
                if self._said[number] > made:
                    yield f"{seen.device} has called {number} {self._said[number]} times, the journal has {made}"


class PaperIsAnswered(Law):
    """Who holds a paper is called, for as long as he can see it, or is told why not."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], str] = {}

    def see(self, seen: Seen, ledger: Ledger) -> Iterator[str]:
        """No press that was made before a call ends it: only who has seen the call may."""
        if isinstance(seen, PaperSeen) and (named := number_on(seen.text)):
            self._held[named] = seen.device
        if isinstance(seen, RowSeen) and isinstance(seen.message, KeyPressed):
            for fact in seen.facts:
                one = ledger.by_serial(fact.serial) if isinstance(fact, LEAVES_COUNTER) else None
                if one and seen.message.turn < one.called_in:
                    yield f"row {seen.row}: {one.number} was ended by a press that was made before its call was seen"

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """When nobody waits any more, everybody with a whole paper was called, or his number is over for a reason."""
        for (day, number), device in self._held.items():
            one = ledger.numbers.get((day, number))
            if one is None:
                if number not in ledger.refused:
                    yield f"somebody holds {number} of {day} from {device}, and nobody knows of it"
            elif not one.was_called and one.why_over not in ("TicketLeft", "TicketCancelled"):
                how = one.why_over or one.where
                yield f"somebody holds {number} from {device}, and was neither called nor told why not ({how})"


class ChainHolds(Law):
    """Every row of the journal follows from the one before it."""

    def rest(self, rest: Rest, ledger: Ledger) -> Iterator[str]:
        """As `lintel journal verify` finds it."""
        yield from rest.breaks


def every_law(tiers: Tiers, counters: Mapping[str, int], lintels: frozenset[str]) -> tuple[Law, ...]:
    """Return the laws for a hall. tiers, counters, lintels: as the laws say that need them."""
    return (
        AcknowledgedIsKept(),
        NoNumberTwice(),
        CalledOnceInOrder(tiers),
        ViewsFollowTheRules(counters, lintels),
        FacesAreTrue(counters),
        JobsAreDoneOnce(),
        PaperIsAnswered(),
        ChainHolds(),
    )


def number_on(text: tuple[str, ...]) -> tuple[str, str] | None:
    """Return day and number of a ticket's paper that came out whole; None of any other slip."""
    words = "\n".join(text)
    day = _DAY_AND_SERIAL.search(words) or _DATE.search(words)
    number = next((found for line in text if (found := NUMBER.fullmatch(line.strip()))), None)
    return ("".join(day.groups()), number[0]) if number and day and WHOLE in words else None


def is_copy(text: tuple[str, ...]) -> bool:
    """Tell whether a paper says that it is not the first."""
    return SECOND_COPY in "\n".join(text)
