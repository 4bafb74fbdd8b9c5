"""Plays a day of faults in a simulated hall, and returns what has broken a law."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from hub.config import load_hall
from sim.errors import SimError
from sim.hall import Hall
from sim.own_copy import own_copy
from sim.theatre.court import WORKS_AGAIN, Broken, Court
from sim.theatre.script import Act, Script, Trouble, write
from sim.theatre.settling import Settling
from sim.theatre.stage import laws_for, stage_of
from sim.theatre.troubles import Troubles
from sim.theatre.watching import Watching

FILE = Path(__file__).with_name("hall.toml")
"""The hall of the theatre: as small as one can be that has everything which may break."""


class Day(Struct, frozen=True, kw_only=True):
    """A day that was played. broken: each thing that broke a law. rows, papers, calls: how much happened."""

    script: Script
    broken: tuple[Broken, ...]
    rows: int
    papers: int
    calls: int


def script_of(file: Path, seed: int) -> Script:
    """Return the script of a seed for the hall of a file; raise HallError or CannotPlayError where there is none."""
    return write(seed, stage_of(load_hall(file)))


async def play(script: Script, file: Path = FILE, *, program: Sequence[str] = ()) -> Day:
    """Play a script from the start of a hall of its own to its end. program: that Python runs as the hub.

    Raises HallError where the hall's file is not sound, HallStartError where the hall does not even come up.
    """
    plan = load_hall(file)
    stage = stage_of(plan)
    head_start_ms = dict(plan.plan.head_start_ms)
    court = Court(laws_for(plan), head_start_ms)
    async with _hall(file, script, program) as hall, Watching(hall, court) as watching:
        troubles = Troubles(hall, plan, watching, court, script)
        settling = Settling(hall, plan, stage, watching, court)
        try:
            await _run(hall, script, troubles)
            await troubles.mend_all()
            unsettled = await settling.come_to_rest()
        except* SimError as errors:
            unsettled = tuple(Broken(law=WORKS_AGAIN, what=str(error)) for error in errors.exceptions)
        finally:
            await troubles.close()
        papers = len(watching.papers)
    ledger = court.ledger
    return Day(
        script=script,
        broken=(*court.broken, *unsettled),
        rows=ledger.last_row,
        papers=papers,
        calls=sum(ledger.sounds.values()),
    )


@asynccontextmanager
async def _hall(file: Path, script: Script, program: Sequence[str]) -> AsyncIterator[Hall]:
    """Have a hall with a file of its own: on a disk that loses its power, it may be changed."""
    with tempfile.TemporaryDirectory(prefix="lintel-theatre-") as folder:
        async with Hall(own_copy(file, Path(folder)), at=script.begins, program=program) as hall:
            yield hall


async def _run(hall: Hall, script: Script, troubles: Troubles) -> None:
    """Do everything at its moment; who presses does not wait for whoever is late."""
    begin_s = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as hands:
        for act in script.acts:
            hands.create_task(_press(hall, act, begin_s))
        for trouble in script.troubles:
            hands.create_task(_suffer(troubles, trouble, begin_s))
        await _until(begin_s + script.length_s)


async def _suffer(troubles: Troubles, trouble: Trouble, begin_s: float) -> None:
    await _until(begin_s + trouble.at_s)
    await troubles.begin(trouble)
    await _until(begin_s + trouble.until_s)
    await troubles.end(trouble)


async def _press(hall: Hall, act: Act, begin_s: float) -> None:
    await _until(begin_s + act.at_s)
    for _ in range(act.times):
        await hall.press(act.device, act.key)


async def _until(at_s: float) -> None:
    await asyncio.sleep(max(0.0, at_s - asyncio.get_running_loop().time()))
