"""Drives a chain of MAX7219 chips with an 8x8 block of LEDs each (Maxim 19-4452, tables 2 to 10)."""

import framebuf
from machine import SPI, Pin
from micropython import const

_DECODE_MODE = const(9)
_INTENSITY = const(10)
_SCAN_LIMIT = const(11)
_SHUTDOWN = const(12)
_DISPLAY_TEST = const(15)


class Max7219:
    """A chain as the board file's part ``panel`` describes it.

    window: the FrameBuffer of w x h dots; flush() brings it to the LEDs. The first bytes of a transfer end in the block
    that is last in the chain, without another order the one at the bottom right, as with luma.led_matrix.
    """

    def __init__(self, panel):
        self.w, self.h = panel["w"], panel["h"]
        orientation = panel.get("orientation", -90)
        self._dots = bytearray(self.w * self.h // 8)
        self.window = framebuf.FrameBuffer(self._dots, self.w, self.h, _layout(orientation))
        self._shown = bytearray(len(self._dots))
        is_in_rows = orientation in (90, -90)
        self._digit_step = self.w // 8 if is_in_rows else 1
        self._counts_down = orientation in (-90, 180)
        self._mirror = bytes([_mirrored(byte) for byte in range(256)]) if orientation == 180 else None
        block_step = 1 if is_in_rows else 8
        order = panel.get("order", "rows")
        self._blocks = []
        for band in reversed(range(self.h // 8)):
            row = [band * self.w + block * block_step for block in range(self.w // 8)]
            if order == "rows" or (order == "serpentine" and band % 2 == 0):
                row.reverse()
            self._blocks += row
        self._out = bytearray(2 * len(self._blocks))
        self._level = self._intensity = panel.get("intensity", 7)
        self._cs = Pin(panel["cs"], Pin.OUT, value=1)
        self._spi = SPI(
            panel["spi"],
            baudrate=panel.get("baud", 10_000_000),
            polarity=0,
            phase=0,
            sck=Pin(panel["sck"]),
            mosi=Pin(panel["mosi"]),
            miso=None,
        )
        self.refresh()

    def flush(self):
        """Send the window if it has changed."""
        if self._dots != self._shown:
            self._send_dots()

    def refresh(self):
        """Set every register of every chip, whatever it holds."""
        self._set_all(_DISPLAY_TEST, 0)
        self._set_all(_SCAN_LIMIT, 7)
        self._set_all(_DECODE_MODE, 0)
        self._set_all(_INTENSITY, self._intensity)
        self._send_dots()
        # Last, so that a chip that has just got its power does not show what its memory happens to hold.
        self._set_all(_SHUTDOWN, 1)

    def dim(self, level):
        """Shine at a level of 0 to 15; None is as the board file says."""
        level = self._level if level is None else level
        if level != self._intensity:
            self._intensity = level
            self._set_all(_INTENSITY, level)

    def _send_dots(self):
        dots, out, mirror = self._dots, self._out, self._mirror
        for digit in range(8):
            row = (7 - digit if self._counts_down else digit) * self._digit_step
            at = 0
            for block in self._blocks:
                byte = dots[block + row]
                out[at] = digit + 1
                out[at + 1] = mirror[byte] if mirror else byte
                at += 2
            self._send()
        self._shown[:] = dots

    def _set_all(self, register, value):
        for at in range(0, len(self._out), 2):
            self._out[at] = register
            self._out[at + 1] = value
        self._send()

    def _send(self):
        self._cs.value(0)
        self._spi.write(self._out)
        self._cs.value(1)


def _layout(orientation):
    """Return the framebuf layout that holds a digit register's eight dots as one byte."""
    if orientation in (0, 180):
        return framebuf.MONO_VLSB
    return framebuf.MONO_HLSB if orientation == 90 else framebuf.MONO_HMSB


def _mirrored(byte):
    """Return the byte with its bits in the other order."""
    mirrored = 0
    for bit in range(8):
        if byte >> bit & 1:
            mirrored |= 0x80 >> bit
    return mirrored
