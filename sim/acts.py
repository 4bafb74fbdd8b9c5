"""What a visitor of the page can do to a simulated hall, and what the page needs the hall to be."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from sim.changes import Change, Snapshot
from sim.chips.printer_faults import PrinterFault
from sim.panel_faults import PanelFault

LinkFault = Literal["link-well", "link-slow", "link-lossy", "link-doubled", "link-shuffled", "link-awful"]
Fault = (
    PrinterFault
    | PanelFault
    | Literal["printer-well", "cut", "frozen", "hangs", "power-off", "panel-upset", "floods"]
    | LinkFault
)
"""A printer has one fault at a time: a new one ends the others, ``printer-well`` ends all."""


class KeyAct(Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand does to a key."""

    device: Annotated[str, Meta(max_length=32)]
    key: Annotated[str, Meta(max_length=16)]


class SlipAct(Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand does to a slip."""

    slip: int


class FaultAct(Struct, frozen=True, forbid_unknown_fields=True):
    """What breaks, or with ``on`` false is whole again."""

    device: Annotated[str, Meta(max_length=32)]
    what: Fault
    on: bool


HallTrouble = Literal[
    "hub-hangs",
    "hub-restarts",
    "hub-power-cut",
    "broker-hangs",
    "broker-killed",
    "broker-restarts",
    "disk",
    "journal",
    "clock",
    "storm",
    "all-well",
]


class HallAct(Struct, frozen=True, forbid_unknown_fields=True):
    """What breaks of the hall as a whole, or with ``on`` false is whole again.

    how: of a disk or a journal. much: seconds by which a clock jumps, 0 sets it right; presses a second of a storm.
    """

    what: HallTrouble
    on: bool = True
    how: Annotated[str, Meta(max_length=16)] = ""
    much: float = 0


class HubAct(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the hub is to run."""

    running: bool


class ShownHall(Protocol):
    """What the page needs of a hall; `sim.hall.Hall` is one. Unknown names raise LookupError."""

    def watch(self) -> AsyncIterator[Snapshot | Change]:
        """Yield the whole, then every change, and the whole again when changes were missed."""

    async def press(self, device: str, key: str) -> None:
        """Press a key and let it go."""

    async def down(self, device: str, key: str) -> None:
        """Press a key and hold it."""

    async def up(self, device: str, key: str) -> None:
        """Let a key go; nothing happens if it is not down."""

    async def fault(self, device: str, what: Fault, on: bool) -> None:
        """Break something of a device, or make it whole."""

    async def trouble(self, act: HallAct) -> None:
        """Break something of the hall as a whole, or make it whole."""

    def take(self, slip: int) -> None:
        """Take a slip out of its slot and lay it on the table."""

    def discard(self, slip: int) -> None:
        """Throw a slip away."""

    def slip_png(self, slip: int) -> bytes:
        """Return a slip's picture."""

    def spoken_wav(self, device: str, number: int) -> bytes:
        """Return what a speaker said as a WAV file."""

    async def kill_hub(self) -> None:
        """End the hub at once."""

    async def start_hub(self) -> None:
        """Start the hub again."""
