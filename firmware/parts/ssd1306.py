"""Drives a small SSD1306 OLED on I2C, eight rows of dots a page (Solomon Systech SSD1306, tables 9-1 and 10.1.3)."""

import framebuf
from machine import I2C, Pin

_COMMANDS = b"\x00"
_DOTS = b"\x40"


class Ssd1306:
    """A display as the board file's part ``panel`` describes it.

    window: the FrameBuffer of w x h dots; flush() brings it to the display. One that does not answer, since it is
    broken or has not got its power yet, is tried again at each refresh(): keys and lamps must go on without it.
    """

    def __init__(self, panel):
        self.w, self.h = panel["w"], panel["h"]
        # A page's byte is a column, lowest bit on top: so the display's memory and the window's are alike.
        self._dots = bytearray(self.w * self.h // 8)
        self.window = framebuf.FrameBuffer(self._dots, self.w, self.h, framebuf.MONO_VLSB)
        self._shown = None
        self._contrast = panel.get("contrast", 207)
        self._start = _start(self.h, self._contrast, panel.get("is_turned", False))
        self._address = panel.get("address", 60)
        self._i2c = I2C(panel["i2c"], sda=Pin(panel["sda"]), scl=Pin(panel["scl"]), freq=panel.get("baud", 400_000))
        self.refresh()

    def flush(self):
        """Send the pages of the window that have changed: one takes 3 ms, all of 64 rows 25 ms."""
        if self._shown:
            try:
                self._send_dots()
            except OSError:
                self._shown = None

    def refresh(self):
        """Set every register and all dots, whatever the display holds; it shines only after that."""
        self._shown = None
        try:
            self._send(_COMMANDS, self._start)
            self._send_dots()
            self._send(_COMMANDS, b"\xaf")
        except OSError:
            self._shown = None

    def dim(self, level):
        """Shine at a level of 0 to 15; None is as the board file says."""
        contrast = self._contrast if level is None else level * 17
        if self._start[-1] != contrast:
            self._start[-1] = contrast
            self.refresh()

    def _send_dots(self):
        dots, at = memoryview(self._dots), 0
        shown = self._shown and memoryview(self._shown)
        for page in range(self.h // 8):
            end = at + self.w
            if not shown or dots[at:end] != shown[at:end]:
                self._send(_COMMANDS, bytes((0xB0 | page, 0x00, 0x10)))
                self._send(_DOTS, dots[at:end])
            at = end
        if shown:
            shown[:] = dots
        else:
            self._shown = bytearray(dots)

    def _send(self, what, data):
        self._i2c.writevto(self._address, (what, data))


def _start(h, contrast, is_turned):
    """Return the commands for all registers, contrast last; the display stays as dark or bright as it is."""
    lines = b"\xa0\xc0" if is_turned else b"\xa1\xc8"
    multiplex = bytes((0xA8, h - 1, 0xDA, 0x12 if h == 64 else 0x02))
    levels = b"\xd5\x80\xd9\xf1\xdb\x40\x8d\x14\x20\x02\x2e\xa4\xa6"
    return bytearray(b"\xd3\x00\x40" + multiplex + lines + levels + bytes((0x81, contrast)))
