"""Which materials a citizen has brought, as his clerk ticks them: for the pages alone, forgotten with the day."""

from hub.rules.state import State, Ticket


class Checklists:
    """Ticket and service to the materials that are there; what came of a ticket is journalled, a tick is not.

    Whoever gets a ticket next sees what was ticked before; one that goes to another service begins anew.
    """

    def __init__(self) -> None:
        self._day = ""
        self._there: dict[tuple[int, str], frozenset[str]] = {}

    def there(self, state: State, ticket: Ticket) -> frozenset[str]:
        """Return the materials that are there, in words."""
        return self._of_today(state).get((ticket.serial, ticket.service), frozenset())

    def mark(self, state: State, ticket: Ticket, material: str, *, is_there: bool) -> None:
        """Say that a material is there, or is not."""
        present = self.there(state, ticket)
        self._of_today(state)[ticket.serial, ticket.service] = (
            present | {material} if is_there else present - {material}
        )

    def _of_today(self, state: State) -> dict[tuple[int, str], frozenset[str]]:
        if state.day != self._day:
            self._day, self._there = state.day, {}
        return self._there
