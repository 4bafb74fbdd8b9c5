"""Another process for work that would hold presses up: reports, archives, exports. One, started when it is needed."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

IDLE_S = 600.0
"""After which it ends, and its memory is free."""
NICE = 10
P = ParamSpec("P")
T = TypeVar("T")


class Apart:
    """Runs functions of modules in one worker process, until `close`."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._under_way = 0

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns there, or raise what it raises. A worker that was killed is replaced once."""
        self._under_way += 1
        try:
            try:
                return await self._once(function, *args, **kwargs)
            except BrokenProcessPool:
                await self._end()
                return await self._once(function, *args, **kwargs)
        finally:
            self._under_way -= 1
            self._end_later()

    async def _once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._worker().submit(function, *args, **kwargs))

    def _worker(self) -> ProcessPoolExecutor:
        if self._pool is None:
            import multiprocessing  # costs a hub that nobody asks anything nothing

            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=os.nice, initargs=(NICE,))
        return self._pool

    def _end_later(self) -> None:
        if self._ending:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(IDLE_S, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if not self._under_way and self._pool:
            self._pool.shutdown(wait=False)
            self._pool = None

    async def close(self) -> None:
        """End the worker; may be called twice."""
        if self._ending:
            self._ending.cancel()
            self._ending = None
        await self._end()

    async def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
