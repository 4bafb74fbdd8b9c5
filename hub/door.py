"""The door for orders of people: a Unix socket in the hub's folder, only its owner's; a JSON line each way."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from hardware.logs import Log
from hub.journal import JournalError
from hub.orders import Asked, Order, Orders, Reply

log = Log(__name__)

NAME = "orders.sock"
LINE_BYTES = 16 * 1024
LIMIT_S = 10.0


class NobodyThereError(ConnectionError):
    """No hub runs with this folder."""


class Door:
    """Lets orders in between `start` and `close`."""

    def __init__(self, folder: Path, orders: Orders) -> None:
        self._folder = folder
        self._orders = orders
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the door; a socket that a killed hub has left is replaced."""
        (self._folder / NAME).unlink(missing_ok=True)
        ear = socket.socket(socket.AF_UNIX)
        mask = os.umask(0o177)
        try:
            with short_name(self._folder) as path:
                ear.bind(path)
        finally:
            os.umask(mask)
        self._server = await asyncio.start_unix_server(self._talk, sock=ear, limit=LINE_BYTES)

    async def close(self) -> None:
        """Close the door, also to whoever stands in it; may be called twice."""
        if self._server:
            self._server.close()
            self._server = None
            (self._folder / NAME).unlink(missing_ok=True)
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            async with asyncio.timeout(LIMIT_S):
                reply = await self._reply(await reader.readline())
                writer.write(msgspec.json.encode(reply) + b"\n")
                await writer.drain()
        except (OSError, ValueError) as error:
            log.warning("order-broke-off", "an order at the door broke off", why=type(error).__name__)
        finally:
            writer.close()

    async def _reply(self, line: bytes) -> Reply:
        """What an order says may be private, so no error repeats it."""
        try:
            asked = msgspec.json.decode(line, type=Asked)
        except msgspec.MsgspecError:
            return Reply(is_done=False, words="无法理解此请求")
        try:
            return await self._orders.answer(asked)
        except JournalError:
            return Reply(is_done=False, words="系统暂时无法记录，请稍后再试")


def send_order(folder: Path, person: str, pin: str, order: Order) -> Reply:
    """Hand an order in at the door of the hub that runs with a folder; raise NobodyThereError where none does."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(LIMIT_S)
        try:
            with short_name(folder) as path:
                line.connect(path)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NobodyThereError(f"no hub runs with {folder}; start it, or name its folder with --state") from error
        line.sendall(msgspec.json.encode(Asked(person=person, pin=pin, order=order)) + b"\n")
        with line.makefile("rb") as answer:
            return msgspec.json.decode(answer.readline(), type=Reply)


@contextmanager
def short_name(folder: Path) -> Iterator[str]:
    """Yield a name of the socket that fits into an address of 107 bytes, however deep the folder is."""
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{place}/{NAME}"
    finally:
        with suppress(OSError):
            os.close(place)
