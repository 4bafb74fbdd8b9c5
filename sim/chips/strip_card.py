"""A model of strip cards on one RS-485 line: each reads the frames for its address and draws their GBK text.

It is no real card: it takes the bytes of the line and knows the dots one would see, in Unifont. What is known of such
cards stands in `displays.card_text`; the model takes those frames and no others, and is read from the bytes anew.
"""

import time
from collections.abc import Callable, Sequence

from displays.glyphs import COLUMN_PX, HEIGHT_PX, glyph

GAP_S = 0.1
_START, _END = 0xAA, 0xFF
_KIND, _HEAD = b"\xbb\x51\x54", b"\x01\x00\x99\x00\x63"
_TEXT_AT, _FRAME_MAX = 11, 256


class StripCardChip:
    """One card, empty when it gets its power. address: its own. on_change: called when its dots have changed.

    clock: seconds that only grow; tests have their own. shown: the bytes of its line. frames: how many it has taken.
    """

    def __init__(
        self,
        *,
        w: int,
        address: int,
        on_change: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.w, self.h = w, HEIGHT_PX
        self.address = address
        self.frames = 0
        self.shown = b" " * (w // COLUMN_PX)
        self.bits = bytes(w // COLUMN_PX * HEIGHT_PX)
        self._on_change = on_change
        self._clock = clock
        self._deaf_until = float("-inf")
        self._frame = bytearray()

    @property
    def text(self) -> str:
        """What one reads, without the spaces around it."""
        return self.shown.decode("gbk").strip()

    def rows(self) -> list[list[int]]:
        """Return the dots that one sees, rows from the top, 1 is lit."""
        stride = self.w // COLUMN_PX
        lines = [self.bits[at : at + stride] for at in range(0, len(self.bits), stride)]
        return [[byte >> 7 - x & 1 for byte in line for x in range(COLUMN_PX)] for line in lines]

    def receive(self, data: bytes) -> None:
        """Take bytes from the line. The one after KIND is the check, which may be any, FF too."""
        for byte in data:
            if self._frame or byte == _START:
                self._hear(byte)

    def _hear(self, byte: int) -> None:
        """Take one more byte of a frame; what cannot be one may be the begin of the next."""
        self._frame.append(byte)
        if byte == _END and len(self._frame) > _TEXT_AT:
            self._take(bytes(self._frame))
            self._frame.clear()
        elif len(self._frame) > _FRAME_MAX or not self._is_begun():
            self._frame[:] = bytes((_START,)) if byte == _START else b""

    def _is_begun(self) -> bool:
        """Tell whether what has come can be the begin of a frame."""
        return (_KIND + _HEAD).startswith(bytes(self._frame[2:5] + self._frame[6:_TEXT_AT]))

    def _take(self, frame: bytes) -> None:
        """Obey a frame; one that comes within 100 ms of the last, whoever that was for, is lost."""
        now = self._clock()
        is_deaf, self._deaf_until = now < self._deaf_until, now + GAP_S
        if is_deaf or frame[1] != self.address or frame[5] != sum(frame[6:]) % 256:
            return
        self.frames += 1
        self._show(frame[_TEXT_AT:-1])

    def _show(self, text: bytes) -> None:
        """Write over the line from its left; what is longer than the card is cut, wherever that is."""
        cells = self.w // COLUMN_PX
        shown = (text + self.shown[len(text) :])[:cells]
        if shown != self.shown:
            self.shown = shown
            self.bits = _drawn(shown)
            if self._on_change:
                self._on_change()


class StripLine:
    """Several cards on one pair of wires: each hears everything, and what is nobody's reaches none."""

    def __init__(self, cards: Sequence[StripCardChip]) -> None:
        self.cards = {card.address: card for card in cards}

    def receive(self, data: bytes) -> None:
        """Take bytes from the line."""
        for card in self.cards.values():
            card.receive(data)


def _drawn(line: bytes) -> bytes:
    """Return a line's dots; half a character is a cell of full light, so that nobody overlooks it."""
    columns, at = b"", 0
    while at < len(line):
        size = 2 if line[at] >= 0x81 else 1
        try:
            cell = glyph(line[at : at + size].decode("gbk")).ljust(size * HEIGHT_PX, b"\0")
        except UnicodeDecodeError:
            cell = b"\xff" * HEIGHT_PX * len(line[at : at + size])
        columns += cell
        at += size
    return b"".join(columns[row::HEIGHT_PX] for row in range(HEIGHT_PX))
