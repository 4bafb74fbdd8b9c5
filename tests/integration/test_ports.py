"""A port that was given to one process is given to no other while it lives, also when nobody listens on it yet."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sim.ports import free_port

OTHER = """
import sys
from sim.ports import free_port
print(free_port((int(sys.argv[1]), int(sys.argv[1]) + 1)), flush=True)
sys.stdin.read()
"""


@contextmanager
def another(port: int) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that asks for a port and keeps what it gets."""
    with subprocess.Popen([sys.executable, "-c", OTHER, str(port)], stdin=-1, stdout=-1, stderr=-1, text=True) as one:
        try:
            yield one
        finally:
            one.kill()


def said(other: "subprocess.Popen[str]") -> str:
    return other.stdout.readline().strip() if other.stdout else ""


def test_no_port_is_given_to_two_processes_before_either_listens() -> None:
    port = free_port()
    with another(port) as other:
        assert said(other) == ""
        assert f"no port from {port} to {port} is free" in other.communicate()[1]
    with pytest.raises(OSError, match="is free"):
        free_port((port, port + 1))


def test_a_port_is_free_again_when_its_process_was_killed() -> None:
    port = free_port() + 1
    with another(port) as other:
        assert said(other) == str(port)
        with pytest.raises(OSError, match="is free"):
            free_port((port, port + 1))
    assert free_port((port, port + 1)) == port


def test_no_port_is_given_on_which_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(OSError, match="is free"):
            free_port((port, port + 1))
