"""The hall as it is now, for whoever may look at it from outside; nobody changes anything through it."""

from collections.abc import Callable

from hub.clock import HallClock
from hub.config import Hall
from hub.desk import Desk
from hub.maintenance import DevicesNow
from hub.progress import ProgressNow, progress
from hub.progress_codes import serial_of
from hub.rules.complaints import Complaint
from hub.rules.state import State
from hub.secrets import Secrets

SAME_MS = 1_000
"""How old a page may be that is shown again: a forecast need not be worked out for every phone that asks twice."""
PAGES_MAX = 1_000


class Present:
    """A running hub, looked at from outside. devices: how they are now."""

    def __init__(
        self, hall: Hall, desk: Desk, clock: HallClock, secrets: Secrets, devices: Callable[[], DevicesNow]
    ) -> None:
        self.hall = hall
        self.devices = devices
        self.is_broken = False
        self._desk = desk
        self._clock = clock
        self._secrets = secrets
        self._pages: dict[int, ProgressNow] = {}
        self._paged_at = 0

    @property
    def state(self) -> State:
        """The hall's state; to be read at once, and never kept."""
        return self._desk.state

    @property
    def now(self) -> int:
        """Hall time, ms."""
        return self._clock.now()

    def changed(self, is_broken: bool) -> None:
        """Take note that something has changed. is_broken: the hub cannot keep what happens."""
        self.is_broken = is_broken
        self._pages.clear()

    def low_rating(self, code: str) -> Complaint | None:
        """Return what has become of the low rating of a code's ticket; None where there is none of this day."""
        state = self.state
        serial = serial_of(self._secrets, state.day, code)
        return state.complaints.of_ticket(serial, state.day) if serial else None

    def progress(self, code: str) -> ProgressNow | None:
        """Return what a code's page shows now; None for a code that is none of this day."""
        state, now = self.state, self.now
        serial = serial_of(self._secrets, state.day, code)
        ticket = state.tickets.get(serial) if serial else None
        if ticket is None or serial is None:
            return None
        if now - self._paged_at >= SAME_MS or len(self._pages) >= PAGES_MAX:
            self._pages.clear()
            self._paged_at = now
        found = self._pages.get(serial)
        if found is None:
            found = self._pages[serial] = progress(self.hall, state, ticket, now, is_broken=self.is_broken)
        return found
