"""A MAX7219 chain on a Raspberry Pi: luma.led_matrix has the bus and sets the chips up, our packer makes the bytes."""

import asyncio
from typing import Any

from PIL import Image

from displays.max7219 import frame_bytes, start_bytes
from displays.motion import window
from hardware.board import Max7219, PanelBoard
from hardware.contract import Panel

REFRESH_S = 5.0
"""Long chains forget their registers after hours of disturbances, so all is told them again."""
_WIRES = {
    (0, 11, 10, 8): (0, 0),
    (0, 11, 10, 7): (0, 1),
    (1, 21, 20, 18): (1, 0),
    (1, 21, 20, 17): (1, 1),
    (1, 21, 20, 16): (1, 2),
}
"""SPI, SCK, MOSI and CS of a board file to the port and device of Linux (BCM2711 ARM Peripherals, 5.3)."""


class PanelError(OSError):
    """A panel that cannot be reached, with what to do about it."""


def open_bus(board: PanelBoard) -> Any:
    """Return luma's bus of a board's panel. Raises PanelError where its pins carry none, or the bus is off."""
    port, device = _wired(board)
    try:
        from luma.core.interface.serial import noop, spi
    except ImportError as error:
        raise PanelError(f"panel: luma.led_matrix is not installed ({error}); install lintel[pi]") from error
    from luma.core.error import Error

    try:
        return spi(port=port, device=device, bus_speed_hz=_bus_speed(board.baud), gpio=noop())
    except (Error, OSError, ImportError) as error:
        raise PanelError(
            f"panel on SPI {port}: /dev/spidev{port}.{device} does not open ({error}); "
            "switch SPI on with raspi-config, and install spidev"
        ) from error


def _wired(board: Max7219) -> tuple[int, int]:
    pins = (board.spi, board.sck, board.mosi, board.cs)
    if pins not in _WIRES:
        raise PanelError(f"panel: a Raspberry Pi has no {_named(pins)}; it has {', '.join(map(_named, _WIRES))}")
    return _WIRES[pins]


def _named(pins: tuple[int, int, int, int]) -> str:
    return "SPI {} on sck {} mosi {} cs {}".format(*pins)


def _bus_speed(wanted_hz: int) -> int:
    """Luma takes certain speeds only; the next lower one is safe for the chips."""
    speeds = [mhz * 1_000_000 for mhz in (0.5, 1, 2, 4, 8)]
    return int(max((speed for speed in speeds if speed <= wanted_hz), default=speeds[0]))


class LumaPanel:
    """A panel that moves its pictures by itself, on the running event loop. bus: luma's serial interface."""

    def __init__(self, board: PanelBoard, bus: Any) -> None:
        self._board = board
        self._device = _Chain(board, bus)
        self._loop = asyncio.get_running_loop()
        self._panel: Panel | None = None
        self._since = self._loop.time()
        self._drawn = b""
        self._moving: asyncio.TimerHandle | None = None
        self._refresh: asyncio.TimerHandle | None = None
        self._light: int | None = None
        self._is_closed = False
        self._tell_again()

    def show(self, panel: Panel | None) -> None:
        """Show a picture with its motion from the beginning; one that is on show already goes on. None is dark."""
        if self._is_closed or (panel == self._panel and self._drawn):
            return
        self._panel, self._since = panel, self._loop.time()
        self._draw()

    def dim(self, level: int | None) -> None:
        """Shine at a level of 0 to 15 from now on; None is as the board file says."""
        if level != self._light and not self._is_closed:
            self._light = level
            self._device.dim(level)

    def close(self) -> None:
        """Darken the panel and let go of the bus; may be called twice."""
        for timer in (self._moving, self._refresh):
            if timer:
                timer.cancel()
        if not self._is_closed:
            self._is_closed = True
            self._device.close()

    def _draw(self) -> None:
        if self._moving:
            self._moving.cancel()
        elapsed_ms = round((self._loop.time() - self._since) * 1000)
        bits, change_ms = window(self._panel, w=self._board.w, h=self._board.h, elapsed_ms=elapsed_ms)
        # The timer goes first: a bus that fails once must not stop the motion for good.
        self._moving = self._loop.call_at(self._since + change_ms / 1000, self._draw) if change_ms is not None else None
        if bits != self._drawn:
            self._drawn = bits
            self._device.show(bits)

    def _tell_again(self) -> None:
        self._refresh = self._loop.call_later(REFRESH_S, self._tell_again)
        self._device.start()
        if self._drawn:
            self._device.show(self._drawn)


class _Chain:
    """A MAX7219 chain: the driver of a panel. bus: luma's SPI."""

    def __init__(self, board: Max7219, bus: Any) -> None:
        self._board = board
        self._device = _fast_device(board, bus)
        self._intensity = board.intensity

    def dim(self, level: int | None) -> None:
        self._intensity = self._board.intensity if level is None else level
        self.start()

    def start(self) -> None:
        for transfer in start_bytes(self._board.w * self._board.h // 64, self._intensity):
            self._device.data(list(transfer))

    def show(self, bits: bytes) -> None:
        self._device.display(Image.frombytes("1", (self._board.w, self._board.h), bits))

    def close(self) -> None:
        self._device.cleanup()


def _fast_device(board: Max7219, bus: Any) -> Any:
    """Return luma's device with its loop over pixels replaced: the same bytes, 10 to 40 times as fast."""
    from luma.led_matrix.device import max7219

    class FastMax7219(max7219):  # type: ignore[misc]
        def display(self, image: Image.Image) -> None:
            frames = frame_bytes(image.tobytes(), w=board.w, h=board.h, orientation=board.orientation)
            for transfer in frames:
                self.data(list(transfer))

    return FastMax7219(
        bus, width=board.w, height=board.h, block_orientation=board.orientation, contrast=board.intensity << 4
    )
