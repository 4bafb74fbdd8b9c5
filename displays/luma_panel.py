"""A panel on a Raspberry Pi: luma has the bus and sets the chips up, our packers make the bytes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from PIL import Image

from displays.max7219 import frame_bytes, start_bytes
from displays.motion import window
from displays.ssd1306 import page_bytes, start_commands
from hardware.board import Hub08, Max7219, PanelBoard, Ssd1306
from hardware.contract import Panel
from hardware.logs import Log

log = Log(__name__)

REFRESH_S = 5.0
"""Long chains forget their registers after hours of disturbances, so all is told them again."""
_I2C = (1, 2, 3)
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
    if isinstance(board, Hub08):
        raise PanelError("panel: a Raspberry Pi cannot light the rows of HUB08 boards in time; put them on a node")
    return _open_i2c(board) if isinstance(board, Ssd1306) else _open_spi(board)


def _open_i2c(board: Ssd1306) -> Any:
    if (board.i2c, board.sda, board.scl) != _I2C:
        raise PanelError("panel: a Raspberry Pi has I2C {} on sda {} and scl {} alone".format(*_I2C))
    try:
        from luma.core.interface.serial import i2c
    except ImportError as error:
        raise PanelError(f"panel: luma.oled is not installed ({error}); install lintel[pi]") from error
    from luma.core.error import Error

    try:
        return i2c(port=board.i2c, address=board.address)
    except (Error, OSError, ImportError) as error:
        raise PanelError(
            f"panel on I2C {board.i2c}: /dev/i2c-{board.i2c} does not open ({error}); switch I2C on with raspi-config"
        ) from error


def _open_spi(board: Max7219) -> Any:
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


class _Driver(Protocol):
    """What brings dots to chips."""

    def start(self) -> None:
        """Set every register."""

    def show(self, bits: bytes) -> None:
        """Bring dots to the panel, as the contract writes them."""

    def dim(self, level: int | None) -> None:
        """Shine at a level of 0 to 15 from now on; None is as the board file says."""

    def close(self) -> None:
        """Darken it and let go of the bus."""


class LumaPanel:
    """A panel that moves its pictures by itself, on the running event loop. bus: luma's serial interface."""

    def __init__(self, board: PanelBoard, bus: Any) -> None:
        self._board = board
        self._device: _Driver = _driver(board, bus)
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


def _driver(board: PanelBoard, bus: Any) -> _Driver:
    if isinstance(board, Hub08):
        raise PanelError("panel: a Raspberry Pi cannot light the rows of HUB08 boards in time; put them on a node")
    return _Oled(board, bus) if isinstance(board, Ssd1306) else _Chain(board, bus)


class _Chain:
    """A MAX7219 chain: the driver of a panel. bus: luma's SPI."""

    def __init__(self, board: Max7219, bus: Any) -> None:
        self._board = board
        self._device = fast_device(board, bus)
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


def fast_device(board: Max7219, bus: Any) -> Any:
    """Return luma's device with its loop over pixels replaced: the same bytes, 10 to 40 times as fast."""
    from luma.led_matrix.device import max7219

    class FastMax7219(max7219):  # type: ignore[misc]
        def display(self, image: Image.Image) -> None:
            frames = frame_bytes(
                image.tobytes(), w=board.w, h=board.h, orientation=board.orientation, order=board.order
            )
            for transfer in frames:
                self.data(list(transfer))

    return FastMax7219(
        bus, width=board.w, height=board.h, block_orientation=board.orientation, contrast=board.intensity << 4
    )


class _Oled:
    """The driver of an OLED. bus: luma's I2C.

    One that does not answer is tried again at each `start`, as on a node: keys and lamps must go on without it.
    """

    def __init__(self, board: Ssd1306, bus: Any) -> None:
        self._board = board
        self._bus = bus
        self._device: Any = None
        self._contrast = board.contrast

    def dim(self, level: int | None) -> None:
        """Set the contrast; 15 is the most that the chip has."""
        self._contrast = self._board.contrast if level is None else level * 17
        self.start()

    def start(self) -> None:
        """Tell it all registers again; what was disturbed is set right."""
        board = self._board
        with self._answering():
            self._device = self._device or _fast_oled(board, self._bus)
            self._device.command(*start_commands(h=board.h, contrast=self._contrast, is_turned=board.is_turned))
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
            words = f"panel: the display at address {self._board.address} does not answer"
            log.warning("panel-gone", words, why=error)


def _fast_oled(board: Ssd1306, bus: Any) -> Any:
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
