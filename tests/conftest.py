"""What holds for every test: it leaves nothing behind, and every message in it is one of the AsyncAPI document."""

import asyncio
import gc
import os
import stat
import time
import zlib
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from hardware.connection import Connection, Message
from tests.witness import Witness

CLOSED_WITHIN_S = 2.0
HANDED_OUT = 2
"""So many tests a worker of pytest-xdist is to have: it begins one when it knows the next."""
LONG = (
    "browser/",
    "hall/test_kill.py",
    "hall/test_busy_hour.py",
    "hall/test_alone.py",
    "integration/test_update.py",
    "integration/test_watchdog.py",
    "integration/test_printer_dying_node.py",
)
"""What takes longest, begun first: begun near the end, as their names say, one worker would go on alone."""
WORKING = (
    "rules/test_days.py",
    "golden/",
    "staff/test_table.py",
    "staff/test_reports_page.py",
    "outside/test_interface.py",
    "rules/",
    "reports/",
    "archive/",
    "paper/",
    "architecture/",
)
"""What waits for nothing: one worker does it from the start, with what the others leave of the processors."""
DAYS = "rules/test_days.py"
WORKER = "gw0"
"""That worker's name, by pytest-xdist; it stands back behind all others,"""
STANDS_BACK = 10
"""by so much (nice(2)): beside work of equal rank whoever has to be in time would come too late."""
RELIEF = ("gw6", "gw7", "gw8", "gw9")
"""Who begins when that work is done: the processors have room for more who wait then, and had none before."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; then the files as they fall, so that they wait side by side; then mere work."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> tuple[int, int, int]:
        name = item.path.relative_to(here).as_posix()
        long = next((at for at, begin in enumerate(LONG) if name.startswith(begin)), len(LONG))
        work = next((at for at, begin in enumerate(WORKING, 1) if name.startswith(begin)), 0)
        return long, work, zlib.crc32(name.encode())

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Thousands of tests need not be looked through at every collection of garbage."""
    gc.collect()
    gc.freeze()
    if os.environ.get("PYTEST_XDIST_WORKER") == WORKER:
        os.nice(STANDS_BACK)


class SideBySide(LoadScopeScheduling):
    """Has those who wait and the one who works run side by side, so that no processor is idle.

    One worker does what is mere work, a file at a time, and nothing else, since it stands back; the others help with
    that when nothing is left that waits, and four more take its place when it is done. One of them does all tests with
    a browser: several browsers at once leave nothing to the hall behind them. Not by a mark: what tells it to workers
    (pytest-xdist 3.8) writes into names that pytest 9.2 does not read any more.
    """

    _is_work_done = False

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "browser"
        return nodeid.partition("::")[0] if _is_work(nodeid) and DAYS not in nodeid else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Give a worker what is for it, and let it end where there is none."""
        is_worker = node.gateway.id == WORKER and len(self.nodes) > 1
        if node.gateway.id in RELIEF and not self._is_work_done:
            return
        scope = next((scope for scope in self.workqueue if not is_worker or _is_work(scope)), None)
        if scope is None:
            node.shutdown()
            self._relieve()
            return
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _relieve(self) -> None:
        self._is_work_done = True
        for node in [node for node in self.nodes if node.gateway.id in RELIEF]:
            for _ in range(HANDED_OUT):
                self._reschedule(node)


def _is_work(nodeid: str) -> bool:
    return nodeid.removeprefix("tests/").startswith(WORKING)


@pytest.hookimpl(optionalhook=True)  # a run without pytest-xdist has none
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Hand out every test by itself but for these."""
    return SideBySide(config, log)


@pytest.fixture(scope="session")
def shared_processes() -> set[int]:
    """What a worker has started for many tests: its own processes come and go as it likes, until it ends itself."""
    return set()


@pytest.fixture(autouse=True)
def no_process_is_left(shared_processes: set[int]) -> Iterator[None]:
    """Fail a test whose processes, or theirs, still run when it is over."""
    before = descendants(os.getpid(), shared_processes) if has_children() else set()
    yield
    left = descendants(os.getpid(), shared_processes) - before if has_children() else set()
    named = sorted(f"{pid} {command_line(pid)}" for pid in left)
    assert not named, f"the test left processes behind: {named}"


@pytest.fixture(autouse=True)
def no_descriptor_is_left() -> Iterator[None]:
    """Fail a test that leaves a socket open."""
    before = sockets()
    yield
    deadline = time.monotonic() + CLOSED_WITHIN_S
    while (left := sockets() - before) and time.monotonic() < deadline:
        # What an exception's traceback still held goes with it.
        gc.collect()
    assert not left, f"the test left sockets open: {left}"


@pytest.fixture(autouse=True)
async def no_task_is_left(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail a test whose tasks are still there when it is over."""
    before = asyncio.all_tasks()
    yield
    left = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()]
    assert not left, f"the test left tasks behind: {left}"


@pytest.fixture(autouse=True)
def witness(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    """Fail a test in which anybody says what the AsyncAPI document does not allow, unless it is there to do so."""
    seen = Witness()
    publish, on_message = Connection.publish, Connection._on_message

    def published(self: Connection, topic: str, payload: bytes, retain: bool) -> None:
        seen.see(topic, payload)
        publish(self, topic, payload, retain)

    def heard(self: Connection, message: Message) -> None:
        seen.see(message.topic, message.payload)
        on_message(self, message)

    monkeypatch.setattr(Connection, "publish", published)
    monkeypatch.setattr(Connection, "_on_message", heard)
    yield seen
    if not request.node.get_closest_marker("bad_input"):
        assert seen.complaints == []


def has_children() -> bool:
    """Tell whether this process has any child, dead or alive; most tests have none, and nobody need be looked for."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def descendants(pid: int, without: Collection[int] = ()) -> set[int]:
    """Return the pids of all processes that a process has started, directly or not, and that still run.

    without: processes that are left out, with whatever they have started.
    """
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            state, parent = _state(entry.path)
        except OSError:
            continue
        if state != b"Z":
            children.setdefault(int(parent), []).append(int(entry.name))
    found, stack = set(), [pid]
    while stack:
        for child in children.get(stack.pop(), []):
            if child not in without:
                found.add(child)
                stack.append(child)
    return found


def _state(process: str) -> tuple[bytes, bytes]:
    """Return state and parent of a process, as plainly as can be: thousands of tests look at all of them twice."""
    file = os.open(f"{process}/stat", os.O_RDONLY)
    try:
        state, parent, _ = os.read(file, 4096).rpartition(b")")[2].split(None, 2)
    finally:
        os.close(file)
    return state, parent


def command_line(pid: int) -> str:
    """Return how a process was started, for people."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "(gone)"


def sockets() -> set[str]:
    """Return this process's open sockets, by descriptor and inode."""
    found = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            status = os.fstat(int(entry.name))
        except OSError:
            continue
        if stat.S_ISSOCK(status.st_mode):
            found.add(f"{entry.name} socket:[{status.st_ino}]")
    return found
