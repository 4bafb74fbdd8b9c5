"""What systemd hears: that the hub serves, that it is well as long as it is, and that it ends."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.clock import HallClock
from hub.config import load_hall
from hub.journal import Journal, JournalError
from hub.notify import Notify
from hub.outages import Outages
from hub.rules.commands import Look
from hub.secrets import load_secrets
from hub.service import SOUND_S, Service
from hub.works import put_together
from sim.hub_process import HubProcess
from sim.ports import free_port
from tests.contract.waiting import until

HALL = '[hall]\nid = "watched"\nname = "厅"\n[[services]]\ncode = "A"\nname = "户籍"\n[[counters]]\nnumber = 1\n'
FED = "WATCHDOG=1"
SPAN_S = 0.4


class Systemd:
    """A unit's socket as systemd lays it, and every line that has come through it."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(path))
        self.lines: list[str] = []

    def heard(self, line: str) -> int:
        """Return how often this line has come."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.lines += self._socket.recv(4096).decode().splitlines()
        return self.lines.count(line)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    systemd = Systemd(tmp_path / "notify")
    yield systemd
    systemd.close()


async def test_a_hub_says_that_it_serves_lives_and_ends(
    tmp_path: Path, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hall.toml").write_text(HALL)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", str(int(SPAN_S * 1e6)))
    hub = HubProcess(
        file=tmp_path / "hall.toml", state=tmp_path / "state", broker_port=free_port(), on_state=lambda _state: None
    )
    await hub.start(at=None)
    try:
        await until(lambda: systemd.heard("READY=1") == 1 and systemd.heard(FED) >= 3, why=lambda: systemd.lines)
        assert systemd.heard("STATUS=0 of 0 devices ready")
        assert hub.pid
        assert "NOTIFY_SOCKET" not in environment_of(hub.broker_pid()), "mosquitto speaks to systemd too, where it may"
        os.kill(hub.pid, signal.SIGSTOP)
        systemd.heard(FED)
        await asyncio.sleep(SPAN_S)  # what had been sent is here by then
        frozen = systemd.heard(FED)
        await asyncio.sleep(3 * SPAN_S)
        assert systemd.heard(FED) == frozen, "a frozen hub fed its watchdog"
        os.kill(hub.pid, signal.SIGCONT)
        await until(lambda: systemd.heard(FED) > frozen)
    finally:
        await hub.close()
    assert systemd.heard("STOPPING=1") == 1


def environment_of(pid: int | None) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


async def test_a_busy_systemd_is_told_again_that_the_program_serves(tmp_path: Path, systemd: Systemd) -> None:
    notify = Notify(str(tmp_path / "notify"), watchdog_s=0.02)
    while notify._send("STATUS=so many lines that its queue is full"):
        pass
    notify.ready()
    assert systemd.heard("READY=1") == 0
    feeding = asyncio.create_task(notify.feed(lambda: True, str))
    await until(lambda: systemd.heard(FED) >= 3)
    assert systemd.heard("READY=1") == 1
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)


async def test_a_loop_that_stands_still_feeds_nothing(systemd: Systemd, tmp_path: Path) -> None:
    notify = Notify(str(tmp_path / "notify"), watchdog_s=0.02)
    notify.ready()
    feeding = asyncio.create_task(notify.feed(lambda: True, lambda: "well"))
    await until(lambda: systemd.heard(FED) >= 3)
    before = systemd.heard(FED)
    time.sleep(0.3)  # noqa: ASYNC251  (a press that takes for ever)
    assert systemd.heard(FED) == before
    await until(lambda: systemd.heard(FED) > before)
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    assert systemd.lines.count("STATUS=well") == 1, "words that are not new are not said again"


async def test_a_program_that_is_not_sound_feeds_nothing(systemd: Systemd, tmp_path: Path) -> None:
    notify, rounds = Notify(str(tmp_path / "notify"), watchdog_s=0.02), iter(range(1000))
    notify.ready()
    feeding = asyncio.create_task(notify.feed(lambda: False, lambda: f"round {next(rounds)}"))
    await until(lambda: systemd.heard("STATUS=round 5"))
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    assert systemd.heard(FED) == 1, "only what ready says itself"


async def test_before_it_serves_its_start_gets_more_time(systemd: Systemd, tmp_path: Path) -> None:
    notify = Notify(str(tmp_path / "notify"), watchdog_s=0.02)
    feeding = asyncio.create_task(notify.feed(lambda: True, str))
    await until(lambda: systemd.heard("EXTEND_TIMEOUT_USEC=30000000") >= 2)
    assert systemd.heard(FED) == 0
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)


def test_the_environment_says_how_often_and_is_not_handed_on() -> None:
    environment = {"NOTIFY_SOCKET": "@lintel", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid()), "A": "b"}
    assert Notify.of(environment).every_s == 15.0
    assert environment == {"A": "b"}
    assert Notify.of({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}).every_s == 10.0, "meant for another process"


def test_where_nobody_listens_nothing_fails(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody"), "/x" * 200, f"@{tmp_path.name}"):
        Notify(address).ready()
        Notify(address).stopping()


async def test_a_hub_whose_journal_is_known_to_be_broken_is_sound_and_one_whose_rounds_fail_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hall.toml").write_text(HALL)
    hall = load_hall(tmp_path / "hall.toml")
    journal, clock = Journal(tmp_path / "journal.db"), HallClock(start=0)
    outages = Outages(tmp_path / "alive", clock, last_at=0)
    secrets = load_secrets(tmp_path / "secrets.json", ["hub", "maintainer"])
    hub = put_together(hall, journal, secrets, tmp_path, clock, outages, is_private=True).service
    passed = [0.0]
    monkeypatch.setattr(hub, "_loop", Ahead(passed))

    def after_rounds(hub: Service) -> bool:
        passed[0] += 2 * SOUND_S
        hub._go_round()
        return hub.is_sound

    def fail(_file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with contextlib.closing(journal):
        assert after_rounds(hub)
        monkeypatch.setattr(os, "fdatasync", fail)
        with pytest.raises(JournalError):
            hub.ask(Look(), lambda _facts: None)
        assert hub.trouble
        assert after_rounds(hub), "what is broken is known, and tried again in every round"
        monkeypatch.undo()
        monkeypatch.setattr(hub, "_loop", Ahead(passed))
        assert after_rounds(hub)
        assert not hub.trouble
        hub.on_round = lambda: 1 / 0  # type: ignore[assignment, return-value]
        assert not after_rounds(hub)


class Ahead:
    """An event loop's clock that is further on by what has passed."""

    def __init__(self, passed: list[float]) -> None:
        self._passed = passed

    def time(self) -> float:
        return asyncio.get_running_loop().time() + self._passed[0]
