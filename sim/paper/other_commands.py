"""Commands that move no paper: questions, settings of the machine itself, the drawer; and those without effect here."""

from collections.abc import Callable

from sim.paper.machine import Asked, Machine


def _status(machine: Machine, args: bytes) -> None:
    machine.asked = Asked(status=args[0])


def _identity(machine: Machine, args: bytes) -> None:
    machine.asked = Asked(identity=args[0])


def _tells(machine: Machine, args: bytes) -> None:
    """``GS a``: automatic status back, a bit for each kind of news."""
    machine.asked = Asked(tells=args[0])


def _select(machine: Machine, args: bytes) -> None:
    """``ESC =``: bit 0 is the printer; what is for the display alone is not printed."""
    machine.is_selected = bool(args[0] & 1)


def _nothing(_machine: Machine, _args: bytes) -> None:
    """Known, and without effect on paper."""


COMMANDS: dict[bytes, Callable[[Machine, bytes], None]] = {
    b"\x1dr": _status,
    b"\x1dI": _identity,
    b"\x1da": _tells,
    b"\x1b=": _select,
    **dict.fromkeys(
        (
            b"\x10\x04",  # status at once, answered as it arrives
            b"\x10\x05",  # go on after an error
            b"\x10\x14",  # drawer, power-off, clear
            b"\x1bp",  # drawer
            b"\x1b?",  # forget a character of one's own
            b"\x1db",  # smooth edges
            b"\x1d|",  # density
            b"\x1bc",  # paper sensors, keys
            b"\x1bU",  # print in one direction
            b"\x1br",  # colour
            b"\x1b7",  # heat of a panel printer's head
            b"\x1b8",  # sleep of a panel printer
            b"\x12#",  # density of a panel printer
            b"\x1dj",  # status of ink
            b"\x1df",  # font of a bar code's words
            b"\x1bS",  # back from page mode
            b"\x1bB",  # buzzer
        ),
        _nothing,
    ),
}
WITHOUT_EFFECT = (
    b"\x1d(A",  # test print
    b"\x1d(D",  # which requests in real time are heard
    b"\x1d(E",  # settings that the printer keeps
    b"\x1d(H",  # answer with an id
    b"\x1d(K",  # density, speed
    b"\x1d(N",  # colour
    b"\x1b(A",  # buzzer
    b"\x1c(A",  # font of Chinese characters
    b"\x1c(C",  # code of characters
)
"""Known by their length; nothing of them is seen on paper."""
