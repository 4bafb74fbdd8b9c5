"""Another process for work that would hold presses up: reports, archives, exports. One, started when it is needed.

Both speak pickle through the worker's standard streams, a length of four bytes before each message. A hub that is
killed closes them, and the worker ends by itself.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, ParamSpec, TypeVar

IDLE_S = 600.0
"""After which it ends, and its memory is free."""
NICE = 10
_LENGTH_BYTES = 4
P = ParamSpec("P")
T = TypeVar("T")


class ApartError(RuntimeError):
    """The worker ended before it had answered, twice."""


class Apart:
    """Runs functions of modules in one worker process, one after another, until `close`."""

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns there, or raise what it raises. A worker that was killed is replaced once."""
        task = pickle.dumps((function, args, kwargs))
        async with self._turn:
            self._not_yet()
            is_done, found = await self._answer(task)
            self._later()
        if not is_done:
            raise found
        answer: T = found
        return answer

    async def _answer(self, task: bytes) -> tuple[bool, Any]:
        for _ in range(2):
            worker = self._worker or await self._start()
            try:
                return await _exchange(worker, task)
            except (OSError, asyncio.IncompleteReadError):
                await self._end()
            except BaseException:
                await self._end()  # whoever gave up must not leave his answer to the next
                raise
        raise ApartError("the worker for reports ended twice; look whether the machine has memory left")

    async def _start(self) -> asyncio.subprocess.Process:
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hub.apart",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return self._worker

    def _not_yet(self) -> None:
        if self._ending:
            self._ending.cancel()
            self._ending = None

    def _later(self) -> None:
        self._ending = asyncio.get_running_loop().call_later(IDLE_S, self._end_when_idle)

    def _end_when_idle(self) -> None:
        task = asyncio.get_running_loop().create_task(self.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End the worker when it has done what it does; may be called twice, and it starts again when it is needed."""
        async with self._turn:
            self._not_yet()
            await self._end()

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()


async def _exchange(worker: asyncio.subprocess.Process, task: bytes) -> tuple[bool, Any]:
    if worker.stdin is None or worker.stdout is None:
        raise OSError("the worker has no streams")
    worker.stdin.write(len(task).to_bytes(_LENGTH_BYTES) + task)
    await worker.stdin.drain()
    length = int.from_bytes(await worker.stdout.readexactly(_LENGTH_BYTES))
    answer: tuple[bool, Any] = pickle.loads(await worker.stdout.readexactly(length))  # noqa: S301 - of our own worker
    return answer


def work(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until there are no more."""
    while length := tasks.read(_LENGTH_BYTES):
        function, args, kwargs = pickle.loads(tasks.read(int.from_bytes(length)))  # noqa: S301 - of our own hub
        answer = _packed(function, args, kwargs)
        answers.write(len(answer).to_bytes(_LENGTH_BYTES) + answer)
        answers.flush()


def _packed(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((True, function(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001 - it is raised again in the hub
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - some errors can be sent but not be made again
        except Exception:  # noqa: BLE001
            return pickle.dumps((False, RuntimeError(str(error))))
        return pickle.dumps((False, error))


def main() -> None:
    """Be the worker; what a library prints must not stand between the answers."""
    os.nice(NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
