"""The devices that the contract suite is run against, as a hand, an eye and an ear know them."""

import asyncio
from collections import Counter, deque
from typing import Any, Protocol

from sim.cable import Cable
from sim.chips.printer import PrinterChip
from sim.chips.reader import ReaderChip
from sim.paper import Slip
from tests.contract.pictures import Dots, drawn
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import LIMIT_S, until

DEVICE = "dispenser-1"
TWIN = "dispenser-2"
"""Another device beside it, for tests that need two."""
LOW_HZ = 500
NOT_SOONER_S = 0.05
"""No finger is back on a key sooner."""


class Device(Protocol):
    """One device with its own network cable to the broker.

    lamps: key to whether it is lit now. lamp_changes: how often each has changed. dots: rows of the panel. sounded:
    the frequencies of all tones that have begun. slips: all paper that has come out. printer, reader: the models; their
    faults can be set, and cards laid on.
    """

    cable: Cable

    @property
    def lamp_changes(self) -> Counter[str]: ...

    @property
    def lamps(self) -> dict[str, bool]: ...

    @property
    def dots(self) -> Dots: ...

    @property
    def sounded(self) -> list[int]: ...

    @property
    def slips(self) -> list[Slip]: ...

    @property
    def printer(self) -> PrinterChip: ...

    @property
    def reader(self) -> ReaderChip: ...

    async def start(self) -> None:
        """Give it power; return at once, not when it is connected."""

    async def cut_power(self) -> None:
        """Take its power away at this instant; what it has stored stays."""

    async def press(self, key: str) -> None:
        """Press a key as a finger does, bounces included, and let go of it."""

    async def hold(self, key: str, *, is_down: bool) -> None:
        """Press a key and hold it, or let go of it, bounces included."""

    def is_blinking(self, key: str) -> bool:
        """Return whether this lamp has gone on and off in the last moments."""

    async def close(self) -> None:
        """End it; may be called twice. Raises what it has died of."""


class LampWatch:
    """Counts the changes of lamps, and tells which blink. blink_ms: half a blink of the board's lamps."""

    def __init__(self, blink_ms: int) -> None:
        self.changes: Counter[str] = Counter()
        self._lamps: dict[str, bool] = {}
        self._recent: dict[str, deque[float]] = {}
        self._window_s = blink_ms / 1000 * 3.2

    def see(self, lamps: dict[str, bool]) -> None:
        """Take note of the lamps as they are now."""
        for key, lit in lamps.items():
            if lit != self._lamps.get(key, False):
                self.changes[key] += 1
                self._recent.setdefault(key, deque(maxlen=2)).append(_now())
        self._lamps = dict(lamps)

    def is_blinking(self, key: str) -> bool:
        """Return whether the last two changes are not older than a blink takes."""
        recent = self._recent.get(key, ())
        return len(recent) == 2 and recent[0] > _now() - self._window_s


async def see(device: Device, dots: Dots, *, limit_s: float = LIMIT_S) -> None:
    """Wait until the panel shows exactly these dots."""
    await until(
        lambda: device.dots == dots, limit_s=limit_s, why=lambda: f"shown\n{drawn(device.dots)}\nis not\n{drawn(dots)}"
    )


async def show_lamp(device: Device, hub: PlayedHub, key: str, **fields: Any) -> None:
    """Send a view that lights this lamp alone, and wait until the device has applied it."""
    hub.show(DEVICE, lamps={key: "on"}, **fields)
    await until(lambda: device.lamps[key], why=lambda: device.lamps)


def ring_is_refusal(sounded: list[int]) -> bool:
    """Return whether what sounded is the two low tones of a press that is no event."""
    return len(sounded) == 2 and max(sounded) < LOW_HZ


def _now() -> float:
    return asyncio.get_running_loop().time()
