"""Runs on a board, over its REPL, after files.py: lights, draws, sounds, prints and listens with its firmware."""

import asyncio
import gc
import json
import sys

_LOOK_MS = 20
_SHOW_MS = 400
_parts = {}


class _Words:
    """What a panel of text shows instead of dots."""

    def __init__(self, gbk):
        self.gbk, self.pace_ms = gbk, 0


def build_parts(slot):
    """Make the parts of board.json with the firmware in a slot; print their kinds."""
    sys.path.insert(0, slot)
    gc.collect()
    import build
    from config import PARTS, read_board
    from limits import PICTURE_BYTES

    _parts.update(build.parts(read_board(), bytearray(PICTURE_BYTES), PARTS))
    print(json.dumps(list(_parts)))


def lamps():
    """Light the lamps one after another, then none."""
    part = _parts["lamps"]

    async def show():
        for name in sorted(part.names()):
            part.show({name: "on"})
            await asyncio.sleep_ms(_SHOW_MS)
        part.show({})

    _run(show())


def panel(words):
    """Show all dots, a chess board, a frame, then nothing; a card that draws text itself shows words."""
    part = _parts["panel"]
    driver = getattr(part, "driver", None)

    async def show():
        if driver:
            for draw in (_all, _chess, _frame, _none):
                draw(driver.window, driver.w, driver.h)
                driver.flush()
                await asyncio.sleep_ms(_SHOW_MS)
            return
        part.keep(_Words(words), None)
        sending = asyncio.create_task(part.run())
        await asyncio.sleep_ms(4 * _SHOW_MS)
        sending.cancel()

    _run(show())


def tone():
    """Sound a low and a high tone."""

    async def sound():
        _parts["tone"].play(((1000, 200), (0, 50), (2000, 200)))
        await asyncio.sleep_ms(600)

    _run(sound())


def arrow(directions):
    """Light the groups of an arrow one after another, then none."""

    async def show():
        for direction in directions:
            _parts["arrow"].show(direction, None)
            await asyncio.sleep_ms(_SHOW_MS)
        _parts["arrow"].show(None, None)

    _run(show())


def paper(data):
    """Print bytes; print the contract's word for why they are not out, or null."""
    print(json.dumps(_run(_parts["printer"].put_out([data], len(data)))))


def key(limit_ms):
    """Print a line when keys are listened to, then the name of the next one that is pressed, or null after so long."""
    part, pressed = _parts["keys"], []

    async def listen():
        tasks = [asyncio.create_task(part.run(lambda name, _turn, _at: pressed.append(name)))]
        tasks.append(asyncio.create_task(part.listen_again()))
        # The last finger has to be off, and its key listened to again.
        await asyncio.sleep_ms(_SHOW_MS)
        pressed.clear()
        print("now")
        left_ms = limit_ms
        while not pressed and left_ms > 0:
            await asyncio.sleep_ms(_LOOK_MS)
            left_ms -= _LOOK_MS
        for task in tasks:
            task.cancel()

    _run(listen())
    print(json.dumps(pressed[0] if pressed else None))


def _run(work):
    """Do asynchronous work while the watchdog is fed."""

    async def fed():
        while True:
            feed()
            await asyncio.sleep_ms(1000)

    async def both():
        feeding = asyncio.create_task(fed())
        try:
            return await work
        finally:
            feeding.cancel()

    return asyncio.run(both())


def _all(window, _w, _h):
    window.fill(1)


def _none(window, _w, _h):
    window.fill(0)


def _chess(window, w, h):
    for y in range(h):
        for x in range(w):
            window.pixel(x, y, (x ^ y) & 1)


def _frame(window, w, h):
    window.fill(0)
    window.rect(0, 0, w, h, 1)
