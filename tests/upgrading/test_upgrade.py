"""A running hall gets a new version between two calls, and goes back with all that was done where that fails."""

import asyncio
import os
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from hardware.version import VERSION
from hub.cli.main import main
from hub.installing.zipped import write_wheel
from hub.journal import read_rows, verify
from hub.journal_rows import chain
from hub.rules.events import TicketCalled, TicketTaken
from hub.upgrading.seat import Seat, UpgradeError
from hub.upgrading.snapshot import Snapshot
from hub.upgrading.upgrade import _switch, back, go_back, upgrade, wait_for_quiet, wheel_in
from tests.copies.halls import add_rows, hall_in
from tests.hall.small_hall import SmallHall
from tests.hall.test_kill import hands
from tests.upgrading.versions import THIRD, WHEEL, ProcessSeat, make_version

OLD = VERSION
COUNTERS = 3


class Upgraded:
    """A hall with its devices, whose hub was installed in two versions."""

    def __init__(self, folder: Path) -> None:
        self.hall = SmallHall(folder, COUNTERS)
        self.programs = folder / "programs"
        self.programs.mkdir()
        make_version(self.programs / OLD, OLD)
        self.seat = ProcessSeat(self.hall.file, folder / "state", self.programs, self.hall.port)
        self.seat.point(OLD)
        self.said: list[str] = []

    def offer(self, version: str, *, migrates: str = "", run: str = "") -> None:
        """Have the next upgrade be to this version."""
        make_version(self.programs / version, version, migrates=migrates, run=run)
        self.wheel = self.programs / f"lintel-{version}-py3-none-any.whl"
        self.wheel.write_bytes(WHEEL)

    @property
    def schema(self) -> int:
        with closing(sqlite3.connect(self.hall.journal)) as db:
            return db.execute("PRAGMA user_version").fetchone()[0]

    def facts(self, kind: type) -> list:
        return [fact for row in read_rows(self.hall.journal) for fact in row.content().facts if isinstance(fact, kind)]

    def notes(self) -> str:
        return " ".join(row.content().note for row in read_rows(self.hall.journal))

    async def upgrade(self, *, quiet_s: float = 0.3) -> str:
        def do() -> str:
            return upgrade(self.seat, self.wheel, hall="small", quiet_s=quiet_s, wait_s=20, say=self.said.append)

        return await asyncio.to_thread(do)

    async def press(self, count: int) -> None:
        """Have people take and call tickets until so many more papers are out."""
        papers = len(self.hall.printer.slips) + count
        busy = asyncio.create_task(hands(self.hall, random.Random(1)))
        try:
            await until(lambda: len(self.hall.printer.slips) >= papers)
        finally:
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)

    def check(self) -> None:
        numbers = [fact.number for fact in self.facts(TicketTaken)]
        assert [number for number, count in Counter(numbers).items() if count > 1] == []
        printed = [number for number, is_copy in self.hall.numbers_printed() if not is_copy]
        assert set(printed) <= set(numbers), "a paper of which the journal does not know"
        assert len(set(printed)) == len(printed)
        called = [fact.serial for fact in self.facts(TicketCalled)]
        assert len(set(called)) == len(called)
        assert list(verify(self.hall.journal)) == []


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class CutOffError(Exception):
    """The power was cut."""


@pytest.fixture
async def upgraded(tmp_path: Path) -> AsyncIterator[Upgraded]:
    made = Upgraded(tmp_path)
    try:
        await asyncio.to_thread(made.seat.start_hub)
        made.hall.start_agents()
        await made.press(3)
        yield made
    finally:
        await made.hall.close()
        await asyncio.to_thread(made.seat.stop)


async def test_a_hall_goes_through_versions_that_fail_and_then_gets_one_that_does_not(
    upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.upgrading.upgrade.BACK_S", 3.0)
    await is_refused_where_it_cannot_read_the_hall(upgraded)
    await is_taken_back_with_its_database_where_it_does_not_come_up(upgraded)
    await leaves_what_was_done_to_the_old_one(upgraded)
    upgraded.check()
    monkeypatch.setattr("hub.upgrading.upgrade.BACK_S", 60.0)
    await goes_on_with_another_schema(upgraded)


async def is_refused_where_it_cannot_read_the_hall(upgraded: Upgraded) -> None:
    """Its step to another schema fails on this journal, which a copy of it shows."""
    upgraded.offer("0.2.0", migrates="CREATE TABLE journal (x);\n")
    with pytest.raises(UpgradeError, match=r"nothing was changed: .*table journal already exists"):
        await upgraded.upgrade()
    assert (upgraded.seat.done, upgraded.seat.present) == ([f"start {OLD}"], OLD)
    assert not list(upgraded.seat.state.glob("before-*"))
    await upgraded.press(2)


async def is_taken_back_with_its_database_where_it_does_not_come_up(upgraded: Upgraded) -> None:
    """It was well on the copy, where no lock of the secrets lies, and then is not."""
    fails = '    if (folder / "secrets.json.lock").exists():\n        raise OSError("no hub today")\n'
    upgraded.offer("0.3.0", migrates=THIRD, run=fails)
    with pytest.raises(UpgradeError, match=rf"0\.3\.0 did not come up, and {OLD} works again.*no hub today"):
        await upgraded.upgrade()
    assert (upgraded.seat.present, upgraded.schema) == (OLD, 2)
    assert upgraded.hall.journal.stat().st_mode & 0o777 == 0o600
    await upgraded.press(2)


async def leaves_what_was_done_to_the_old_one(upgraded: Upgraded) -> None:
    """It serves, and its door tells of no device: people press meanwhile, and get papers."""
    upgraded.offer("0.4.0", migrates=THIRD)
    upgraded.seat.blind.add("0.4.0")
    upgrading = asyncio.create_task(upgraded.upgrade())
    await until(lambda: "starting Lintel 0.4.0" in upgraded.said or upgrading.done())
    await upgraded.press(3)
    with pytest.raises(UpgradeError, match="devices did not come back"):
        await upgrading
    assert (upgraded.seat.present, upgraded.schema) == (OLD, 2)
    assert "hub 0.4.0 started" in upgraded.notes()
    await upgraded.press(2)


async def goes_on_with_another_schema(upgraded: Upgraded) -> None:
    upgraded.offer("0.5.0", migrates=THIRD)
    before = list(read_rows(upgraded.hall.journal))
    assert await upgraded.upgrade() == "0.5.0"
    with closing(sqlite3.connect(upgraded.hall.journal)) as db:
        kept = db.execute("SELECT row, body, hash FROM journal WHERE row <= ?", (len(before),)).fetchall()
        started = db.execute("SELECT count(*) FROM journal WHERE body LIKE '%hub 0.5.0 started%'").fetchone()[0]
    assert kept == [(row.row, row.body, row.hash) for row in before]
    assert (upgraded.schema, started) == (3, 1)
    assert upgraded.seat.done[-4:] == ["stop", "start 0.5.0", "agents of 0.5.0", "copies go on"]
    assert not list(upgraded.seat.state.glob("before-*"))
    await upgraded.press(2)


async def test_a_hall_waits_until_it_is_quiet_and_an_upgrade_that_was_cut_off_is_taken_back_by_hand(
    upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgraded.offer("0.2.0", migrates=THIRD)
    await waits_for_a_quiet_moment(upgraded, monkeypatch)
    real = upgraded.seat.start_hub

    def cut() -> None:
        raise CutOffError

    monkeypatch.setattr(upgraded.seat, "start_hub", cut)
    with pytest.raises(CutOffError):
        await upgraded.upgrade()
    monkeypatch.setattr(upgraded.seat, "start_hub", real)
    assert upgraded.seat.present == "0.2.0"
    await asyncio.to_thread(real)
    await upgraded.press(2)
    assert await asyncio.to_thread(back, upgraded.seat, upgraded.said.append) == OLD
    assert (upgraded.seat.present, upgraded.schema) == (OLD, 2)
    await upgraded.press(2)
    upgraded.check()
    with pytest.raises(UpgradeError, match="no upgrade was cut off"):
        back(upgraded.seat)


async def waits_for_a_quiet_moment(upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.upgrading.upgrade.LOOK_S", 0.05)
    busy = asyncio.create_task(hands(upgraded.hall, random.Random(2)))
    try:
        with pytest.raises(UpgradeError, match="never quiet"):
            await asyncio.to_thread(wait_for_quiet, upgraded.seat, 0, 1.0, 2.0, upgraded.said.append)
    finally:
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


class PlayedSeat(Seat):
    """A seat whose hub is only told of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "hall.toml", folder, folder)
        self.done: list[str] = []

    def start_hub(self) -> None:
        self.done.append("start")

    def stop_hub(self) -> None:
        self.done.append("stop")

    def renew_agents(self) -> None:
        self.done.append("agents")


@pytest.mark.parametrize("may_leave", [True, False])
def test_rows_that_only_the_new_one_can_read_go_only_where_nobody_was_told_of_them(
    tmp_path: Path, may_leave: bool
) -> None:
    source = hall_in(tmp_path)
    seat, kept = PlayedSeat(source.state), Snapshot(source.state, OLD)
    (source.state / "0.2.0").mkdir()
    seat.point("0.2.0")
    row = kept.begin()
    add_rows(source, 1, 1)
    with closing(sqlite3.connect(source.journal)) as db:
        (cells,) = db.execute("SELECT row, at, device, boot, seq, opens, body FROM journal WHERE row = 2").fetchall()
        later = (*cells[:-1], '{"facts":[{"event":"LaterFact"}]}')
        digest = chain(next(iter(read_rows(source.journal, 1, 1))).hash, later)
        db.execute("UPDATE journal SET body = ?, hash = ? WHERE row = 2", (later[-1], digest))
        db.execute("PRAGMA user_version = 3")
        db.commit()
    if may_leave:
        go_back(seat, OLD, kept, row, may_leave=True)
        assert (seat.present, seat.done) == (OLD, ["stop", "start", "agents"])
        assert [one.row for one in read_rows(source.journal)] == [1]
    else:
        with pytest.raises(UpgradeError, match="only the new version can read, so it goes on"):
            go_back(seat, OLD, kept, row, may_leave=False)
        assert (seat.present, seat.done) == ("0.2.0", ["stop", "start"])
        with closing(sqlite3.connect(source.journal)) as db:
            assert db.execute("SELECT max(row) FROM journal").fetchone() == (2,)


class StoppedSeat(PlayedSeat):
    """Somebody presses Ctrl-C while the new version starts."""

    def start_hub(self) -> None:
        super().start_hub()
        if self.present != OLD:
            raise KeyboardInterrupt

    def start_copies(self) -> None:
        self.done.append("copies go on")

    def stop_copies(self) -> None:
        self.done.append("copies stand still")


def test_who_stops_an_upgrade_in_its_middle_has_the_old_version_again(tmp_path: Path) -> None:
    source = hall_in(tmp_path)
    seat, kept = StoppedSeat(source.state), Snapshot(source.state, OLD)
    seat.point(OLD)
    kept.begin()
    with pytest.raises(UpgradeError, match=rf"{OLD} works again: somebody stopped the upgrade"):
        _switch(seat, OLD, "0.2.0", kept, set(), print)
    assert seat.present == OLD
    assert seat.done == ["copies stand still", "stop", "start", "stop", "start", "agents", "copies go on"]


def test_a_wheel_is_found_where_people_name_it(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle" / "wheels"
    bundle.mkdir(parents=True)
    wheel = bundle / "lintel-0.2.0-py3-none-any.whl"
    for one in (wheel, bundle / "pillow-12.0-x.whl"):
        one.write_bytes(b"")
    for named in (wheel, bundle, tmp_path / "bundle"):
        assert wheel_in(named) == ("0.2.0", wheel)
    with pytest.raises(UpgradeError, match="it has none"):
        wheel_in(tmp_path)
    (bundle / "lintel-0.3.0-py3-none-any.whl").write_bytes(b"")
    with pytest.raises(UpgradeError, match="has to have one wheel"):
        wheel_in(bundle)


def test_a_hub_that_was_not_installed_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall = SmallHall(tmp_path, 1)
    wheel = tmp_path / "lintel-0.2.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    assert main(["upgrade", str(wheel), "--hall", str(hall.file), "--state", str(tmp_path)]) == 1
    assert "no installed Lintel is there" in capsys.readouterr().err
    assert main(["upgrade", "--hall", str(hall.file), "--state", str(tmp_path)]) == 2


@pytest.mark.nightly
def test_a_version_is_made_from_wheels_without_a_network(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    content = {"hardware/version.py": b'VERSION = "0.9.0"\n'}
    wheel = write_wheel(wheels, ("lintel", "0.9.0", "py3-none-any"), content)
    seat = Seat(tmp_path / "hall.toml", tmp_path, tmp_path / "programs")
    assert not seat.is_whole("0.9.0")
    before = os.umask(0o077)
    try:
        seat.make("0.9.0", wheel)
    finally:
        os.umask(before)
    assert seat.is_made_of("0.9.0", wheel)
    assert (tmp_path / "programs" / "0.9.0").stat().st_mode & 0o055 == 0o055  # the hub's user runs it
    python = str(tmp_path / "programs" / "0.9.0" / "bin" / "python")
    assert seat.run(python, "-I", "-c", "from hardware.version import VERSION; print(VERSION)") == "0.9.0\n"
    with pytest.raises(UpgradeError, match="pip"):
        seat.make("0.9.1", wheels / "lintel-0.9.1-py3-none-any.whl")
    assert not seat.is_whole("0.9.1")
    mended = write_wheel(tmp_path, ("lintel", "0.9.0", "py3-none-any"), {**content, "mended.py": b""})
    assert not seat.is_made_of("0.9.0", mended)
