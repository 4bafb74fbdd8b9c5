"""A real mosquitto for tests, with the configuration, passwords and access list that Lintel writes, and its death."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterable
from pathlib import Path

from hardware.contract import HUB
from hardware.link import Address
from hub.broker import Broker
from hub.config import MAINTAINER
from hub.secrets import load_secrets

HALL = "donghu"


class HallBroker:
    """mosquitto on a free port of the loopback. passwords: account to password."""

    def __init__(self, *, folder: Path, devices: Iterable[str], hall: str = HALL) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        secrets = load_secrets(folder / "secrets.json", [HUB, MAINTAINER, *devices])
        self.passwords = secrets.passwords
        self.address = Address(host="127.0.0.1", port=free_port())
        self._pidfile = folder / "broker.pid"
        self._broker = Broker(folder=folder, address=self.address, hall=hall, secrets=secrets)

    async def start(self) -> None:
        """Start it, also after its death."""
        await self._broker.start()

    async def kill(self) -> None:
        """Kill it with all that it remembers, and return when it is gone."""
        pidfd = os.pidfd_open(int(self._pidfile.read_text()))
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(pidfd, gone.set)
        try:
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            await gone.wait()
        finally:
            loop.remove_reader(pidfd)
            os.close(pidfd)

    async def close(self) -> None:
        """End it; may be called twice."""
        await self._broker.stop()


def free_port() -> int:
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
