"""What systemd is told of a program: that it serves, that it is well, what it does, that it ends (sd_notify(3)).

A datagram of lines to the socket that NOTIFY_SOCKET names. Where nobody listens nothing is said, and nothing fails.
"""

import asyncio
import os
import socket
from collections.abc import Callable, MutableMapping

OFTEN_S = 10.0
"""How often the status is brought up to date where no watchdog waits to be fed."""
STARTING_US = 30_000_000
"""How much longer than now a program may still be starting, said again and again until it serves."""


class Notify:
    """One program's line to systemd. watchdog_s: after how long a silence it would be ended; 0: it never would."""

    def __init__(self, address: str = "", watchdog_s: float = 0.0) -> None:
        """address: a path, or a name of Linux' abstract sockets after an @; empty: nobody listens."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._is_fed = watchdog_s > 0
        self.every_s = watchdog_s / 2 if self._is_fed else OFTEN_S
        self._is_ready, self._is_ready_heard = False, False
        self._said = ""

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> "Notify":
        """Return the line that systemd has laid, and take it out of the environment: our children are not the unit."""
        address = environment.pop("NOTIFY_SOCKET", "")
        for_us = environment.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        span = environment.pop("WATCHDOG_USEC", "")
        return cls(address, int(span) / 1e6 if for_us and span.isdecimal() else 0.0)

    def ready(self) -> None:
        """Say that the program serves from now on."""
        self._is_ready = True
        self._is_ready_heard = self._send("READY=1", *self._alive())

    def stopping(self) -> None:
        """Say that the program ends because it was told to."""
        self._send("STOPPING=1", "STATUS=stopping")

    async def feed(self, is_sound: Callable[[], bool], words: Callable[[], str]) -> None:
        """Feed the watchdog from this event loop while is_sound, and say words where they are new, until cancelled.

        A loop that stands still feeds nothing. Until the program serves, its start gets more time instead: what it
        waits for, such as a broker elsewhere, does not come sooner if it is started again.
        """
        while self._address:
            status, alive = words(), self._alive() if is_sound() else []
            told = [f"STATUS={status}"] if status != self._said else []
            owed = ["READY=1"] if self._is_ready and not self._is_ready_heard else []
            if self._send(*owed, *told, *alive):
                self._said, self._is_ready_heard = status, self._is_ready
            await asyncio.sleep(self.every_s)

    def _alive(self) -> list[str]:
        if not self._is_ready:
            return [f"EXTEND_TIMEOUT_USEC={STARTING_US}"]
        return ["WATCHDOG=1"] if self._is_fed else []

    def _send(self, *lines: str) -> bool:
        """Return whether it was taken. A busy reader must not hold up the program, which says it later again."""
        if not self._address or not lines:
            return True
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
                line.sendto("\n".join(lines).encode(), self._address)
        except OSError:
            return False
        return True
