"""Nothing leaves the hub before the disk has it: the view is ready by then, but nobody is told."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hardware.contract import KeyPressed, Topics, View, encode
from hardware.link import Message
from hub.clock import HallClock
from hub.config import Hall, load_hall
from hub.journal import Journal, read_rows
from hub.outages import Outages
from hub.secrets import load_secrets
from hub.service import Service
from hub.works import put_together

HALL = """[hall]
id = "bench"
name = "Bench"
[[services]]
code = "A"
name = "户籍"
[[counters]]
number = 1
[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1
"""
SYNC, VIEW, BROKER = "sync", "view", "acknowledged"


class Told:
    """A link, and the disk's syncs, in the order in which they happened. is_dead: the disk fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.order: list[str] = []
        self.view: View | None = None
        self.is_dead = False
        self._sync = os.fdatasync
        monkeypatch.setattr(os, "fdatasync", self.sync)

    def sync(self, file: int) -> None:
        if self.is_dead:
            raise OSError(errno.EIO, "Input/output error")
        self._sync(file)
        self.order.append(SYNC)

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        if topic == Topics("bench").view("pad-1"):
            self.order.append(VIEW)
            self.view = msgspec.json.decode(payload, type=View)

    def acknowledge(self, _message: Message) -> None:
        self.order.append(BROKER)

    async def drain(self) -> None:
        """Nothing is under way."""

    def renew(self) -> None:
        """The broker sends again what was not acknowledged; here the test does."""


def hub_of(hall: Hall, folder: Path, journal: Journal) -> Service:
    secrets = load_secrets(folder / "secrets.json", ["hub", "maintainer", *(one.name for one in hall.devices)])
    clock = HallClock(start=0)
    works = put_together(
        hall, journal, secrets, folder, clock, Outages(folder / "alive", clock, last_at=0), is_private=True
    )
    return works.service


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    file = tmp_path / "hall.toml"
    file.write_text(HALL, encoding="utf-8")
    return load_hall(file)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.db")
    yield opened
    opened.close()


def pressed(told: Told, seq: int) -> Message:
    turn = told.view.turn if told.view else 0
    event = KeyPressed(boot=1, seq=seq, turn=turn, key="next")
    return Message(Topics("bench").event("pad-1").encode(), encode(event), False, seq)


async def test_a_press_is_answered_when_it_is_durable_and_not_before(
    hall: Hall, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, hub = Told(monkeypatch), hub_of(hall, tmp_path, journal)
    hub.start(told)  # type: ignore[arg-type]
    hub.came_up()
    told.order.clear()
    hub.hear(pressed(told, 1))
    hub.work()
    assert told.order == [SYNC, VIEW, BROKER]
    assert told.view
    assert told.view.ack == (1, 1)
    await hub.stop()


async def test_a_disk_that_fails_at_the_sync_is_told_and_the_press_waits(
    hall: Hall, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, hub = Told(monkeypatch), hub_of(hall, tmp_path, journal)
    hub.start(told)  # type: ignore[arg-type]
    hub.came_up()
    told.is_dead = True
    told.order.clear()
    hub.hear(pressed(told, 1))
    hub.work()
    assert hub._broken
    assert BROKER not in told.order
    assert told.view
    assert told.view.panel
    assert "系统故障" in told.view.panel.text
    hub._tick()
    assert hub._broken, "the disk fails still"
    told.is_dead = False
    hub._tick()
    assert not hub._broken
    hub.hear(pressed(told, 1))
    hub.work()
    assert told.order[-1] == BROKER
    assert told.view.ack == (1, 1)
    assert [row.seq for row in read_rows(tmp_path / "journal.db") if row.device] == [1], "once"
    await hub.stop()
