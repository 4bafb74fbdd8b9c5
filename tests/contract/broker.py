"""A real mosquitto for tests, with the configuration, passwords and access list that Lintel writes, and its death."""

import asyncio
import os
import signal
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from hardware.contract import HUB
from hardware.link import Address
from hub.broker import Broker
from hub.broker_tls import BrokerTls
from hub.config import MAINTAINER
from hub.secrets import load_secrets
from sim.ports import free_port

HALL = "donghu"


class HallBroker:
    """mosquitto on a free port of the loopback. passwords: account to password. tls: None is without."""

    def __init__(self, *, folder: Path, devices: Iterable[str], hall: str = HALL, tls: BrokerTls | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        secrets = load_secrets(folder / "secrets.json", [HUB, MAINTAINER, *devices])
        self.passwords = secrets.passwords
        self.address = Address(host="127.0.0.1", port=free_port())
        self._pidfile = folder / "broker.pid"
        self._make = partial(Broker, folder=folder, address=self.address, hall=hall, secrets=secrets)
        self._broker = self._make(tls=tls)

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self._pidfile.read_text())

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

    async def start_with(self, tls: BrokerTls) -> None:
        """Start it anew with another certificate."""
        await self._broker.stop()
        self._broker = self._make(tls=tls)
        await self._broker.start()

    def freeze(self) -> None:
        """Let it hang (SIGSTOP): it takes connections, as its kernel does, and says nothing."""
        os.kill(int(self._pidfile.read_text()), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on; nothing happens if it does not hang."""
        os.kill(int(self._pidfile.read_text()), signal.SIGCONT)

    async def close(self) -> None:
        """End it; may be called twice."""
        await self._broker.stop()
