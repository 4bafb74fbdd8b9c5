"""Reads the journal for the statistics when the hub starts and when a day is over, so that whoever opens them need not
wait for it.
"""

import asyncio
from pathlib import Path

from hardware.logs import Log
from hub.apart import Apart, ApartError
from hub.config import HallError
from hub.journal import JournalError
from hub.staff.reports.apart import fill_up
from hub.works import Works

log = Log(__name__)
START_S = 120.0
"""A hub that starts has other things to do."""
LOOK_S = 600.0


async def fill_each_day(works: Works, folder: Path, apart: Apart) -> None:
    """Go on until it is cancelled."""
    await asyncio.sleep(START_S)
    filled = ""
    while True:
        day = works.desk.state.day
        if day != filled:
            filled = day if await _fill(works.hall.path, folder, apart) else ""
        await asyncio.sleep(LOOK_S)


async def _fill(hall_file: Path, folder: Path, apart: Apart) -> bool:
    """Others who want something of the worker get their turn in between."""
    try:
        while not await apart.run(fill_up, folder, hall_file):
            pass
    except (HallError, JournalError, OSError, ApartError) as error:
        log.warning("statistics-behind", "the statistics were not brought up to the day", why=error)
        return False
    return True
