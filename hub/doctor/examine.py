"""Every check, in the order in which one thing rests on another."""

from collections.abc import Callable, Iterator

from hub.doctor import computer, files, hall, installation, network
from hub.doctor.finding import Finding, unknown
from hub.doctor.place import Place

Check = Callable[[Place], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    files.hall_file,
    computer.disk,
    files.state_folder,
    files.journal,
    computer.memory,
    computer.heat,
    computer.power,
    computer.time_of_day,
    computer.fonts,
    computer.voice,
    computer.mosquitto,
    network.certificates,
    installation.installation,
    hall.units,
    network.door,
    network.broker,
    network.pages,
    network.ports,
    hall.devices,
    hall.usb_printers,
    hall.copies,
)


def examine(place: Place) -> Iterator[Finding]:
    """Yield what every check finds. One that cannot look, for want of a right, says so, and the others go on."""
    for check in CHECKS:
        try:
            yield from check(place)
        except OSError as error:
            name = check.__name__.replace("_", " ")
            yield unknown(name, f"{error.filename or ''} {error.strerror or error}".strip(), place.eyes)
