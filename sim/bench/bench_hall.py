"""A hall to measure: dispensers and pads that are nothing but a connection, before the real hub in its own process."""

import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from hardware.contract import JobDone, KeyPressed, Topics, encode
from sim.bench.wire import Wire
from sim.ports import free_port

HALL = "bench"
START_LIMIT_S = 20.0


class Shown(Struct):
    """What a measurement needs of a view."""

    turn: int
    ack: tuple[int, int]


class Ordered(Struct):
    """What a measurement needs of a job."""

    id: str


class Device:
    """One device of the contract, driven from outside: a press goes out, and comes back as an acknowledging view."""

    def __init__(
        self, *, port: int, name: str, key: str, password: str, hall: str = HALL, tls: ssl.SSLContext | None = None
    ) -> None:
        self.name = name
        self.waits_since: float | None = None
        self._key = key
        self._seq = 0
        self._turn = -1
        self._answers: list[str] = []
        self._answering = False
        self._topics = Topics(hall)
        self.wire = Wire(port=port, name=name, password=password, tls=tls)
        self.wire.subscribe(self._topics.job(name))
        self.wire.subscribe(self._topics.view(name))

    def is_free(self) -> bool:
        """Tell whether the next event may go out: one is under way at a time."""
        return self._turn >= 0 and self.waits_since is None and not self._answering and not self._answers

    def press(self, due: float) -> None:
        """Press the key that was due at a moment of time.perf_counter()."""
        self._seq += 1
        self.waits_since = due
        event = KeyPressed(boot=1, seq=self._seq, turn=self._turn, key=self._key)
        self.wire.publish(self._topics.event(self.name), encode(event))

    def hear(self) -> float | None:
        """Take what has arrived; return the seconds from the press to its view if that was in it."""
        span = None
        for topic, payload in self.wire.arrived():
            if topic.endswith("/job"):
                self._answers.append(msgspec.json.decode(payload, type=Ordered).id)
            else:
                span = self._see(msgspec.json.decode(payload, type=Shown)) or span
        if self._answers and self.waits_since is None and not self._answering:
            self._confirm(self._answers.pop(0))
        return span

    def _see(self, shown: Shown) -> float | None:
        self._turn = shown.turn
        if shown.ack < (1, self._seq):
            return None
        self._answering = False
        span = time.perf_counter() - self.waits_since if self.waits_since is not None else None
        self.waits_since = None
        return span

    def _confirm(self, job: str) -> None:
        self._seq += 1
        self._answering = True
        self.wire.publish(self._topics.event(self.name), encode(JobDone(boot=1, seq=self._seq, job=job)))


class Hub(NamedTuple):
    """A hub that runs to be measured. folder: of its hall.toml, its log and its state."""

    folder: Path
    port: int
    web_port: int

    @property
    def state(self) -> Path:
        """The folder of journal and secrets."""
        return self.folder / "state"

    def passwords(self) -> dict[str, str]:
        """Return the password of every account of its broker."""
        return msgspec.json.decode((self.state / "secrets.json").read_bytes(), type=_Secrets).passwords


class _Secrets(Struct):
    passwords: dict[str, str]


@contextmanager
def bench_hall(folder: Path, pairs: int) -> Iterator[list[Device]]:
    """Run a hub with ``pairs`` dispensers and as many pads, and yield them in turn: dispenser, pad, dispenser, …"""
    devices: list[Device] = []
    with bench_hub(folder, dispensers=pairs, counters=pairs) as hub:
        passwords = hub.passwords()
        try:
            for n in range(1, pairs + 1):
                for name, key in ((f"dispenser-{n}", "A"), (f"pad-{n}", "next")):
                    devices.append(Device(port=hub.port, name=name, key=key, password=passwords[name]))
            yield devices
        finally:
            for device in devices:
                device.wire.close()


@contextmanager
def bench_hub(folder: Path, *, dispensers: int, counters: int, web_port: int = 0) -> Iterator[Hub]:
    """Run a hub whose hall has dispensers, and a pad and a lintel at every counter. web_port: 0 is without pages."""
    file, port = folder / "hall.toml", free_port()
    file.write_text(hall_file(dispensers, counters, port), encoding="utf-8")
    command = [sys.executable, "-m", "hub.cli", "hub", str(file), "--state", str(folder / "state")]
    with (folder / "hub.log").open("wb") as log:
        hub = subprocess.Popen([*command, "--web", str(web_port)], stdout=subprocess.PIPE, stderr=log)
    try:
        if hub.stdout is None or hub.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the hub did not start: {(folder / 'hub.log').read_text()}")
        yield Hub(folder, port, web_port)
    finally:
        hub.terminate()
        hub.communicate(timeout=20)


def hall_file(dispensers: int, counters: int, port: int) -> str:
    """Return a hall's file with dispensers, and a pad and a lintel at every counter. port: of the broker."""
    text = f'[hall]\nid = "{HALL}"\nname = "Bench"\n[rules]\ncall_pause_s = 0\n[broker]\nport = {port}\n'
    text += '[[services]]\ncode = "A"\nname = "户籍"\n'
    for n in range(1, dispensers + 1):
        text += f'[[devices]]\nname = "dispenser-{n}"\nkind = "dispenser"\nboard = "dispenser-pico"\n'
    for n in range(1, counters + 1):
        text += f"[[counters]]\nnumber = {n}\n"
        text += f'[[devices]]\nname = "pad-{n}"\nkind = "pad"\nboard = "pad-pico"\ncounter = {n}\n'
        text += f'[[devices]]\nname = "lintel-{n}"\nkind = "lintel"\nboard = "lintel-pico"\ncounter = {n}\n'
    return text
