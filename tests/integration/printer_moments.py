"""Breaks a model printer at an exact byte of a slip, and judges what was said of the slip by what came out."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from hardware.contract import Why
from sim.chips.printer import PrinterChip
from sim.paper import Slip

TICKET = (Path(__file__).parents[1] / "golden" / "tickets" / "usual.bin").read_bytes()
INIT = b"\x1b@"
"""What a driver may send before a slip; it moves no paper."""
REQUEST_BYTES = 3
"""Of ``GS r 1`` behind the ticket: who dies within them has put the ticket out, and could not say so."""
ATTEMPTS = 3
END_BYTES = 30
FAULTS = ("paper_near_end", "paper_out", "cover_open", "jam", "cutter_jam", "silent", "deaf", "slow")
MOMENTS = {"start": 0, "middle": len(TICKET) // 2, "end": len(TICKET) - 1}


def set_fault(chip: PrinterChip, fault: str, *, is_on: bool) -> None:
    """Break something or mend it; slow makes every line take a while."""
    if fault == "slow":
        chip.slow = 20.0 if is_on else 0.0
    else:
        chip.set_fault(fault, is_on)


def at_byte(chip: PrinterChip, count: int, act: Callable[[], None]) -> None:
    """Have something happen once the printer has worked on so many bytes from now; 0 is at once."""
    if count == 0:
        act()
        return
    step, done = chip._next, 0

    def next_step() -> object:
        nonlocal done
        if done >= count:
            chip._next = step  # type: ignore[method-assign]
            act()
            return step() if chip._works else None
        found = step()
        done += found.size if found else 0
        return found

    chip._next = next_step  # type: ignore[assignment,method-assign]


def has_forgotten(chip: PrinterChip, why: Why | None) -> bool:
    """Return whether a slip in doubt has no bytes left in the printer: it was told so by its line, we by the network.

    Whoever mends a printer before that gets what waits in it; no hand is so fast.
    """
    return why != "in-doubt" or not (chip._reader.waiting or chip._wire.waiting)


def judge(why: Why | None, slips: list[Slip]) -> str:
    """Return what is wrong with an answer, given all paper that came out for the slip; empty is nothing."""
    slips = [slip for slip in slips if slip.text or slip.qr]
    whole = [slip for slip in slips if slip.is_cut and slip.data.endswith(TICKET)]
    if why is None and (len(whole) != 1 or len(slips) != 1):
        return f"done, and {len(whole)} whole of {len(slips)} slips are out"
    if why not in (None, "in-doubt") and slips:
        return f"failed with {why}, and {len(slips)} slips are out"
    return ""


class Printing(Protocol):
    """A printer and what drives it, as these tests see them."""

    async def print(self) -> Why | None: ...

    def take_slips(self) -> list[Slip]: ...


async def recovers(printing: Printing) -> str:
    """Return what is wrong with the slips after a fault was mended: one is done soon, whole, and a paper of its own.

    A machine that has much else to do may answer too late for its driver: then the answer says so, and is judged too.
    """
    for _ in range(ATTEMPTS):
        why, slips = await printing.print(), printing.take_slips()
        if why is None:
            return _is_no_paper_of_its_own(slips)
        if wrong := judge(why, slips):
            return f"afterwards: {wrong}"
    return f"afterwards {ATTEMPTS} slips failed, the last with {why}"


async def dies_after(
    printing: Printing, chip: PrinterChip, count: int, *, is_back: Callable[[], Awaitable[object]]
) -> str:
    """Let a printer die after so many bytes and come back; return what is wrong with what was said and what came out.

    is_back: waits until the driver knows that it has. Whoever has answered before that is heard; a machine that has
    much else to do may listen too late, but not every time.
    """
    doubt = ""
    for _ in range(ATTEMPTS):
        chip.die_after = count
        why = await printing.print()
        wrong = judge(why, printing.take_slips())
        chip.power_on()
        await is_back()
        if wrong := wrong or await recovers(printing):
            return wrong
        doubt = not_as_expected(why, count)
        if not doubt or why is None:
            return doubt
    return doubt


def _is_no_paper_of_its_own(slips: list[Slip]) -> str:
    """What was left of an old one may have been cut off; no more of it may have been printed."""
    ends = [slip.data for slip in slips if slip.data.endswith(TICKET[-END_BYTES:])]
    if ends in ([TICKET], [INIT + TICKET]):
        return ""
    return f"the next one is not a paper of its own, or not alone: {[slip.data for slip in slips]}"


def not_as_expected(why: Why | None, count: int) -> str:
    """Return what is wrong with an answer of a printer that died after so many bytes; empty is nothing.

    Who dies right behind the last byte may have been heard or not.
    """
    last = len(TICKET) + REQUEST_BYTES
    return "" if count == last or (why is None) == (count > last) else f" {why} after {count} bytes"
