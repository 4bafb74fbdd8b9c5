"""Ports of the loopback for servers that are about to start, each given once.

A server may be a moment away from listening, or be down for a while: that nobody listens now says too little. So a byte
of a file is locked for each port (fcntl(2)), which the kernel takes back however this process ends.
"""

import fcntl
import os
import random
import socket
from functools import cache

SERVER_PORTS = (10_000, 32_000)
"""Below those that the kernel gives to whoever connects: one of them may be taken before a server has begun."""
TRIES_A_PORT = 10
_given: set[int] = set()
"""What is locked here: a process's own locks are not in its way."""


def free_port(among: tuple[int, int] = SERVER_PORTS) -> int:
    """Return a port on which nobody listens, and that no process which lives has got from here.

    among: the first, and the one behind the last. Raises OSError where none is free.
    """
    chance = random.SystemRandom()
    for _ in range(TRIES_A_PORT * (among[1] - among[0])):
        port = chance.randrange(*among)
        if port not in _given and _is_ours(port) and _is_silent(port):
            return port
    raise OSError(f"no port from {among[0]} to {among[1] - 1} is free")


def _is_ours(port: int) -> bool:
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _given.add(port)
    return True


@cache
def _locks() -> int:
    """Return the file, opened once: a process that closes it anywhere has lost all its locks.

    It is the same one whatever TMPDIR says: ports are the computer's.
    """
    return os.open(f"/tmp/lintel-ports-{os.getuid()}", os.O_CREAT | os.O_WRONLY, 0o600)  # noqa: S108


def _is_silent(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
