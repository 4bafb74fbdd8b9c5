"""Judges all that is seen of a hall by the laws, as it comes, and keeps what broke them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sim.theatre.laws import Law
from sim.theatre.ledger import Ledger
from sim.theatre.seen import Rest, RowSeen, Seen

WORKS_AGAIN = "What is mended works again."
"""Said where a hall does not come to rest, so that nothing more can be judged."""
COMES_UP = "A hall comes up."
"""Said of one that did not."""
IS_REFUSED = "A journal that has lost what was kept is refused, or said to be damaged where today needs none of it."
"""Said of a hub that goes on with one that its disk has damaged."""


class Broken(Struct, frozen=True, kw_only=True):
    """A law that did not hold. law: its sentence. what: what broke it."""

    law: str
    what: str

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.what} -- {self.law}"


class Court:
    """The laws, the ledger that they look at, and what broke them so far, each thing once."""

    def __init__(self, laws: Sequence[Law], head_start_ms: Mapping[str, int]) -> None:
        self._laws = laws
        self._head_start_ms = head_start_ms
        self._rows: list[RowSeen] = []
        self._found: dict[Broken, None] = {}
        self.ledger = Ledger(head_start_ms=head_start_ms)

    @property
    def broken(self) -> tuple[Broken, ...]:
        """What has broken laws for good, in the order in which it was seen."""
        return tuple(self._found)

    def see(self, seen: Seen) -> None:
        """Judge what was seen."""
        for law in self._laws:
            for what in law.see(seen, self.ledger):
                self._found[Broken(law=law.words, what=what)] = None
        if isinstance(seen, RowSeen):
            self._rows.append(seen)
            self.ledger.take(seen)

    def convict(self, law: str, what: str) -> None:
        """Keep what broke a law that is said above."""
        self._found[Broken(law=law, what=what)] = None

    def at_rest(self, rest: Rest) -> tuple[Broken, ...]:
        """Return what is wrong with a hall at rest; it is not kept, since it may only not have settled yet."""
        return tuple(Broken(law=law.words, what=what) for law in self._laws for what in law.rest(rest, self.ledger))

    def go_back_to(self, row: int) -> None:
        """Forget what stood behind a row: the journal has lost it, as it may where nobody was told of it yet."""
        self._rows = [one for one in self._rows if one.row <= row]
        self.ledger = Ledger(head_start_ms=self._head_start_ms)
        for one in self._rows:
            self.ledger.take(one)
