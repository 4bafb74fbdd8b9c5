"""What can go wrong with a model printer, by the words that a page or a test chooses from."""

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from sim.chips.printer import PrinterChip

PrinterFault = Literal[
    "paper-low", "paper-out", "paper-ends", "cover-open", "cutter", "jam", "silent", "deaf", "slow", "dying"
]
"""paper-ends: the roll ends in the middle of the next slip. dying: the power goes in the middle of the next slip."""
ATTRIBUTES: dict[PrinterFault, str] = {
    "paper-low": "paper_near_end",
    "paper-out": "paper_out",
    "cover-open": "cover_open",
    "cutter": "cutter_jam",
    "jam": "jam",
    "silent": "silent",
    "deaf": "deaf",
}
ENDS_AFTER_DOTS, DIES_AFTER_BYTES, SLOW = 160, 150, 10.0


class Fault:
    """A fault that a hand can set; when it is mended, the printer goes on with what it still has."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, chip: "PrinterChip", _owner: type) -> bool:
        return self._name in chip.faults

    def __set__(self, chip: "PrinterChip", is_on: bool) -> None:
        chip.set_fault(self._name, is_on)


def faults_of(chip: "PrinterChip") -> tuple[PrinterFault, ...]:
    """Return what is wrong, or will be with the next slip."""
    return tuple(what for what in get_args(PrinterFault) if _is_so(chip, what))


def have_only(chip: "PrinterChip", what: PrinterFault | None) -> None:
    """Let one thing be wrong and nothing else, None is a printer that is well; it is never well in between."""
    if what:
        set_fault(chip, what, is_on=True)
    for other in faults_of(chip):
        if other != what:
            set_fault(chip, other, is_on=False)


def set_fault(chip: "PrinterChip", what: PrinterFault, *, is_on: bool) -> None:
    """Break one thing, or mend it."""
    if what in ATTRIBUTES:
        chip.set_fault(ATTRIBUTES[what], is_on)
    elif what == "paper-ends":
        chip.paper_left_dots = ENDS_AFTER_DOTS if is_on else None
    elif what == "slow":
        chip.slow = SLOW if is_on else 1.0
    else:
        chip.die_after = DIES_AFTER_BYTES if is_on else None
        if not (is_on or chip.is_on):
            chip.power_on()


def _is_so(chip: "PrinterChip", what: PrinterFault) -> bool:
    if what in ATTRIBUTES:
        return ATTRIBUTES[what] in chip.faults
    if what == "paper-ends":
        return chip.paper_left_dots is not None
    return chip.slow > 1 if what == "slow" else chip.die_after is not None or not chip.is_on
