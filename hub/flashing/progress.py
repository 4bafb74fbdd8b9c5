"""The table of progress: redrawn in place on a terminal, line by line without one."""

import contextlib
import shutil
import threading
from collections.abc import Iterator, Mapping
from typing import TextIO

from hub.flashing.job import Step

_BAR = 20
_UP, _CLEAR = "\x1b[{}A", "\x1b[2K"


class Progress:
    """What happens on which board; called by many threads. ports: device to port, in the order of the table."""

    def __init__(self, ports: Mapping[str, str], stream: TextIO) -> None:
        self._ports = dict(ports)
        self._stream = stream
        self._rows = dict.fromkeys(ports, "waits")
        self._is_terminal = stream.isatty()
        self._is_drawn = self._is_held = False
        self._lock = threading.Lock()
        self._width = max([len(name) for name in ports], default=0)
        self._port_width = max([len(port) for port in ports.values()], default=0)
        if self._is_terminal:
            self._draw()

    def step(self, device: str, step: Step) -> None:
        """Show how far a board is."""
        self.say(device, _bar(step), is_step=bool(step.done))

    def say(self, device: str, words: str, *, is_step: bool = False) -> None:
        """Show words for a board; without a terminal each is a line, but not every file that is written."""
        with self._lock:
            self._rows[device] = words
            if self._is_terminal:
                self._draw()
            elif not is_step:
                self._stream.write(f"{self._line(device)}\n")
                self._stream.flush()

    def below(self, words: str) -> None:
        """Say something under the table, such as which key is to be pressed."""
        with self._lock:
            self._stream.write(f"{words}\n")
            self._stream.flush()
            self._is_drawn = False

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Do not draw the table meanwhile: somebody is asked, and reads and types where it would be."""
        with self._lock:
            self._is_held = True
        try:
            yield
        finally:
            with self._lock:
                self._is_held = self._is_drawn = False
                if self._is_terminal:
                    self._draw()

    def _draw(self) -> None:
        if self._is_held:
            return
        up = _UP.format(len(self._rows)) if self._is_drawn else ""
        # A line that wraps would be two, and the next table would not cover it.
        room = shutil.get_terminal_size().columns - 1
        self._stream.write(up + "".join(f"{_CLEAR}{self._line(device)[:room]}\n" for device in self._rows))
        self._stream.flush()
        self._is_drawn = True

    def _line(self, device: str) -> str:
        return f"{device:<{self._width}}  {self._ports[device]:<{self._port_width}}  {self._rows[device]}"


def _bar(step: Step) -> str:
    if not step.total:
        return step.word
    full = _BAR * step.done // step.total
    return f"{step.word} [{'#' * full}{'.' * (_BAR - full)}] {step.done}/{step.total}"
