"""A whole hall gets new firmware while tickets are taken and called, and nobody is disturbed by it."""

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

from hub.journal import read_rows, verify
from hub.maintenance import UpdateNow
from hub.rules.events import Fact, TicketCalled, TicketFinished, TicketPrinted, TicketTaken
from sim import Hall
from sim.errors import WaitedInVainError
from tests.hall.updates import begin, firmware, hall_file, is_over, now, when

EXAMPLES = Path(__file__).parents[2] / "examples"
NEW = "0.2.0"
COUNTERS = (2, 3)
"""Where clerks work; the other one is idle, as in any hall."""


def three_counters(folder: Path) -> Path:
    """Return the file of a hall that has the first three counters of five, with their devices, and no PINs."""
    file = hall_file(folder, EXAMPLES / "five-counters.toml")
    tables = re.split(r"(?m)^(?=\[)", file.read_text(encoding="utf-8"))
    kept = [table for table in tables if not re.search(r"(?m)^((number|counter) = [45]|\[\[people\]\])$", table)]
    file.write_text("".join(kept), encoding="utf-8")
    return file


async def press_until(hall: Hall, device: str, key: str, shown: str, text: str) -> None:
    """Press as people do: where nothing happens, because the key's node just starts anew, once more."""
    for _ in range(6):
        await hall.press(device, key)
        try:
            await hall.panel(shown, text, limit_s=4)
        except WaitedInVainError:
            continue
        return
    raise AssertionError(f"{device} {key}: {shown} does not show {text}; {hall.device(device).said}")


async def visit(hall: Hall, counter: int) -> str:
    """Take a number, be called, be served; return the number."""
    for _ in range(6):
        await hall.press("dispenser-1", "B")
        try:
            number = (await hall.paper("dispenser-1", limit_s=6)).text[1]
        except WaitedInVainError:
            continue
        await press_until(hall, f"pad-{counter}", "next", f"lintel-{counter}", number)
        await asyncio.sleep(1.0)  # how long he is served; not waited for, but lived through
        await press_until(hall, f"pad-{counter}", "finish", f"lintel-{counter}", "综合业务")
        return number
    raise AssertionError(f"no number is given: {hall.device('dispenser-1').said}")


async def test_a_whole_hall_is_updated_while_tickets_are_taken(tmp_path: Path) -> None:
    async with Hall(three_counters(tmp_path)) as hall:
        assert await begin(hall, NEW, firmware(tmp_path, NEW)) == "开始升级到 0.2.0，共 7 台"
        numbers = []
        while not is_left_alone(await now(hall)) and len(numbers) < 60:
            numbers.append(await visit(hall, COUNTERS[len(numbers) % 2]))
        found = await when(hall, is_over)
        assert (found.rollout and found.rollout.stopped, {one.fw for one in found.devices}) == ("", {NEW})
        numbers.append(await visit(hall, 2))
        assert numbers == [f"B{count:03}" for count in range(1, len(numbers) + 1)], "each was given once, and served"
        rows = [(row.content().note, row.content().facts) for row in read_rows(hall.journal)]
        printed = [fact for _, facts in rows for fact in facts if isinstance(fact, TicketPrinted)]
        assert len(printed) == len(numbers)
        told, disturbed = switched(rows)
        assert (sorted(told), disturbed) == (sorted(set(hall.devices) - {"speaker-1"}), [])
        assert list(verify(hall.journal)) == []


def is_left_alone(found: UpdateNow) -> bool:
    """Tell whether all have it but the dispenser, which waits until nobody has taken a number for a while."""
    left = {one.device for one in found.devices if one.phase != "done"}
    return is_over(found) or left == {"dispenser-1"}


def switched(rows: Iterable[tuple[str, Iterable[Fact]]]) -> tuple[list[str], list[str]]:
    """Return the devices that were told to start their new firmware, and those at which somebody was served then."""
    serving: set[int | str] = set()
    told, disturbed = [], []
    for note, facts in rows:
        if note.endswith(f" is told to start {NEW}"):
            device = note.split()[0]
            told.append(device)
            if device in serving or (int(device.rpartition("-")[2]) in serving and not device.startswith("dispenser")):
                disturbed.append(device)
        for fact in facts:
            match fact:
                case TicketTaken():
                    serving.add(fact.dispenser)
                case TicketPrinted():
                    serving.discard("dispenser-1")
                case TicketCalled():
                    serving.add(fact.counter)
                case TicketFinished():
                    serving.discard(fact.counter)
    return told, disturbed
