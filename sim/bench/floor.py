"""The floor under a press: one round trip through mosquitto to another process and back, plus one durable write.

A press travels device, broker, hub; its view travels hub, broker, device; in between the decision becomes durable. No
hub can be faster.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sim.bench.wire import Wire
from sim.ports import free_port

PAYLOAD = b"x" * 150


def measure_floor(folder: Path, trips: int) -> list[float]:
    """Return the microseconds of ``trips`` round trips, each with one durable write in ``folder``."""
    with _bare_broker(folder) as port:
        travels = _round_trips(port, trips)
    return [travel + sync for travel, sync in zip(travels, _durable_writes(folder, trips), strict=True)]


@contextmanager
def _bare_broker(folder: Path) -> Iterator[int]:
    port, conf = free_port(), folder / "floor.conf"
    conf.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nuser {getpass.getuser()}\n"
    )
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "mosquitto"
    broker = subprocess.Popen([program, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        broker.send_signal(signal.SIGTERM)
        broker.wait(timeout=10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"mosquitto does not listen at 127.0.0.1:{port}")


def _round_trips(port: int, trips: int) -> list[float]:
    echo = subprocess.Popen([sys.executable, "-m", "sim.bench.echo", str(port), str(trips)], stdout=subprocess.PIPE)
    spans = []
    try:
        with closing(Wire(port=port, name="floor-ping")) as wire:
            wire.subscribe("floor/back")
            if echo.stdout:
                echo.stdout.readline()
            for _ in range(trips):
                start = time.perf_counter_ns()
                wire.publish("floor/there", PAYLOAD)
                wire.receive()
                spans.append((time.perf_counter_ns() - start) / 1000)
    finally:
        echo.kill()
        echo.communicate()
    return spans


def _durable_writes(folder: Path, count: int) -> list[float]:
    spans = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(count):
            start = time.perf_counter_ns()
            file.write(PAYLOAD)
            os.fdatasync(file.fileno())
            spans.append((time.perf_counter_ns() - start) / 1000)
    return spans
