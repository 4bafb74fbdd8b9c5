"""What another computer of the LAN can do: knock at every port, greet the broker as a device. Needs Python alone."""

import asyncio
import socket
import ssl
import sys
import time

AT_ONCE = 500
WITHIN_S = 1.0
GREETING = b"\x00\x04MQTT\x04\xc2\x00\x3c"
"""MQTT 3.1.1, with name and password, a clean session, a keep-alive of 60 s."""


async def open_tcp(host: str) -> list[int]:
    """Return every TCP port that lets one in; tried twice, for the knocks of others may get in the way."""
    gate, found = asyncio.Semaphore(AT_ONCE), set[int]()

    async def knock(port: int) -> None:
        async with gate:
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), WITHIN_S)
            except (TimeoutError, ConnectionRefusedError):
                return
            found.add(port)
            writer.close()

    for _ in range(2):
        await asyncio.gather(*(knock(port) for port in range(1, 65536) if port not in found))
    return sorted(found)


async def hurry(host: str, port: int, times: int) -> int:
    """Return how many of so many connections, all begun in one moment, are let in within a second."""

    async def knock() -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), WITHIN_S)
        except TimeoutError:
            return False
        writer.close()
        return True

    return sum(await asyncio.gather(*(knock() for _ in range(times))))


def answering_udp(host: str) -> list[str]:
    """Return every UDP port that says anything to a datagram, be it that nobody is there."""
    found: set[str] = set()
    for begin in range(1, 65536, 500):
        sockets = []
        for port in range(begin, min(begin + 500, 65536)):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.setblocking(False)
            one.connect((host, port))
            one.send(b"\x00" * 48)
            sockets.append((port, one))
        time.sleep(0.05)
        for port, one in sockets:
            try:
                one.recv(2048)
                found.add(f"{port} answers")
            except ConnectionRefusedError:
                found.add(f"{port} refuses")
            except BlockingIOError:
                pass
            one.close()
    return sorted(found)


def greet(host: str, port: int, ca: str, name: str, password: str) -> int:
    """Connect to the broker by TLS as a device, and return what it answers: 0 is welcome, 4 or 5 is not."""
    words = b"".join(len(one).to_bytes(2, "big") + one for one in (name.encode(), name.encode(), password.encode()))
    packet = b"\x10" + bytes([len(GREETING + words)]) + GREETING + words
    context = ssl.create_default_context(cafile=ca)
    with (
        socket.create_connection((host, port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        secure.sendall(packet)
        return secure.recv(4)[3]


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    if what == "tcp":
        sys.stdout.write(" ".join(map(str, asyncio.run(open_tcp(words[0])))))
    elif what == "udp":
        sys.stdout.write("\n".join(answering_udp(words[0])))
    elif what == "hurry":
        sys.stdout.write(str(asyncio.run(hurry(words[0], int(words[1]), int(words[2])))))
    else:
        host, port, ca, name, password = words
        sys.stdout.write(str(greet(host, int(port), ca, name, password)))
