"""A node that turned bad, in a process of its own: it sends without end what it may send, with its own password.

It is ended by the end of its standard input, and then says how much it has sent.
"""

import contextlib
import itertools
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from hardware.contract import KeyPressed, Status, Topics, encode
from sim.bench.wire import Wire

TOGETHER_S = 0.01
"""It sends so often, each time what is due: its own work must not slow down what is measured."""
SENT_BEHIND = 50
"""A replay is of an event so long ago."""


class Sent(Struct):
    """What a flood came to. thrown_out: how often the broker has ended its connection."""

    messages: int
    seconds: float
    thrown_out: int


class Flooding:
    """The process, until `close`. rate: messages a second. qos: 0 or 1. padding: bytes more in each that is garbage."""

    def __init__(
        self, port: int, name: str, password: str, *, hall: str, rate: float, qos: int = 1, padding: int = 0
    ) -> None:
        told = [str(port), name, password, hall, str(rate), str(qos), str(padding)]
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            [sys.executable, "-m", "sim.bench.flooding", *told], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> Sent | None:
        """End it and return what it has sent; may be called twice."""
        process, self._process = self._process, None
        if process is None:
            return None
        answer, _ = process.communicate()
        return msgspec.json.decode(answer, type=Sent)


class Flooder:
    """Events, statuses, garbage, new events that are well made, and replays of old ones, in turn."""

    def __init__(self, port: int, name: str, password: str, hall: str, qos: int, padding: int) -> None:
        topics = Topics(hall)
        self._event, self._status = topics.event(name), topics.status(name)
        self._padding, self._qos = b"x" * padding, qos
        self._account = port, name, password
        self._wire = self._connect()
        self._messages = self._endless()
        self.thrown_out = 0

    def send(self, count: int) -> None:
        """Send so many; who is thrown out comes back at once."""
        try:
            self._wire.publish_many(list(itertools.islice(self._messages, count)), self._qos)
            while self._wire.has_input():
                self._wire.forget_input()
        except OSError:
            self.thrown_out += 1
            self._wire.close()
            with contextlib.suppress(OSError):
                self._wire = self._connect()

    def close(self) -> None:
        """Leave; may be called twice."""
        self._wire.close()

    def _connect(self) -> Wire:
        port, name, password = self._account
        return Wire(port=port, name=name, password=password)

    def _endless(self) -> Iterator[tuple[str, bytes]]:
        ready = encode(Status(state="ready", boot=2, fw="0.1.0"))
        for seq in itertools.count(1):
            yield self._event, _press(seq)
            yield self._status, ready
            yield self._event, b"{nothing of the contract" + self._padding
            yield self._event, _press(max(1, seq - SENT_BEHIND))
            yield self._status, b"\xff\xfe" + self._padding


def _press(seq: int) -> bytes:
    return encode(KeyPressed(boot=2, seq=seq, turn=0, key="next"))


def main() -> None:
    """Be the process."""
    port, name, password, hall, rate, qos, padding = sys.argv[1:]
    flooder = Flooder(int(port), name, password, hall, int(qos), int(padding))
    began, sent = time.monotonic(), 0
    while not select.select([sys.stdin], [], [], TOGETHER_S)[0]:
        due = int((time.monotonic() - began) * float(rate)) - sent
        flooder.send(due)
        sent += due
    flooder.close()
    told = Sent(messages=sent, seconds=time.monotonic() - began, thrown_out=flooder.thrown_out)
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
