"""A panel of pixels: puts pictures on it and moves them; step 8 of a press."""

import asyncio

import framebuf

REFRESH_MS = 5000


class Panel:
    """A panel over a driver that has ``w``, ``h``, a FrameBuffer ``window``, ``flush()`` and ``refresh()``."""

    def __init__(self, driver):
        self._driver = driver
        self._picture = None
        self._strip = None
        self._moving = None

    def show(self, picture):
        """Show a picture, moving as it says from its beginning; None is dark. One that is on show already goes on."""
        if picture is self._picture or (picture is not None and picture.is_like(self._picture)):
            return
        if self._moving:
            self._moving.cancel()
            self._moving = None
        self._picture = picture
        if picture is not None:
            self._strip = framebuf.FrameBuffer(picture.bits, picture.w, picture.h, framebuf.MONO_HLSB)
        self._draw(0)
        if picture is not None and self._moves(picture):
            self._moving = asyncio.create_task(self._move(picture))

    async def run(self):
        """Tell the chips everything again every few seconds, for ever: long chains forget."""
        while True:
            await asyncio.sleep_ms(REFRESH_MS)
            self._driver.refresh()

    def _moves(self, picture):
        if not picture.pace_ms or picture.motion == "still":
            return False
        return picture.motion == "blink" or picture.w > self._driver.w

    async def _move(self, picture):
        step = 0
        while True:
            await asyncio.sleep_ms(picture.pace_ms)
            step += 1
            self._draw(step)

    def _draw(self, step):
        """Draw what is on show after so many steps of the picture's motion."""
        picture, driver = self._picture, self._driver
        driver.window.fill(0)
        is_dark = picture is None or (picture.motion == "blink" and step % 2)
        if not is_dark:
            driver.window.blit(self._strip, self._left(picture, step), max(0, (driver.h - picture.h) // 2))
        driver.flush()

    def _left(self, picture, step):
        """Return where the picture's left edge is, in pixels from the panel's."""
        if picture.w <= self._driver.w:
            return (self._driver.w - picture.w) // 2
        if picture.motion == "flip":
            pages = -(-picture.w // self._driver.w)
            return -(step % pages) * self._driver.w
        if picture.motion == "scroll":
            return -(step % picture.w)
        return 0
