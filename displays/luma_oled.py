"""An SSD1306 OLED on a Raspberry Pi: luma.oled has the bus and sets the display up, our packer makes the bytes."""

from typing import Any

from PIL import Image

from displays.ssd1306 import page_bytes, start_commands
from hardware.board import Ssd1306


class LumaOled:
    """The driver of an OLED. bus: luma's I2C."""

    def __init__(self, board: Ssd1306, bus: Any) -> None:
        self._board = board
        self._device = _fast_device(board, bus)

    def start(self) -> None:
        """Tell it all registers again; what was disturbed is set right."""
        self._device.command(
            *start_commands(h=self._board.h, contrast=self._board.contrast, turned=self._board.is_turned)
        )
        self._device.show()

    def show(self, bits: bytes) -> None:
        """Bring dots to it, rows from the top, leftmost dot highest."""
        self._device.display(Image.frombytes("1", (self._board.w, self._board.h), bits))

    def close(self) -> None:
        """Darken it and let go of the bus."""
        self._device.cleanup()


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
