"""What can be seen of a simulated hall, as a whole and change by change; what the page and every wait live on."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from sim.bad_link import WELL, Link
from sim.cable import CableState
from sim.chips.printer_faults import PrinterFault
from sim.disk.trouble import DiskTrouble
from sim.panel_faults import PanelFault

KEPT_CHANGES = 2_000
"""Changes that a slow listener may be behind before it is told to look at the whole anew."""

HubState = Literal["starting", "ready", "frozen", "down"]
Place = Literal["slot", "table"]


class KeyNow(Struct, frozen=True, kw_only=True):
    """A key of a device. cap: the letter on it, empty for a key of words. label: its words. used: it does something."""

    key: str
    cap: str
    label: str
    used: bool = True


class PanelNow(Struct, frozen=True, kw_only=True):
    """The dots that are lit. bits: rows from the top, each of ceil(w / 8) bytes, leftmost dot in the highest bit.

    text: what people read there, "\\ufffd" for what nobody can read.
    """

    w: int
    h: int
    bits: bytes
    text: str


class SlipNow(Struct, frozen=True, kw_only=True):
    """A slip of paper. id: counts from 1 in a hall. w, h: dots of its picture. text: lines as read from the bytes."""

    id: int
    w: int
    h: int
    text: tuple[str, ...]
    place: Place


class SpokenNow(Struct, frozen=True, kw_only=True):
    """What a speaker has said or is saying. id: counts from 1 at each speaker. text: the words as people write them."""

    id: int
    text: str
    langs: tuple[str, ...]
    length_s: float


class Faults(Struct, frozen=True, kw_only=True):
    """What is wrong with a printer, or will be with its next slip."""

    now: tuple[PrinterFault, ...] = ()


class DeviceNow(Struct, frozen=True, kw_only=True):
    """One device as it is now. A part that is None is not there.

    lamps: key to whether it is lit at this moment. pressed: the keys that are down. tone_hz: 0 is silence.
    power: its node runs. hangs: its program does nothing, until it goes on or its watchdog bites. link: how bad it is.
    online: what it last said of itself at the broker, or what its will said.
    spoken: the last things that a speaker said, latest last.
    """

    name: str
    kind: str
    chip: str
    power: bool
    cable: CableState
    online: bool
    link: Link = WELL
    hangs: bool = False
    panel_fault: PanelFault = "panel-well"
    flood_per_s: int = 0
    counter: int | None = None
    keys: tuple[KeyNow, ...] = ()
    lamps: dict[str, bool] = {}
    pressed: tuple[str, ...] = ()
    panel: PanelNow | None = None
    tone_hz: int = 0
    faults: Faults | None = None
    slips: tuple[SlipNow, ...] = ()
    spoken: tuple[SpokenNow, ...] = ()


class ServiceNow(Struct, frozen=True, kw_only=True):
    """A service of the hall."""

    code: str
    name: str


class CounterNow(Struct, frozen=True, kw_only=True):
    """A counter of the hall. name: 户籍专窗, 综合业务."""

    number: int
    name: str


class Troubles(Struct, frozen=True, kw_only=True):
    """What is wrong with the hall as a whole. clock_s: by how much the clock of the hub's computer is wrong."""

    broker_hangs: bool = False
    disk: DiskTrouble = "well"
    journal: Literal["", "torn", "tail-lost"] = ""
    clock_s: float = 0
    storm_per_s: int = 0


class Snapshot(Struct, frozen=True, kw_only=True, tag_field="kind", tag="snapshot"):
    """The whole hall at one moment. hall: its name for people. zone: the time zone of its clocks.

    screen: the address of its hall screen.
    """

    hall: str
    zone: str
    services: tuple[ServiceNow, ...]
    counters: tuple[CounterNow, ...]
    devices: tuple[DeviceNow, ...]
    hub: HubState
    screen: str = ""
    troubles: Troubles = Troubles()


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="change"):
    """What has changed, of one device or, with an empty name, of the hall. None: this has not changed.

    at: the hall's time, ms, which is not the computer's where a hall plays another hour.
    """

    device: str = ""
    power: bool | None = None
    cable: CableState | None = None
    link: Link | None = None
    hangs: bool | None = None
    panel_fault: PanelFault | None = None
    flood_per_s: int | None = None
    online: bool | None = None
    lamps: dict[str, bool] | None = None
    pressed: tuple[str, ...] | None = None
    panel: PanelNow | None = None
    tone_hz: int | None = None
    faults: Faults | None = None
    slips: tuple[SlipNow, ...] | None = None
    spoken: tuple[SpokenNow, ...] | None = None
    hub: HubState | None = None
    troubles: Troubles | None = None
    at: int | None = None


class Listener:
    """One who hears of every change, or learns that there were too many."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque()
        self._heard = asyncio.Event()
        self.missed = False

    def tell(self, change: Change | None) -> None:
        """Add a change; None wakes the listener without one."""
        if change:
            if len(self._changes) >= KEPT_CHANGES:
                self._changes.clear()
                self.missed = True
            self._changes.append(change)
        self._heard.set()

    async def next(self) -> Change | None:
        """Return the oldest change not yet returned; wait for one if there is none; None when only woken."""
        if not self._changes:
            self._heard.clear()
            await self._heard.wait()
        return self._changes.popleft() if self._changes else None

    def forget(self) -> None:
        """Drop what was not returned yet, because the whole is looked at anew."""
        self._changes.clear()
        self.missed = False


class Bus:
    """Hands every change to everybody who listens."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def tell(self, change: Change | None) -> None:
        """Tell all listeners; None only wakes them."""
        for listener in self._listeners:
            listener.tell(change)

    @contextlib.contextmanager
    def listen(self) -> Iterator[Listener]:
        """Be told of every change from now on."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
