"""A panel of pixels: puts pictures on it and moves them; step 8 of a press."""

import asyncio

import framebuf
from micropython import const

_REFRESH_MS = const(5000)


class Panel:
    """A panel over a driver that has ``w``, ``h``, a FrameBuffer ``window``, ``flush()`` and ``refresh()``.

    room: memory for the picture of a view, which is used again and again. Beside it the panel keeps what the view has
    for the time without a hub, as it will be seen.
    """

    def __init__(self, driver, room):
        self.driver = driver
        self._room = memoryview(room)
        self._picture = None
        self._strip = None
        self._lost_dots = bytearray(driver.w * driver.h // 8)
        self._lost = framebuf.FrameBuffer(self._lost_dots, driver.w, driver.h, framebuf.MONO_HLSB)
        self._is_lost = False
        self._level = None
        self._moving = None

    def keep(self, picture, stale):
        """Take a view's pictures instead of the last one's, copied; None is dark. What is the same goes on moving."""
        self._lost.fill(0)
        if stale:
            strip = framebuf.FrameBuffer(stale.bits, stale.w, stale.h, framebuf.MONO_HLSB)
            self._lost.blit(strip, max(0, (self.driver.w - stale.w) // 2), self._top(stale))
        if picture:
            if picture.is_like(self._picture):
                return
            kept = self._room[: len(picture.bits)]
            kept[:] = picture.bits
            picture.bits = kept
            self._strip = framebuf.FrameBuffer(kept, picture.w, picture.h, framebuf.MONO_HLSB)
        self._picture = picture
        self._begin()

    def show(self, is_lost):
        """Show the view's picture, or what it has for the time without a hub."""
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            self._begin()
        elif is_lost:
            self._draw(0)

    def forget(self):
        """Let go of the view's picture; what it has for the time without a hub is kept."""
        self._picture = None

    def lay(self, file, w, h):
        """Show dots that are read from a file, as those of a picture, until something else is shown.

        They are put where the view's picture was, which is forgotten.
        """
        driver, bits = self.driver, self._room[: (w + 7) // 8 * h]
        self._picture = None
        file.readinto(bits)
        driver.window.fill(0)
        strip = framebuf.FrameBuffer(bits, w, h, framebuf.MONO_HLSB)
        driver.window.blit(strip, (driver.w - w) // 2, (driver.h - h) // 2)
        driver.flush()

    def dim(self, level):
        """Shine at a level of 0 to 15; None is as the board file says."""
        if level != self._level:
            self._level = level
            self.driver.dim(level)

    async def run(self):
        """Tell the chips everything again every few seconds, for ever: long chains forget."""
        while True:
            await asyncio.sleep_ms(_REFRESH_MS)
            self.driver.refresh()

    def _begin(self):
        if self._moving:
            self._moving.cancel()
            self._moving = None
        self._draw(0)
        picture = self._picture
        if picture and not self._is_lost and self._moves(picture):
            self._moving = asyncio.create_task(self._move(picture))

    def _moves(self, picture):
        is_moving = picture.pace_ms and picture.motion != "still"
        return is_moving and (picture.motion == "blink" or picture.w > self.driver.w)

    async def _move(self, picture):
        step = 0
        while True:
            await asyncio.sleep_ms(picture.pace_ms)
            step += 1
            self._draw(step)

    def _draw(self, step):
        """Draw what is on show after so many steps of the picture's motion."""
        picture, window = self._picture, self.driver.window
        window.fill(0)
        if self._is_lost:
            window.blit(self._lost, 0, 0)
        elif picture and not (picture.motion == "blink" and step % 2):
            window.blit(self._strip, self._left(picture, step), self._top(picture))
        self.driver.flush()

    def _left(self, picture, step):
        """Return where the picture's left edge is, in pixels from the panel's."""
        if picture.w <= self.driver.w:
            return (self.driver.w - picture.w) // 2
        if picture.motion == "flip":
            pages = -(-picture.w // self.driver.w)
            return -(step % pages) * self.driver.w
        return -(step % picture.w) if picture.motion == "scroll" else 0

    def _top(self, picture):
        return max(0, (self.driver.h - picture.h) // 2)
