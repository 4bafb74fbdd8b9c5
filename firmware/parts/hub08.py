"""Drives HUB08 boards, which light one of their 16 rows at a time, without the processor.

A PIO state machine shifts a row out, lights it and takes the next; one DMA channel feeds it from memory, and a second
one starts the first anew after each frame. A timer's interrupt could do so too, but would come 2000 times a second,
and late whenever memory is cleaned: that is seen as flicker.
"""

from array import array

import framebuf
import rp2
import uctypes
from machine import Pin
from micropython import const

_HZ = const(8_000_000)
"""Of the state machine; a dot takes four of its cycles, so the boards are clocked with 2 MHz."""
_ROW_CYCLES = const(3600)
"""For which a row is lit and dark after it was shifted out: about 120 frames a second."""
_READ_ADDRESS_TRIGGER = const(15)
"""A DMA channel's register that starts it when it is written (RP2040 datasheet, table 124, AL3)."""


class Hub08:
    """Boards as the board file's part ``panel`` describes them.

    window: the FrameBuffer of w x h dots; flush() copies it to the memory that the state machine shows. That has for
    each row its dots, and a word of the row's lines (4 bits), a bit that is nothing, and for how many cycles the row
    is lit (13 bits) and dark (14 bits).
    """

    def __init__(self, panel):
        self.w, self.h = panel["w"], panel["h"]
        self.window = framebuf.FrameBuffer(bytearray(self.w * self.h // 8), self.w, self.h, framebuf.MONO_HLSB)
        self._frame = bytearray((self.w // 8 + 4) * self.h)
        self._face = framebuf.FrameBuffer(self._frame, self.w, self.h, framebuf.MONO_HLSB, self.w + 32)
        # What the two levels of a dot are on the line.
        levels = bytearray(b"\x40" if panel.get("lit", "low") == "high" else b"\x80")
        self._levels = framebuf.FrameBuffer(levels, 2, 1, framebuf.MONO_HLSB)
        self._level = panel.get("intensity", 15)
        self.dim(None)
        self.flush()
        self._machine = rp2.StateMachine(
            0,
            _program(panel.get("enable", "low") == "high"),
            freq=_HZ,
            out_base=Pin(panel["data"]),
            sideset_base=Pin(panel["clock"]),
        )
        self._machine.put(self.w - 1)
        self._machine.active(1)
        self._feed()

    def flush(self):
        """Bring the window to the LEDs."""
        self._face.blit(self.window, 0, 0, -1, self._levels)

    def refresh(self):
        """Do nothing: each row is told everything 120 times a second."""

    def dim(self, level):
        """Shine at a level of 0 to 15; None is as the board file says."""
        level = self._level if level is None else level
        lit = _ROW_CYCLES * (level + 1) // 16
        for row in range(self.h):
            word = row << 28 | lit - 1 << 14 | _ROW_CYCLES - lit
            at = (self.w // 8 + 4) * row + self.w // 8
            self._frame[at : at + 4] = word.to_bytes(4, "big")

    def _feed(self):
        """Send the frame to the state machine again and again, in words that begin with their first byte."""
        first, again = rp2.DMA(), rp2.DMA()
        self._address = array("L", [uctypes.addressof(self._frame)])
        again.config(
            read=self._address,
            write=first.registers[_READ_ADDRESS_TRIGGER : _READ_ADDRESS_TRIGGER + 1],
            count=1,
            ctrl=again.pack_ctrl(inc_read=False, inc_write=False),
        )
        first.config(
            read=self._frame,
            write=self._machine,
            count=len(self._frame) // 4,
            ctrl=first.pack_ctrl(inc_write=False, bswap=True, treq_sel=0, chain_to=again.channel),
            trigger=True,
        )
        self._channels = first, again


def _program(is_lit_high):
    """Return the state machine's program. Its first word is the dots of a row less one.

    Beside each instruction stand the levels of clock (1), latch (2) and enable (4).
    """
    lit = 4 if is_lit_high else 0
    dark = 4 - lit

    @rp2.asm_pio(
        out_init=(rp2.PIO.OUT_LOW,) * 5,
        sideset_init=(rp2.PIO.OUT_LOW, rp2.PIO.OUT_LOW, rp2.PIO.OUT_HIGH if dark else rp2.PIO.OUT_LOW),
        out_shiftdir=rp2.PIO.SHIFT_LEFT,
        autopull=True,
        pull_thresh=32,
    )
    # The assembler brings the names (ruff: F821). An `out` drives data and row lines together, so all rows are dark
    # while one is shifted out; the waits around the latch let the row's transistors switch off.
    def rows():
        out(y, 32).side(dark)  # noqa: F821
        wrap_target()  # noqa: F821
        mov(x, y).side(dark)  # noqa: F821
        label("dot")  # noqa: F821
        out(pins, 1).side(dark)[1]  # noqa: F821
        jmp(x_dec, "dot").side(dark | 1)[1]  # noqa: F821
        out(pins, 5).side(dark)[3]  # noqa: F821
        out(x, 13).side(dark | 2)[3]  # noqa: F821
        label("lit")  # noqa: F821
        jmp(x_dec, "lit").side(lit)  # noqa: F821
        out(x, 14).side(dark)  # noqa: F821
        label("dark")  # noqa: F821
        jmp(x_dec, "dark").side(dark)  # noqa: F821
        wrap()  # noqa: F821

    return rows
