"""Proves the whole journal beside the hub's work, and keeps a fault while rows of earlier days are damaged.

A hub that starts reads the present day and refuses one that a disk has damaged. It cannot read years before it serves,
and nobody who waits needs them today: so the hall goes on, whoever maintains it is told, and brings the copy back.

It is read in a thread: at a bad sector a disk may try for many seconds, and no press may wait for that.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from hardware.logs import Log
from hub.hub_faults import HubLook
from hub.journal import proof

log = Log(__name__)

PART, DAMAGED = "rows", "damaged"
"""Part and fault of the hub, as the journal and the health page have it."""
LOOK_EVERY_S, LOOK_AGAIN_S = 24 * 3600.0, 600.0
ROWS_AT_ONCE = 64
"""They take half a millisecond on the machine that develops this, some four times that on a Raspberry Pi 4."""
PAUSE_S = 0.02
"""A year of a busy hall takes eight minutes so."""
END = object()


class ChainWatch(HubLook):
    """Follows the chain of a journal from its first row. path: its file."""

    def __init__(self, path: Path) -> None:
        super().__init__(PART)
        self._path = path

    async def run(self) -> None:
        """Look now and every day, and again soon while something is wrong, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_AGAIN_S if self.faults else LOOK_EVERY_S)

    async def look(self) -> None:
        """Look at every row; what is wrong is looked at twice, since nobody shall restore a journal that is sound."""
        why = await self._first_break() and await self._first_break()
        if why:
            log.error("rows-damaged", "rows of earlier days are damaged, and the hall goes on", why=why)
        self.faults = {PART: DAMAGED} if why else {}

    async def _first_break(self) -> str:
        """Return what is wrong, in words; empty where nothing is. Nobody knows what a bad disk makes of a row."""
        reading, thread = proof(self._path, ROWS_AT_ONCE), ThreadPoolExecutor(1, "chain")
        piece = partial(asyncio.get_running_loop().run_in_executor, thread, next, reading, END)
        try:
            while (found := await piece()) is not END:
                if found:
                    return str(found)
                await asyncio.sleep(PAUSE_S)
        except (OSError, TypeError, ValueError) as error:
            return str(error)
        finally:
            thread.submit(reading.close)
            thread.shutdown(wait=False)
        return ""
