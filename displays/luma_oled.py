"""An SSD1306 OLED on a Raspberry Pi: luma.oled has the bus and sets the display up, our packer makes the bytes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image

from displays.ssd1306 import page_bytes, start_commands
from hardware.board import Ssd1306

log = logging.getLogger(__name__)


class LumaOled:
    """The driver of an OLED. bus: luma's I2C.

    One that does not answer is tried again at each `start`, as on a node: keys and lamps must go on without it.
    """

    def __init__(self, board: Ssd1306, bus: Any) -> None:
        self._board = board
        self._bus = bus
        self._device: Any = None

    def start(self) -> None:
        """Tell it all registers again; what was disturbed is set right."""
        board = self._board
        with self._answering():
            self._device = self._device or _fast_device(board, self._bus)
            self._device.command(*start_commands(h=board.h, contrast=board.contrast, is_turned=board.is_turned))
            self._device.show()

    def show(self, bits: bytes) -> None:
        """Bring dots to it, rows from the top, leftmost dot highest."""
        with self._answering():
            if self._device:
                self._device.display(Image.frombytes("1", (self._board.w, self._board.h), bits))

    def close(self) -> None:
        """Darken it and let go of the bus."""
        if self._device:
            with self._answering():
                self._device.cleanup()
        else:
            self._bus.cleanup()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say it, and go on, when the display does not answer."""
        from luma.core.error import Error

        try:
            yield
        except (Error, OSError) as error:
            log.warning("panel: the display at address %d does not answer (%s)", self._board.address, error)


def _fast_device(board: Ssd1306, bus: Any) -> Any:
    """Return luma's device with its loop over pixels replaced: the same bytes in the memory of the display."""
    from luma.oled.device import ssd1306

    class FastSsd1306(ssd1306):  # type: ignore[misc]
        def display(self, image: Image.Image) -> None:
            for page, dots in enumerate(page_bytes(image)):
                self.command(0xB0 | page, 0x00, 0x10)
                self.data(list(dots))

        def clear(self) -> None:
            """Luma clears before the address mode is ours: bring that first."""
            self.command(0x20, 0x02)
            super().clear()

    return FastSsd1306(bus, width=board.w, height=board.h)
