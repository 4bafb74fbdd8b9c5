"""Presses of a busy hall, in a process of their own: what else a bench does in Python must not hold them up.

Each line of the standard input begins a part, and the next one ends it; what the part's presses took is answered.
"""

import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import msgspec
from msgspec import Struct

from sim.bench.bench_hall import Device
from sim.bench.busy_hall import COUNTERS, DISPENSERS, HALL
from sim.bench.press import under_load

BURST_S = 0.5
KEYS = dict.fromkeys(DISPENSERS, "A") | {f"pad-{n}": "next" for n in range(1, COUNTERS + 1)}
"""Those of the busy hall."""


class Pressed(Struct):
    """What came of a part. ms: of each press. lost: presses that nobody has answered."""

    ms: list[float] = []
    lost: int = 0

    def __add__(self, other: "Pressed") -> "Pressed":
        return Pressed(self.ms + other.ms, self.lost + other.lost)

    def figures(self) -> dict[str, float]:
        """Return how many there were, their median and the longest of 99 in 100."""
        p99 = quantiles(self.ms, n=100)[98]
        return {"presses": len(self.ms), "ms": round(median(self.ms), 2), "p99_ms": round(p99, 2)}


class Pressing:
    """The process, until `close`. state: of the hub, for the devices' passwords. rate: presses a second.

    hall: its id. keys: device to the key that is pressed there.
    """

    def __init__(self, port: int, state: Path, rate: float, *, hall: str = HALL, keys: dict[str, str] = KEYS) -> None:
        pressed = [hall, *(f"{name}={key}" for name, key in keys.items())]
        command = [sys.executable, "-m", "sim.bench.pressing", str(port), str(state), str(rate), *pressed]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._answer()

    def beside(self, act: Callable[[], object]) -> Pressed:
        """Return what presses took while something was done."""
        self._say()
        try:
            act()
        finally:
            self._say()
            answer = self._answer()
        return msgspec.json.decode(answer, type=Pressed)

    def close(self) -> None:
        """End it; may be called twice."""
        self._process.kill()
        self._process.communicate()

    def _say(self) -> None:
        if self._process.stdin:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def _answer(self) -> bytes:
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise RuntimeError("the process that presses has ended")
        return line


def main() -> None:
    """Be the process."""
    port, state, rate = int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    devices = _devices(port, state, sys.argv[4], dict(one.split("=") for one in sys.argv[5:]))
    _out(b"ready")
    while sys.stdin.readline():
        pressed = Pressed()
        while not select.select([sys.stdin], [], [], 0)[0]:
            spans, lost = under_load(devices, max(1, round(rate * BURST_S)), 1 / rate)
            pressed += Pressed([span / 1000 for span in spans], lost)
        sys.stdin.readline()
        _out(msgspec.json.encode(pressed))


def _out(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _devices(port: int, state: Path, hall: str, keys: dict[str, str]) -> list[Device]:
    """Return dispensers and pads that are ready to be pressed at."""
    passwords = msgspec.json.decode((state / "secrets.json").read_bytes())["passwords"]
    found = [Device(port=port, name=name, key=key, password=passwords[name], hall=hall) for name, key in keys.items()]
    for device in found:
        while not device.is_free():  # a view that came with the subscription lies there already, and wakes nobody
            device.hear()
    return found


if __name__ == "__main__":
    main()
