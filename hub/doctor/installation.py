"""Looks whether an installation still follows the hall's file: its firewall, its units, its packages."""

from collections.abc import Iterator

from hub.doctor.finding import Finding, ok, unknown, wrong
from hub.doctor.place import Place, listed
from hub.installing.machine import InstallError, Machine
from hub.installing.names import HALL_FILE
from hub.installing.plan import behind
from hub.installing.record import Book


def installation(place: Place) -> Iterator[Finding]:
    """Would installing again change anything, such as after another port in the hall's file?"""
    machine = Machine(place.root)
    if place.hall is None or place.file.absolute() != machine.path(HALL_FILE):
        return
    try:
        record = Book(machine).record
    except InstallError:
        yield unknown("installation", "what was installed cannot be read", place.eyes)
        return
    if record.asked is None:
        remedy = "install once more, with the options that it was installed with"
        yield unknown("installation", "nothing tells how it was installed", remedy)
        return
    late = behind(record.asked, place.hall, machine, record)
    if late:
        words = f"{listed(late)}: not as {HALL_FILE} and this Lintel want it"
        yield wrong("installation", words, f"sudo lintel install {HALL_FILE}{record.asked.options}")
    else:
        yield ok("installation", "firewall, units and packages are as the hall's file wants them")
