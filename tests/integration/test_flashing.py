"""Boards become nodes through a real serial port, real mpremote and MicroPython; one pulled out is flashed again."""

import asyncio
import hashlib
import io
import os
import shutil
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from hub.config import Hall, load_hall
from hub.firmware_files import FIRMWARE
from hub.flashing import link as link_module
from hub.flashing.check import Report
from hub.flashing.contents import Reached, read_manifest
from hub.flashing.errors import NoMicroPythonError, OnBoardError, PortError
from hub.flashing.link import BoardLink
from hub.flashing.many import Crew, Done, Wish
from hub.flashing.ports import Seen, look
from hub.flashing.progress import Progress
from hub.secrets import update_keys
from sim.bridge import Bridge
from sim.plugged import PluggedNode
from tests.contract.waiting import until

ROOT = Path(__file__).parents[2]
EVERY = bool(os.environ.get("LINTEL_FLASH_EVERY"))
DEVICE = "pad-1"
NEW_FILES = 45
"""About so many does a board without anything get; a run that ends before it is cut ends the list."""
SAMPLE = (0, 31, 43)


@pytest.fixture
def hall() -> Hall:
    return load_hall(str(ROOT / "examples" / "one-counter.toml"))


class Bench:
    """A desk with one board of which the flash is kept. said: what was to be done, by line."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = hall
        self.flash = folder / "flash"
        self.state = folder / "state"
        self.state.mkdir()
        self.source = FIRMWARE
        self.said = io.StringIO()

    async def make(
        self, *, cut_at: int | None = None, device: str = DEVICE, delay_s: float = 0.0, **wish: object
    ) -> Done:
        """Flash the board; pull it out when the file of that number is begun."""
        pulled: list[asyncio.Task[None]] = []
        begun: list[str] = []

        def begin(path: str) -> None:
            if len(begun) == cut_at:
                pulled.append(asyncio.create_task(board.unplug()))
            begun.append(path)

        async with Bridge(self.flash, on_file=begin, delay_s=delay_s) as board:
            seen = await asyncio.to_thread(look, board.port)
            (done,) = await asyncio.to_thread(self.crew(board.port, device, **wish).flash, {device: seen})
            await asyncio.gather(*pulled)
        return done

    async def check(self, device: str = DEVICE) -> Report:
        async with Bridge(self.flash) as board:
            seen = await asyncio.to_thread(look, board.port)
            report = (await asyncio.to_thread(self.crew(board.port, device).check, {device: seen}))[device]
        assert isinstance(report, Report), report
        return report

    def crew(self, port: str, device: str, **more: object) -> Crew:
        wish = {"to": Reached(host="127.0.0.1", port=1883), "has_self_test": False, "source": self.source} | more
        return Crew(
            Wish(hall=self.hall, state=self.state, **wish),  # type: ignore[arg-type]
            Progress({device: port}, self.said),
            lambda: 1_800_000_000_000,
        )

    def runs(self) -> str | None:
        """Return the version that the loader would start, None where it says that there is no whole firmware."""
        marker = self.flash / "slot"
        words = marker.read_text().split() if marker.exists() else []
        whole = [name for name in [*words[:1], "a", "b"] if (self.flash / name / "manifest").exists()]
        if not whole:
            return None
        slot = self.flash / whole[0]
        found = read_manifest((slot / "manifest").read_bytes(), update_keys(self.state / "secrets.json", [])[DEVICE])
        assert found is not None
        assert found.is_ours
        sums = {path: hashlib.sha256((slot / path).read_bytes()).hexdigest() for path in found.files}
        assert sums == {path: digest for path, (digest, _) in found.files.items()}, "a mixed firmware would run"
        return found.version


@pytest.fixture
def bench(hall: Hall, tmp_path: Path) -> Bench:
    return Bench(hall, tmp_path)


def older(folder: Path) -> Path:
    """Return the sources of an older firmware: another version, other modules, and one that is no more."""
    source = folder / "older"
    shutil.copytree(FIRMWARE, source)
    (source / "version.py").write_text('"""The version."""\n\nVERSION = "0.0.9"\n')
    (source / "gone.py").write_text('"""What was there once."""\n')
    for name in ("store.py", "parts/tone.py"):
        file = source / name
        file.write_text(file.read_text() + "\nBEFORE = 1\n")
    return source


async def test_what_is_right_is_left_alone(bench: Bench) -> None:
    first = await bench.make()
    assert (first.error, first.outcome and first.outcome.wrote) == ("", len(list(bench.flash.rglob("*.*"))) + 2)
    again = await bench.make()
    assert (again.error, again.outcome and again.outcome.wrote) == ("", 0)
    assert first.outcome
    assert again.outcome
    assert again.outcome.serial == first.outcome.serial == 1, "a serial is used only where a manifest is written"
    report = await bench.check()
    assert (report.wrong, report.slot, report.version) == ((), "a", first.outcome.version)


@pytest.mark.parametrize("number", range(NEW_FILES + 2) if EVERY else SAMPLE)
async def test_a_new_board_pulled_out_at_any_file_is_simply_flashed_again(bench: Bench, number: int) -> None:
    cut = await bench.make(cut_at=number)
    if not cut.error:
        assert number >= NEW_FILES - 3
        return
    assert "plug it in and run the same command again" in cut.error
    assert bench.runs() in (None, "0.1.0")
    assert (await bench.make()).error == ""
    assert (await bench.check()).wrong == ()


@pytest.mark.parametrize("number", range(8) if EVERY else (0, 3, 5))
async def test_a_node_pulled_out_while_it_gets_another_firmware_never_runs_half_of_it(
    bench: Bench, tmp_path: Path, number: int
) -> None:
    bench.source = older(tmp_path)
    assert (await bench.make()).error == ""
    assert bench.runs() == "0.0.9"
    bench.source = FIRMWARE
    cut = await bench.make(cut_at=number)
    assert bench.runs() in (None, "0.1.0")
    assert (await bench.make()).error == ""
    assert bench.runs() == "0.1.0"
    assert not (bench.flash / "a" / "gone.mpy").exists()
    assert (await bench.check()).wrong == ()
    assert cut.error or number >= 5


async def test_check_names_each_file_that_is_not_what_it_should_be(bench: Bench) -> None:
    await bench.make()
    flash = bench.flash
    (flash / "a" / "node.mpy").write_bytes(b"M")
    (flash / "a" / "lift.mpy").unlink()
    (flash / "a" / "own.mpy").write_bytes(b"M")
    (flash / "board.json").unlink()
    (flash / "settings.json").write_text((flash / "settings.json").read_text().replace("127.0.0.1", "10.0.0.1"))
    (flash / "boot.json").write_text('{"boot": 7}')
    report = await bench.check()
    assert [words.split(":")[0] for words in report.wrong] == [
        "board.json is missing",
        "settings.json differs",
        "a/lift.mpy is missing",
        "a/node.mpy differs from its manifest",
        "a/own.mpy belongs to no manifest",
    ]
    assert report.notes == ('boot {"boot": 7}',)
    assert (await bench.make()).error == ""
    assert ((await bench.check()).wrong, (flash / "boot.json").exists()) == ((), True)


async def test_check_says_which_firmware_runs_and_whose_it_is(bench: Bench, tmp_path: Path) -> None:
    bench.source = older(tmp_path)
    await bench.make()
    bench.source = FIRMWARE
    assert (await bench.check()).wrong == ("firmware 0.0.9 runs, and this Lintel brings 0.1.0",)
    shutil.copytree(bench.flash / "a", bench.flash / "b")
    (bench.flash / "slot").write_text("a b 2")
    report = await bench.check()
    assert report.notes[0].startswith("slot b holds firmware 0.0.9, serial 1, whole")
    assert "on trial" in report.notes[1]
    other = await bench.check("lintel-1")
    assert f"a/manifest is for {bench.hall.id}/pad-1, not {bench.hall.id}/lintel-1" in other.wrong
    (bench.flash / "slot").unlink()
    assert "slot is missing, so no firmware is named" in (await bench.check()).wrong


@pytest.mark.parametrize(("times", "expected"), [(1, ""), (9, "a/node.mpy is not on the board as it was written")])
async def test_a_file_that_is_damaged_on_the_board_is_written_again_and_names_no_slot_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, times: int, expected: str
) -> None:
    left, write = [times], BoardLink.write

    def damage(link: BoardLink, path: str, data: bytes, *more: object) -> None:
        if path == "a/node.mpy" and left[0]:
            left[0] -= 1
            data = bytes([data[0] ^ 1]) + data[1:]
        write(link, path, data, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(BoardLink, "write", damage)
    done = await bench.make()
    assert expected in done.error
    assert bool(done.error) == bool(expected)
    assert (bench.flash / "slot").exists() == (not expected)


async def test_a_node_that_runs_our_firmware_from_the_other_slot_is_left_alone(bench: Bench) -> None:
    await bench.make()
    (bench.flash / "a").rename(bench.flash / "b")
    (bench.flash / "slot").write_text("b")
    done = await bench.make()
    assert (done.error, done.outcome and (done.outcome.slot, done.outcome.wrote)) == ("", ("b", 0))


async def test_nothing_of_another_firmware_runs_on_a_node(bench: Bench) -> None:
    """Its boot.py would run before main.py, and its json.py instead of MicroPython's."""
    (bench.flash / "lib").mkdir(parents=True)
    for name in ("boot.py", "json.py", "lib/asyncio.mpy", "pictures.bin"):
        (bench.flash / name).write_text("while True: pass")
    assert (await bench.make()).error == ""
    assert {path.name for path in bench.flash.iterdir()} & {"boot.py", "json.py", "pictures.bin"} == set()
    assert list((bench.flash / "lib").iterdir()) == []
    (bench.flash / "boot.py").write_text("while True: pass")
    (bench.flash / "numbers").write_text('["20261121",{"AA":805}]')
    assert (await bench.check()).wrong == ("boot.py is of another firmware",)
    assert (await bench.make()).error == ""
    assert (await bench.check()).wrong == ()
    assert (bench.flash / "numbers").exists(), "what the node keeps itself stays"


async def test_a_board_of_another_device_keeps_nothing_of_it_but_never_loses_a_ticket(bench: Bench) -> None:
    await bench.make()
    for name in ("lease", "boot.json", "spool-1", "numbers"):
        (bench.flash / name).write_text("x")
    (bench.flash / "tickets").write_text("A801\n")
    refused = await bench.make(device="lintel-1")
    assert "with tickets that its hub has not got yet" in refused.error
    assert (bench.flash / "tickets").read_text() == "A801\n"
    assert (await bench.make()).error == "", "its own device flashes it, and keeps them"
    assert (bench.flash / "tickets").read_text() == "A801\n"
    assert (await bench.make(device="lintel-1", forget_tickets=True)).error == ""
    kept = {path.name for path in bench.flash.iterdir()}
    assert kept & {"lease", "boot.json", "spool-1", "tickets", "numbers"} == set()
    assert (await bench.check("lintel-1")).wrong == ()


async def test_the_self_test_tries_every_part_on_the_board_itself(hall: Hall, tmp_path: Path) -> None:
    """Lamps, panel, tone and paper are the models'; fingers press what the prompt says, one of them the wrong key."""
    bench, loop = Bench(hall, tmp_path), asyncio.get_running_loop()
    board = hall.boards["dispenser-1"]
    lit: set[str] = set()
    fingers: list[Future[None]] = []
    node = PluggedNode(name="dispenser-1", board=board, flash=bench.flash, on_change=lambda: look_at())

    def look_at() -> None:
        lit.update(name for name, is_lit in node.lamps.items() if is_lit)

    class Fingers(Progress):
        def below(self, words: str) -> None:
            name = words.split()[-1]
            pressed = {"B": "A"}.get(name, name)
            fingers.append(asyncio.run_coroutine_threadsafe(node.press(pressed), loop))

    await node.start()
    try:
        seen = await asyncio.to_thread(look, node.port)
        wish = Wish(
            hall=hall, state=bench.state, to=Reached(host="127.0.0.1", port=1), ask=lambda words: "lamps" in words
        )
        crew = Crew(wish, Fingers({"dispenser-1": node.port}, bench.said), lambda: 1)
        (done,) = await asyncio.to_thread(crew.flash, {"dispenser-1": seen})
        await asyncio.gather(*map(asyncio.wrap_future, fingers))
    finally:
        await node.close()
    assert done.error == ""
    assert {result.part: result.is_well for result in done.results} == {
        "lamps": True,
        "panel": False,
        "tone": False,
        "printer": True,
        **{f"key {key}": key != "B" for key in board.keys.pins},
    }
    assert not done.is_well
    assert "A came instead; two wires are exchanged" in bench.said.getvalue()
    assert lit == set(board.lamps.pins)
    assert node.tones == [1000, 2000]
    assert [slip.text for slip in node.slips] == [[hall.name, "自检 SELF-TEST", "dispenser-1", "取号机"]]


async def test_a_board_is_not_left_to_its_watchdog_while_somebody_thinks(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for its turn, and then for an answer, and is fed each time: as often as is looked for here."""
    bench, fed = Bench(hall, tmp_path), threading.Semaphore(0)
    monkeypatch.setattr("hub.flashing.many.FEED_S", 0.01)
    monkeypatch.setattr("hub.flashing.self_test.FEED_S", 0.01)
    feed = BoardLink.feed

    def count(link: BoardLink) -> None:
        feed(link)
        fed.release()

    monkeypatch.setattr(BoardLink, "feed", count)
    node = PluggedNode(name="lintel-1", board=hall.boards["lintel-1"], flash=bench.flash)
    await node.start()
    try:
        seen = await asyncio.to_thread(look, node.port)
        crew = bench.crew(node.port, "lintel-1", has_self_test=True, ask=lambda _words: fed.acquire(timeout=30))
        crew.person.acquire()
        work = asyncio.create_task(asyncio.to_thread(crew.flash, {"lintel-1": seen}))
        assert await asyncio.to_thread(fed.acquire, timeout=30), "fed while another board is tested"
        crew.person.release()
        (done,) = await work
    finally:
        await node.close()
    assert [(result.part, result.is_well) for result in done.results] == [("panel", True)]
    assert done.error == ""


async def test_a_node_that_runs_is_flashed_again_by_interrupting_it(hall: Hall, tmp_path: Path) -> None:
    bench = Bench(hall, tmp_path)
    await bench.make(device="lintel-1")
    node = PluggedNode(name="lintel-1", board=hall.boards["lintel-1"], flash=bench.flash)
    await node.start()
    try:
        await until((bench.flash / "boot.json").exists, limit_s=30)
        seen = await asyncio.to_thread(look, node.port)
        assert seen.about
        assert seen.about.owner == (hall.id, "lintel-1")
        (done,) = await asyncio.to_thread(bench.crew(node.port, "lintel-1").flash, {"lintel-1": seen})
        assert done.error == ""
    finally:
        await node.close()


LITTLEFS = """
import os
class Ram:
    def __init__(self):
        self.data = bytearray(80 * 512)
    def readblocks(self, block, buffer, offset=0):
        at = block * 512 + offset
        buffer[:] = self.data[at : at + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        at = block * 512 + offset
        self.data[at : at + len(buffer)] = buffer
    def ioctl(self, what, _):
        return {4: 80, 5: 512, 6: 0}.get(what)
ram = Ram()
os.VfsLfs2.mkfs(ram)
os.mount(os.VfsLfs2(ram), "/ram")
os.chdir("/ram")
"""


async def test_files_are_kept_on_littlefs_as_boards_have_it(bench: Bench) -> None:
    """What the desk does to a board works on its real file system too, until that is full."""
    data = bytes(range(256)) * 5

    def use(port: str) -> None:
        with BoardLink(port) as link:
            link.do(LITTLEFS)
            link.write("a/parts/keys.mpy", data)
            link.write("slot", b"b")
            link.write("slot", b"a")
            sums = {path: (found.size, found.sha256) for path, found in link.files().items()}
            assert sums == {
                "a/parts/keys.mpy": (len(data), hashlib.sha256(data).hexdigest()),
                "slot": (1, hashlib.sha256(b"a").hexdigest()),
            }
            assert link.read("slot") == b"a"
            link.remove("a/parts/keys.mpy")
            link.remove("a/parts/keys.mpy")
            assert sorted(link.files()) == ["slot"]
            with pytest.raises(OnBoardError, match="refuses: No space left on device"):
                link.write("large", bytes(60_000))
            assert "large" not in link.files()

    async with Bridge(bench.flash) as board:
        await asyncio.to_thread(use, board.port)


async def test_a_slow_line_changes_nothing(bench: Bench) -> None:
    assert (await bench.make(delay_s=0.001)).error == ""
    assert (await bench.check()).wrong == ()


async def test_errors_of_a_port_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bridge(tmp_path / "flash") as board:

        def use() -> None:
            with BoardLink(board.port) as link:
                with pytest.raises(PortError, match="another program has it"):
                    BoardLink(board.port).open()
                with pytest.raises(OnBoardError, match="refuses: ZeroDivisionError"):
                    link.do("1/0")
                with pytest.raises(OnBoardError, match="refuses: No such file or directory, nothing"):
                    link.read("nothing")

        await asyncio.to_thread(use)
    monkeypatch.setattr(link_module, "READ_S", 0.2)
    monkeypatch.setattr(link_module, "ENTER_S", 0.4)
    with pytest.raises(PortError, match="there is no such port; plug the board in"):
        BoardLink(str(tmp_path / "tty")).open()
    for wrong in (tmp_path, Path(os.devnull)):
        with pytest.raises(PortError, match="that is no serial port; name one such as"):
            BoardLink(str(wrong)).open()
    master, slave = os.openpty()
    try:
        with pytest.raises(NoMicroPythonError, match="--firmware"):
            BoardLink(os.ttyname(slave)).open()
    finally:
        os.close(master)
        os.close(slave)


def test_a_port_that_is_forbidden_names_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    import serial

    def refuse(*_words: object, **_more: object) -> None:
        raise serial.SerialException(13, "could not open port /dev/ttyACM0: Permission denied")

    monkeypatch.setattr(serial, "serial_for_url", refuse)
    with pytest.raises(PortError, match="usermod -aG dialout"):
        BoardLink("/dev/ttyACM0").open()


def test_a_board_that_says_nothing_is_seen_and_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "READ_S", 0.2)
    monkeypatch.setattr(link_module, "ENTER_S", 0.4)
    master, slave = os.openpty()
    try:
        assert look(os.ttyname(slave)) == Seen(port=os.ttyname(slave))
    finally:
        os.close(master)
        os.close(slave)
