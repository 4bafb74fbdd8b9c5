"""A simulated node on somebody's desk: its pins wired to models, its console a serial port, as when it is flashed."""

from collections.abc import Callable
from pathlib import Path

from hardware.board import Board
from sim.access import access_file
from sim.bridge import Bridge
from sim.node import Node
from sim.node_process import Chip


class PluggedChip(Chip):
    """A chip that is plugged in by USB. A reset takes its port away for a moment, and it comes back as another."""

    bridge: Bridge | None = None

    @property
    def pid(self) -> int | None:
        """The process of its interpreter; None without power."""
        return self.bridge.pid if self.bridge else None

    async def look(self) -> None:
        """Return at once: at the prompt of its console a board looks at its keys only while it is told to."""

    async def _run(self, port: int) -> None:
        wires = {
            "LINTEL_WIRE_PORT": str(port),
            "LINTEL_RESET": str(self._cause),
            "LINTEL_NET": str(access_file(self._flash)),
            "LINTEL_CHIP_ID": f"{self._name:>8}"[-8:],
        }
        self.bridge = Bridge(self._flash, wires=wires, on_reset=lambda: self._on_stop(True))
        await self.bridge.start()

    async def _kill(self) -> None:
        bridge, self.bridge = self.bridge, None
        if bridge:
            await bridge.unplug()


class PluggedNode(Node):
    """A `Node` as it comes out of the bag: nothing is put on its flash but what is written through `port`."""

    def __init__(self, *, name: str, board: Board, flash: Path, on_change: Callable[[], None] = lambda: None) -> None:
        super().__init__(name=name, board=board, settings=None, flash=flash, on_change=on_change)
        self._plugged = PluggedChip(name=name, flash=flash, on_frame=self._take_frame, on_stop=self._stop)
        self._chip = self._plugged
        self._finger = self._on(self._plugged)

    @property
    def port(self) -> str:
        """Its serial port now; empty while it has none."""
        bridge = self._plugged.bridge
        return bridge.port if bridge else ""

    async def start(self) -> None:
        """Plug it in."""
        await self._chip.power_on()
