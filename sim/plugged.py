"""A simulated node that is plugged into a computer by USB: its serial port is there, and its parts are wired to it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from hardware.board import Board
from sim.bridge import Bridge
from sim.node import Node
from sim.node_process import Chip
from sim.pinout import WiringError
from sim.wire import Wire


class UsbChip(Chip):
    """A chip whose REPL somebody has: it runs main.py until it is interrupted, as a board on USB does.

    Its watchdog is not modelled: whoever has the REPL feeds none, and a simulated board would bite in the middle.
    """

    def __init__(
        self,
        *,
        name: str,
        flash: Path,
        on_frame: Callable[[bytes, int, bytes], None],
        on_stop: Callable[[bool], None],
    ) -> None:
        super().__init__(name=name, flash=flash, on_frame=on_frame, on_stop=on_stop)
        self.faults: list[str] = []
        self._take_frame = on_frame
        self._let_go = on_stop
        self._bridge: Bridge | None = None
        self._usb: asyncio.Server | None = None
        self._flash_folder = flash
        self._usb_name = name
        self._usb_wire: Wire | None = None

    @property
    def port(self) -> str:
        """Its serial port; empty while it is not plugged in."""
        return self._bridge.port if self._bridge else ""

    async def power_on(self) -> None:
        """Plug it in; raise NodeStartError where there is no interpreter."""
        if self._bridge:
            return
        loop = asyncio.get_running_loop()
        self._usb = await loop.create_server(self._connected, "127.0.0.1", 0)
        wire_port = self._usb.sockets[0].getsockname()[1]
        self._bridge = Bridge(self._flash_folder, name=self._usb_name, wire_port=wire_port)
        await self._bridge.start()

    async def power_off(self) -> None:
        """Pull it out at this instant; may be called twice."""
        bridge, self._bridge = self._bridge, None
        if bridge:
            await bridge.unplug()
        if self._usb_wire:
            self._usb_wire.close()
            self._usb_wire = None
        if self._usb:
            self._usb.close()
            await self._usb.wait_closed()
            self._usb = None
        self._let_go(False)

    def send(self, kind: bytes, unit: int, data: bytes = b"") -> None:
        """Send a frame to the chip; without power it is lost."""
        if self._usb_wire:
            self._usb_wire.send(kind, unit, data)

    def _connected(self) -> Wire:
        """Each interpreter that starts connects anew: its pins are as after a reset."""
        if self._usb_wire:
            self._usb_wire.close()
            self._let_go(True)
        self._usb_wire = Wire(self._taken)
        return self._usb_wire

    def _taken(self, kind: bytes, unit: int, data: bytes) -> None:
        if kind == b"D":
            return
        if kind == b"R" and self._bridge:
            self._bridge.reset()
            return
        try:
            self._take_frame(kind, unit, data)
        except WiringError as error:
            self.faults.append(str(error))


class PluggedNode(Node):
    """A node on a serial port, of which nobody has written anything yet: what is in its flash folder stays."""

    def __init__(self, *, name: str, board: Board, flash: Path) -> None:
        super().__init__(name=name, board=board, settings=None, flash=flash)
        self._usb_chip = UsbChip(name=name, flash=flash, on_frame=self._take_frame, on_stop=self._stop)
        self._chip = self._usb_chip

    @property
    def port(self) -> str:
        """Its serial port; empty while it is not plugged in."""
        return self._usb_chip.port

    async def start(self) -> None:
        """Plug it in; its flash is left as it is, and made if need be."""
        await self._chip.power_on()
