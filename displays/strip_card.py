"""A strip card on a serial port of a Raspberry Pi: the pages of a view go to it one after another."""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from displays.card_text import FRAME_GAP_S, PAGE_BREAK, frame
from hardware.board import StripCard
from hardware.contract import Panel
from hardware.logs import Log

REFRESH_S = 5.0
"""A card that had no power is empty, and a disturbed frame is lost without a word; so it is told again."""
GAP_S = FRAME_GAP_S + 0.05

log = Log(__name__)


class CardNotFoundError(OSError):
    """No port is where the board file says; the sentence says what to look at."""


class Port(Protocol):
    """What is used of pyserial."""

    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> None: ...


def open_port(board: StripCard) -> Port:
    """Return a card's serial port, opened; its writes return at once. Raises CardNotFoundError."""
    try:
        import serial  # type: ignore[import-untyped]  # comes with the drivers of a Raspberry Pi only
    except ImportError as error:
        raise CardNotFoundError(
            "the strip card needs pyserial; install the drivers with pip install 'lintel[pi]'"
        ) from error
    try:
        return cast(Port, serial.Serial(board.port, baudrate=board.baud, timeout=0, write_timeout=0))
    except (OSError, ValueError) as error:
        raise CardNotFoundError(f"no strip card at {board.port}: {error}; look at its cable and name") from error


class StripCardPanel:
    """A card that may be unplugged, on the running event loop. open_now: opens its port, again after it has failed."""

    def __init__(self, board: StripCard, open_now: Callable[[], Port]) -> None:
        self._board = board
        self._open_now = open_now
        self._port: Port | None = None
        self._loop = asyncio.get_running_loop()
        self._panel: Panel | None = None
        self._page = 0
        self._free_at_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = self._is_missing = False

    def show(self, panel: Panel | None) -> None:
        """Show a view's text from its first page; None is empty. What is shown already goes on."""
        if self._is_closed or (panel == self._panel and self._timer):
            return
        self._panel, self._page = panel, 0
        self._send_at(self._free_at_s)

    def dim(self, level: int | None) -> None:
        """Leave the card as bright as it is: no command for that is known."""

    def close(self) -> None:
        """Empty the card and let go of its port; may be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._timer:
            self._timer.cancel()
        if self._port:
            self._write(b"")
        self._let_go()

    def _send_at(self, at_s: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(max(at_s, self._loop.time()), self._send)

    def _send(self) -> None:
        """Send the page whose turn it is, and plan the next."""
        pages = self._panel.gbk.split(PAGE_BREAK) if self._panel else [b""]
        data = pages[self._page % len(pages)]
        self._page += 1
        size = self._write(data)
        self._free_at_s = self._loop.time() + size * 10 / self._board.baud + GAP_S
        moves = self._panel is not None and self._panel.pace_ms and len(pages) > 1
        pause_s = self._panel.pace_ms / 1000 if self._panel and moves else REFRESH_S
        self._send_at(max(self._free_at_s, self._loop.time() + pause_s))

    def _write(self, data: bytes) -> int:
        """Send one line and return how many bytes that are; a port that fails is opened again the next time."""
        sent = frame(self._board.address, data.ljust(self._board.w // 8))
        try:
            if self._port is None:
                self._port = self._open_now()
            self._port.write(sent)
            self._is_missing = False
        except OSError as error:
            self._let_go()
            if not self._is_missing:
                log.warning("panel-gone", "the strip card cannot be reached", why=error)
            self._is_missing = True
        return len(sent)

    def _let_go(self) -> None:
        port, self._port = self._port, None
        if port:
            port.close()
