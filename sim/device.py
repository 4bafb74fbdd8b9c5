"""One device of a simulated hall: its node, its cable, and what can be seen and done there."""

import asyncio
from functools import lru_cache, partial
from pathlib import Path

from displays.voice.output import KEPT_FILES, Spoken
from hardware.board import Board
from sim.cable import Cable
from sim.changes import Bus, Change, DeviceNow, KeyNow, PanelNow, SpokenNow
from sim.device_faults import DeviceFaults
from sim.errors import NoSuchThingError
from sim.finger import HOLD_S
from sim.node import Node, NodeSettings
from sim.panel_faults import seen
from sim.reading import read_text
from sim.slips import Slips
from sim.speaker import SpeakerNode

FRAME_S = 0.004
"""A frame arrives in pieces; a panel is looked at when it was still for so long,"""
FRAME_LIMIT_S = 0.04
"""or has not been still for so long."""


class Device(DeviceFaults):
    """One device, between `start` and `close`. keys: what is printed on the caps of its keys.

    clips: folder of a speaker's recorded words, None without.
    """

    def __init__(
        self,
        *,
        name: str,
        kind: str,
        counter: int | None,
        keys: tuple[KeyNow, ...],
        board: Board,
        settings: NodeSettings | None,
        flash: Path,
        cable: Cable,
        bus: Bus,
        slips: Slips,
        clips: Path | None = None,
    ) -> None:
        self.name = name
        self.cable = cable
        self._kind = kind
        self._counter = counter
        self._keys = {key.key: key for key in keys}
        self._bus = bus
        self._slips = slips
        self._down: dict[str, float] = {}
        self._lamps: dict[str, bool] = {}
        self._tone_hz = 0
        self._panel: PanelNow | None = None
        self._look: asyncio.TimerHandle | None = None
        self._moved_s = 0.0
        self.power = False
        self.online = False
        self._chip = board.chip
        self._spoken: tuple[SpokenNow, ...] = ()
        made = {"name": name, "board": board, "settings": settings, "flash": flash, "on_change": self._changed}
        self.node: Node | SpeakerNode = (
            SpeakerNode(**made, clips=clips, on_spoken=self._said)  # type: ignore[arg-type]
            if board.voice
            else Node(**made, on_slip=partial(slips.add, name))  # type: ignore[arg-type]
        )

    async def start(self) -> None:
        """Switch the node on."""
        if self.node.printer:
            self.node.printer.on_change = lambda: self._tell(faults=self._faults())
        self._panel = self._read_panel()
        await self.power_on()

    async def close(self) -> None:
        """Switch everything off; may be called twice."""
        if self._look:
            self._look.cancel()
            self._look = None
        await self.node.close()
        await self.cable.close()

    async def press(self, key: str) -> None:
        """Press a key as a finger does, bounces included; return when the finger could come down again."""
        await self.down(key)
        await self.up(key)
        await self.node.rest(HOLD_S)

    async def down(self, key: str) -> None:
        """Press a key and hold it."""
        self._known(key)
        if key in self._down:
            return
        self._down[key] = asyncio.get_running_loop().time()
        self._tell(pressed=tuple(self._down))
        if self.power:
            await self.node.key_down(key)

    async def up(self, key: str) -> None:
        """Let a key go, not sooner than a finger can; nothing happens if it is not down."""
        self._known(key)
        if key not in self._down:
            return
        since_s = asyncio.get_running_loop().time() - self._down[key]
        await self.node.rest(max(0.0, HOLD_S - since_s))
        if self._down.pop(key, None) is None:
            return
        self._tell(pressed=tuple(self._down))
        if self.power:
            await self.node.key_up(key)

    def card(self, number: str | None) -> None:
        """Lay an identity card with this number on the reader; None takes it off."""
        if not self.node.reader:
            raise NoSuchThingError(f"{self.name} has no card reader")
        self.node.reader.lay(number)

    def heard(self, online: bool) -> None:
        """Take note of what the device, or its will, says at the broker."""
        if online != self.online:
            self.online = online
            self._tell(online=online)

    @property
    def panel(self) -> PanelNow | None:
        """The dots as whoever looks sees them, never half a frame; None without a panel."""
        return self._panel

    @property
    def serves(self) -> bool:
        """Whether the device is there and, if it has a panel, shows something: it has got its first view."""
        return self.online and (self._panel is None or any(self._panel.bits))

    @property
    def said(self) -> str:
        """The last lines that the node has printed on its console."""
        return "\n".join(self.node.console)

    @property
    def lamps(self) -> dict[str, bool]:
        """The lamps as they are at this moment, by their key."""
        return dict(self.node.lamps)

    def now(self) -> DeviceNow:
        """Return all that can be seen of the device."""
        return DeviceNow(
            name=self.name,
            kind=self._kind,
            chip=self._chip,
            counter=self._counter,
            power=self.power,
            cable=self.cable.state,
            link=self.link,
            hangs=self.hangs,
            panel_fault=self.panel_fault,
            flood_per_s=self.flood_per_s,
            online=self.online,
            keys=tuple(self._keys.values()),
            lamps=self.lamps,
            pressed=tuple(self._down),
            panel=self._panel,
            tone_hz=self._tone_hz,
            faults=self._faults(),
            slips=self._slips.of(self.name),
            spoken=self._spoken,
        )

    @property
    def spoken(self) -> tuple[SpokenNow, ...]:
        """What a speaker has said or is saying, latest last; the last `KEPT_FILES` of it."""
        return self._spoken

    def sound(self, number: int) -> bytes:
        """Return what a speaker said as a WAV file; raise NoSuchThingError where it did not, or long ago."""
        if not isinstance(self.node, SpeakerNode) or all(one.id != number for one in self._spoken):
            raise NoSuchThingError(f"{self.name} has not said {number}, or too long ago")
        return (self.node.folder / f"{number:06}.wav").read_bytes()

    def _said(self, spoken: Spoken) -> None:
        length_s = round(spoken.ends_s - spoken.begins_s, 3)
        now = SpokenNow(id=spoken.number, text=spoken.text, langs=spoken.langs, length_s=length_s)
        self._spoken = (*self._spoken, now)[-KEPT_FILES:]
        self._tell(spoken=self._spoken[-1:])

    def _changed(self) -> None:
        """See to what has changed at the node's pins."""
        if self._frozen_pid and not self.hangs:
            self._frozen_pid = None
            self._tell(hangs=False)
        lamps = self.lamps
        if lamps != self._lamps:
            self._lamps = lamps
            self._tell(lamps=lamps)
        tone_hz = self.node.tone_hz
        if tone_hz != self._tone_hz:
            self._tone_hz = tone_hz
            self._tell(tone_hz=tone_hz)
        if self.node.panel:
            self._moved_s = asyncio.get_running_loop().time()
            if not self._look:
                self._look_later(self._moved_s + FRAME_LIMIT_S)

    def _look_later(self, latest_s: float) -> None:
        at_s = min(self._moved_s + FRAME_S, latest_s)
        self._look = asyncio.get_running_loop().call_at(at_s, self._see_panel, latest_s)

    def _see_panel(self, latest_s: float) -> None:
        self._look = None
        if asyncio.get_running_loop().time() < min(self._moved_s + FRAME_S, latest_s):
            self._look_later(latest_s)
            return
        panel = self._read_panel()
        if panel != self._panel:
            self._panel = panel
            self._tell(panel=panel)

    def _read_panel(self) -> PanelNow | None:
        chain = self.node.panel
        return _panel_now(chain.w, chain.h, seen(self.panel_fault, chain.w, chain.h, chain.bits)) if chain else None

    def _look_anew(self) -> PanelNow | None:
        self._panel = self._read_panel()
        return self._panel

    def _known(self, key: str) -> None:
        if key not in self._keys:
            has = f"has the keys {', '.join(self._keys)}" if self._keys else "has no keys"
            raise NoSuchThingError(f"{self.name} has no key {key!r}; it {has}")

    def _tell(self, **what: object) -> None:
        self._bus.tell(Change(device=self.name, **what))  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _panel_now(w: int, h: int, bits: bytes) -> PanelNow:
    stride = (w + 7) // 8
    rows = [[bits[y * stride + x // 8] >> (7 - x % 8) & 1 for x in range(w)] for y in range(h)]
    return PanelNow(w=w, h=h, bits=bits, text=read_text(rows))
