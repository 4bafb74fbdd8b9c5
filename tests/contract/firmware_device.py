"""The shipped firmware under MicroPython, over model chips."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from hardware.board import Board
from sim.cable import Cable
from sim.chips.printer import PrinterChip
from sim.chips.reader import ReaderChip
from sim.node import Node, NodeSettings
from sim.paper import Slip
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE, NOT_SOONER_S, LampWatch
from tests.contract.pictures import Dots


class FirmwareDevice:
    """A simulated node as the suite sees it."""

    def __init__(self, *, board: Board, broker: HallBroker, folder: Path, name: str = DEVICE) -> None:
        self.cable = Cable(broker_port=broker.address.port)
        self.cable.start()
        self._watch = LampWatch(board.lamps.blink_ms if board.lamps else 250)
        self._node = Node(
            name=name,
            board=board,
            settings=NodeSettings(hall=HALL, password=broker.passwords[name], host="127.0.0.1", port=self.cable.port),
            flash=folder / "flash",
            on_change=lambda: self._watch.see(self._node.lamps),
        )

    @property
    def lamps(self) -> dict[str, bool]:
        return dict(self._node.lamps)

    @property
    def lamp_changes(self) -> Counter[str]:
        return self._watch.changes

    @property
    def dots(self) -> Dots:
        return self._node.panel.rows() if self._node.panel else []

    @property
    def sounded(self) -> list[int]:
        return self._node.tones

    @property
    def slips(self) -> list[Slip]:
        return self._node.slips

    @property
    def printer(self) -> PrinterChip:
        assert self._node.printer
        return self._node.printer

    @property
    def reader(self) -> ReaderChip:
        assert self._node.reader
        return self._node.reader

    async def start(self) -> None:
        await self._node.start()

    async def cut_power(self) -> None:
        await self._node.cut_power()

    async def press(self, key: str) -> None:
        await self._node.press(key)
        await asyncio.sleep(NOT_SOONER_S)

    async def hold(self, key: str, *, is_down: bool) -> None:
        await (self._node.key_down(key) if is_down else self._node.key_up(key))

    def is_blinking(self, key: str) -> bool:
        return self._watch.is_blinking(key)

    async def close(self) -> None:
        if self._node.pid:
            sys.stdout.write("".join(f"console: {line}\n" for line in self._node.console))
        await self._node.close()
        await self.cable.close()
