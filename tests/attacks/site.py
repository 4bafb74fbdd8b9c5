"""A hall under attack: the real hub and mosquitto by TLS, two devices that are calm, and as many bad ones as wanted.

Everything here waits for its answer by itself, so that bytes can be sent which no client would send.
"""

import contextlib
import json
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import msgspec

from hardware.contract import Topics
from hub.broker_tls import ca_of
from hub.config import MAINTAINER
from hub.journal import read_rows
from hub.repelled import KINDS, Kind
from hub.rules.events import Fact
from sim.bench.bench_hall import Device
from sim.ports import free_port
from sim.processes import pid_of
from tests.attacks.mqtt import Session
from tests.staff.house import _PIN_HASH, STAFF

HOST, HALL = "127.0.0.1", "besieged"
PADS = 40
LIMIT_S = 20.0
DEVICES = b"GET /devices HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
ROW = re.compile(r"<td>([^<]*)</td><td>(\d+)</td>")


class Site:
    """Where attacks are played. calm: a dispenser and a pad, whose presses must go on being answered."""

    def __init__(self, folder: Path, shared: set[int]) -> None:
        """shared: pids of what runs for many tests; ours are added."""
        self._shared = shared
        self.folder, self.state = folder, folder / "state"
        self.port, self.web = free_port(), free_port()
        self.topics = Topics(HALL)
        self._hub: subprocess.Popen[bytes] | None = None
        self._bad = iter(f"pad-{n}" for n in range(2, PADS + 1))
        self._open: list[Session] = []
        self.calm: list[Device] = []
        (folder / "hall.toml").write_text(_hall_file(self.port, self.web), encoding="utf-8")

    def start(self) -> None:
        """Start the hub, and its broker where that does not run, and wait until it serves."""
        command = [sys.executable, "-m", "hub.cli", "hub", str(self.folder / "hall.toml"), "--state", str(self.state)]
        with (self.folder / "hub.log").open("ab") as log:
            self._hub = subprocess.Popen([*command, "--tls"], stdout=subprocess.PIPE, stderr=log)
        self._shared.add(self._hub.pid)
        assert self._hub.stdout
        assert self._hub.stdout.readline() == b"ready\n", self.log

    def come_calm(self) -> None:
        """Have the two who are calm connect."""
        self.calm = [self._calm(name, key) for name, key in (("dispenser-1", "A"), ("pad-1", "next"))]

    def until_it_counts(self) -> None:
        """Wait until a hub that has just come counts what the broker passes on to nobody, which takes two looks."""
        bad, before = self.bad(), self.counted("topic")

        def is_counted() -> bool:
            bad.publish("nobody/may", b"x")
            return self.counted("topic") > before

        self.until(is_counted)
        self.rest()

    def rest(self) -> None:
        """End every session of those who are bad."""
        for one in self._open:
            one.close()
        self._open.clear()

    def kill_hub(self) -> None:
        """End the hub at once; its broker goes on."""
        assert self._hub
        self._hub.kill()
        self._hub.communicate()

    def close(self) -> None:
        self.rest()
        for device in self.calm:
            device.wire.close()
        if self._hub:
            self._hub.terminate()
            self._hub.communicate(timeout=20)

    @property
    def hub_pid(self) -> int:
        assert self._hub
        return self._hub.pid

    @property
    def broker_pid(self) -> int:
        found = pid_of(self.state / "broker.pid", word=self.state / "mosquitto.conf")
        assert found
        return found

    @property
    def passwords(self) -> dict[str, str]:
        return dict(msgspec.json.decode((self.state / "secrets.json").read_bytes())["passwords"])

    @property
    def tls(self) -> ssl.SSLContext:
        """What a device knows the hub by."""
        return ssl.create_default_context(cafile=str(ca_of(self.state)))

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text()

    def facts(self) -> list[Fact]:
        return [fact for row in read_rows(self.state / "journal.db") for fact in row.content().facts]

    def refused_presses(self) -> int:
        """Return how many events the journal has that nothing came of."""
        return sum(bool(row.content().refused) for row in read_rows(self.state / "journal.db"))

    def bad_name(self) -> str:
        """Return the name of a device that nobody has played yet."""
        return next(self._bad)

    def bad(self, name: str = "", **hello: Any) -> Session:
        """Return the session of a device that has turned bad, with its own password. hello: as of `Session`."""
        name = name or self.bad_name()
        return self.session(name, password=self.passwords[name], **hello)

    def maintainer(self) -> Session:
        """Return a session of who may read all of the hall, and write nothing."""
        return self.session(MAINTAINER, password=self.passwords[MAINTAINER])

    def session(self, name: str, **hello: Any) -> Session:
        self._open.append(Session(self.connect(), name, **hello))
        return self._open[-1]

    def connect(self, port: int = 0, source: str = HOST) -> ssl.SSLSocket:
        """Return a connection by TLS, to the broker where no other port is named."""
        sock = self.plain(port, source)
        try:
            return self.tls.wrap_socket(sock, server_hostname=HOST)
        except BaseException:
            sock.close()
            raise

    def plain(self, port: int = 0, source: str = HOST) -> socket.socket:
        """Return a connection without TLS."""
        return socket.create_connection((HOST, port or self.port), timeout=LIMIT_S, source_address=(source, 0))

    def http(self, request: bytes, *, is_tls: bool = True, source: str = HOST) -> bytes:
        """Return all that the pages answer to these bytes, until they end the connection."""
        answer = b""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            sock = self.connect(self.web, source) if is_tls else self.plain(self.web, source)
            with sock:
                sock.sendall(request)
                while piece := sock.recv(65536):
                    answer += piece
        return answer

    def counted(self, kind: Kind) -> int:
        """Return how often this was repelled, as the health page says it."""
        page = self.http(DEVICES, is_tls=False).decode()
        shown = {unescape(words): int(many) for words, many in ROW.findall(page)}
        return shown.get(KINDS[kind], 0)

    def resent(self) -> float:
        """Return how many events came again though they were known, as the metrics say it."""
        text = self.http(DEVICES.replace(b"/devices", b"/metrics"), is_tls=False).decode()
        return float(text.partition("\nlintel_resent_events_total ")[2].split("\n", 1)[0])

    def press(self) -> float:
        """Have each of the calm press once; return the seconds that the slower took."""
        took = 0.0
        for device in self.calm:
            while not device.is_free():
                device.hear()
            device.press(time.perf_counter())
            while (span := device.hear()) is None:
                pass
            while not device.is_free():
                device.hear()
            took = max(took, span)
        return took

    def until(self, look: Callable[[], Any], why: Callable[[], object] = lambda: "it did not come") -> Any:
        """Return what a look returns as soon as that is true."""
        deadline = time.monotonic() + LIMIT_S
        while not (found := look()):
            assert time.monotonic() < deadline, why()
            time.sleep(0.05)
        return found

    def _calm(self, name: str, key: str) -> Device:
        words = self.passwords[name]
        return Device(port=self.port, name=name, key=key, password=words, hall=HALL, tls=self.tls)


@contextmanager
def besieged(folder: Path, shared: set[int]) -> Iterator[Site]:
    """Run the hall."""
    site = Site(folder, shared)
    try:
        site.start()
        site.come_calm()
        site.until_it_counts()
        yield site
    finally:
        site.close()


def press_of(boot: int, seq: int, turn: int = 0, key: str = "next") -> bytes:
    """Return a press as a device tells it."""
    return json.dumps({"boot": boot, "seq": seq, "turn": turn, "do": "key", "key": key}).encode()


def _hall_file(port: int, web: int) -> str:
    text = f'[hall]\nid = "{HALL}"\nname = "Besieged"\n[rules]\ncall_pause_s = 0\nsign_in = false\n'
    text += f"[broker]\nport = {port}\ntls = true\n[web]\nport = {web}\n"
    text += '[[services]]\ncode = "A"\nname = "户籍"\n[[devices]]\nname = "dispenser-1"\n'
    text += 'kind = "dispenser"\nboard = "dispenser-pico"\n'
    for number, name, rest in STAFF:
        text += f'[[people]]\nid = "{number}"\nname = "{name}"\npin = "{_PIN_HASH}"\n{rest}\n'
    for n in range(1, PADS + 1):
        text += f"[[counters]]\nnumber = {n}\n"
        text += f'[[devices]]\nname = "pad-{n}"\nkind = "pad"\nboard = "pad-pico"\ncounter = {n}\n'
    return text
