"""The power goes at arbitrary writes of the hub, 1,000 times: nothing that was promised is missing afterwards (M4).

One run of a real hub is recorded, call by call of the kernel (`sim.disk.record`). At a thousand moments of it the disk
is made as a cut there may have left it (`sim.disk.image`), and opened with the hub's own code.
"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hardware.contract import HUB
from hub.clock import HallClock
from hub.config import MAINTAINER, Hall, load_hall
from hub.contacts import Contacts
from hub.desk import Desk
from hub.edits.record import Records
from hub.edits.recovery import recover
from hub.journal import Journal, Row, read_rows, verify
from hub.outages import Outages
from hub.owner import check_owner, name_owner
from hub.rules.events import TicketCalled, TicketTaken
from hub.secrets import load_secrets
from sim import Hall as SimulatedHall
from sim.disk.image import Content, Disk, write_files
from sim.hub_process import HubProcess
from sim.ports import free_port
from tests.hall.cut_story import WITHOUT_SYNC, Story, promised, tell
from tests.hall.hands import ticket

CUTS = 1000
ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder in memory, where there is one: what is durable is decided here by the record, not by the computer."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


class Promised:
    """All that was promised up to a step."""

    def __init__(self, story: Story) -> None:
        self._coming = story.promises[::-1]
        self.by_kind: dict[str, set[object]] = {"heard": set(), "called": set(), "printed": set()}
        self.changes = 0

    def follow(self, step: int) -> None:
        """Take what was promised before this step."""
        while self._coming and self._coming[-1][0] < step:
            _, promise = self._coming.pop()
            if promise.kind == "changed":
                self.changes += 1
            else:
                self.by_kind[promise.kind].add(promise.what)


def kept(rows: list[Row]) -> dict[str, set[object]]:
    """Return what a journal holds, as it is promised."""
    found: dict[str, set[object]] = {"heard": set(), "called": set(), "printed": set()}
    numbers = {}
    for row in rows:
        found["heard"].add((row.device, row.boot, row.seq))
        for fact in row.content().facts:
            if isinstance(fact, TicketTaken):
                numbers[fact.serial] = fact.number
                found["printed"].add(fact.serial)
            elif isinstance(fact, TicketCalled):
                found["called"].add(numbers[fact.serial])
    return found


class Reference:
    """What the run left in the end, and how what is left of a cut compares with it."""

    def __init__(self, story: Story) -> None:
        self.hall: Hall = story.hall.hall
        self.texts = story.texts
        self._halls: dict[bytes, Hall] = {}
        self.rows = list(read_rows(story.hall.journal))
        self.passwords = story.hall.passwords()

    def complaints(self, folder: Path, promised: Promised) -> Iterator[str]:
        """Yield what is wrong in a folder that a cut has left."""
        state = folder / "state"
        hall = self._hall(folder / "hall.toml")
        yield from self._of_files(folder, state, promised)
        path = state / "journal.db"
        with closing(Journal(path)) as journal:
            rows = list(read_rows(path)) if journal.last_row else []
            if rows != self.rows[: len(rows)]:
                yield "a row that was never written"
            found = kept(rows)
            for kind, what in promised.by_kind.items():
                if missing := what - found[kind]:
                    yield f"{kind} and not kept: {sorted(missing, key=str)[:3]}"
            name_owner(journal, self.hall.id, journal.last_at)
            recover(hall, Records(state), journal, journal.last_at)
            journal.begin(journal.last_at)
            Desk(hall).reload(journal)
            yield from verify(path)
        check_owner(path, self.hall.id)

    def _hall(self, file: Path) -> Hall:
        """Return what a hall's file says; of each text once, since reading it takes longest."""
        text = file.read_bytes()
        if text not in self._halls:
            self._halls[text] = load_hall(file)
        return self._halls[text]

    def _of_files(self, folder: Path, state: Path, promised: Promised) -> Iterator[str]:
        text = (folder / "hall.toml").read_bytes()
        if text not in self.texts[promised.changes :]:
            yield "a change of the hall's file that was answered is gone"
        accounts = [HUB, MAINTAINER, *(device.name for device in self.hall.devices)]
        secrets = load_secrets(state / "secrets.json", accounts)
        if promised.by_kind["heard"] and secrets.passwords != self.passwords:
            yield "passwords that devices have"
        Outages(state / "alive", HallClock(), last_at=0)
        Contacts(state / "contacts.json", 30)


def broken_cuts(story: Story, place: Path, *, cuts: int, seed: int) -> list[tuple[int, str]]:
    """Cut the power at so many steps; return the steps and what was wrong after them. A step is cut the same again."""
    hall, reference, promises = story.hall, Reference(story), Promised(story)
    disk = Disk({str(hall.file): Content(story.texts[0])}, [str(hall.folder)])
    steps = random.Random(seed).sample(range(1, len(story.ops)), cuts)
    found, done = [], 0
    for step in sorted(steps):
        for op in story.ops[done:step]:
            disk.apply(op)
        done = step
        promises.follow(step)
        left = disk.after_cut(random.Random(f"{seed} {step}"))
        folder = place / "left"
        write_files(left, of=hall.folder, to=folder)
        try:
            found += [(step, words) for words in reference.complaints(folder, promises)]
        except (OSError, ValueError) as error:
            found.append((step, f"{type(error).__name__}: {error}"))
        shutil.rmtree(folder)
    return found


@pytest.fixture(scope="module")
def story(place: Path) -> Story:
    (place / "run").mkdir()
    return asyncio.run(tell(place / "run", rounds=(75, 20, 5)))


@pytest.mark.req("M4", "M26")
def test_nothing_that_was_promised_is_missing_after_a_thousand_power_cuts(story: Story, place: Path) -> None:
    kinds = promised(story)
    assert (kinds["changed"], min(kinds["heard"], kinds["called"], kinds["printed"]) >= 95) == (3, True), kinds
    assert broken_cuts(story, place, cuts=CUTS, seed=8) == []


def test_without_its_sync_the_hub_breaks_its_promises(place: Path) -> None:
    (place / "unsynced").mkdir()
    story = asyncio.run(tell(place / "unsynced", rounds=(10,), program=WITHOUT_SYNC))
    wrong = {words.partition(" and ")[0] for _, words in broken_cuts(story, place, cuts=30, seed=8)}
    assert {"heard", "printed", "called"} <= wrong


async def test_a_hub_starts_with_what_a_cut_has_left(story: Story, place: Path, tmp_path: Path) -> None:
    """The whole program, at two of the cuts."""
    disk = Disk({str(story.hall.file): Content(story.texts[0])}, [str(story.hall.folder)])
    half = len(story.ops) // 2
    for name, ops in (("half", story.ops[:half]), ("most", story.ops[half:-20])):
        for op in ops:
            disk.apply(op)
        folder = tmp_path / name
        write_files(disk.after_cut(random.Random(name)), of=story.hall.folder, to=folder)
        hub = HubProcess(
            file=folder / "hall.toml", state=folder / "state", broker_port=free_port(), on_state=lambda _state: None
        )
        try:
            await hub.start()
            assert hub.state == "ready"
        finally:
            await hub.close()
        assert list(verify(folder / "state" / "journal.db")) == []


@pytest.mark.req("M41")
async def test_a_hall_goes_on_after_power_cuts_of_its_hub() -> None:
    chance, written_ns = random.Random(5), ONE.stat().st_mtime_ns
    async with SimulatedHall(ONE) as hall:
        for number in range(1, 4):
            await hall.press("dispenser-1", "A")
            cutting = asyncio.create_task(hall.power_cut_hub(chance))
            await hall.until(lambda: hall.snapshot().hub == "down")
            await cutting
            await hall.start_hub()
            assert await ticket(hall, pressed=True) == f"A{number:03}"
        assert list(verify(hall.journal)) == []
    assert ONE.stat().st_mtime_ns == written_ns, "the hub does not write it, so that a cut does not touch it"
