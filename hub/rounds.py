"""What the hub itself asks of the rules, once a second: the day, appointments, calls by themselves, the time."""

from collections.abc import Iterator
from pathlib import Path

from hub.appointments import AppointmentError, read_appointments
from hub.calendar import business_day, schedule, working_days
from hub.config import Hall
from hub.refused import RefusedInput
from hub.rules import commands
from hub.rules.state import State

PROMISES_MAX = 60
"""Working days ahead that a clerk may promise (M16)."""


class Rounds:
    """The hub's own orders. refused: where a list that cannot be read is complained of."""

    def __init__(self, hall: Hall, refused: RefusedInput) -> None:
        self._hall = hall
        self._refused = refused
        self._listed: tuple[Path | None, float, str] = None, 0.0, ""

    def starting(self, state: State, now: int) -> Iterator[commands.Command]:
        """Yield what is due before anybody is heard; the hall is not looked at yet, for its devices still come up."""
        since = state.clock
        yield from self.gone(state)
        yield from self._day(state, now)
        yield from self._appointments(state)
        yield commands.NoteReturn(since=since)

    def gone(self, state: State) -> Iterator[commands.Command]:
        """Devices that the hall's file has no more neither print what they owe nor stay at fault for good."""
        here = {device.name for device in self._hall.devices}
        for name, report in list(state.devices.items()):
            if name not in here:
                yield commands.ReportDevice(device=name, state="disconnected", boot=report.boot, alerts={})

    def orders(self, state: State, now: int) -> Iterator[commands.Command]:
        """Yield what is due; each is decided before the next is asked for."""
        yield from self._day(state, now)
        yield from self._appointments(state)
        yield commands.Look()
        for number, counter in self._hall.plan.counters.items():
            if counter.automatic:
                yield commands.CallAutomatically(counter=number)

    def _day(self, state: State, now: int) -> Iterator[commands.Command]:
        yield from day_of(self._hall, state, now)

    def _appointments(self, state: State) -> Iterator[commands.Command]:
        """The list is read again when its file has changed, and for every new day (M24)."""
        path = self._hall.appointments
        if path is None:
            return
        try:
            written_at = path.stat().st_mtime if path.exists() else 0.0
            if (path, written_at, state.day) == self._listed:
                return
            self._listed = path, written_at, state.day
            found = read_appointments(path, self._hall.zone) if written_at else []
        except (OSError, AppointmentError) as error:
            self._refused.add("appointments", str(error))
            return
        yield commands.ListAppointments(appointments=tuple(found))


def day_of(hall: Hall, state: State, now: int) -> Iterator[commands.Command]:
    """Yield what opens the day of a moment, ms, where another is open. The calendar is asked only then."""
    day = business_day(now, hall.zone, hall.day_begins)
    if day != state.day:
        spans = schedule(day, hall.hours, hall.zone)
        yield commands.OpenDay(day=day, spans=spans, working_days=working_days(day, hall.hours, PROMISES_MAX))
