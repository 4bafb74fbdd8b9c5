"""Waiting in tests: for a condition, with a limit, and never for a time alone."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LIMIT_S = 8.0
LOOK_EVERY_S = 0.01
"""Many tests wait at the same time: looks that come three times as often take half a core from those that work."""


async def until(
    condition: Callable[[], T],
    *,
    limit_s: float = LIMIT_S,
    why: Callable[[], object] = str,
    every_s: float = LOOK_EVERY_S,
) -> T:
    """Return what the condition returns as soon as that is true; fail after the limit with what ``why`` says then."""
    deadline = asyncio.get_running_loop().time() + limit_s
    while True:
        if found := condition():
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {limit_s} s: {why()}")
        await asyncio.sleep(every_s)


async def stays(condition: Callable[[], bool], *, for_s: float, why: Callable[[], object] = str) -> None:
    """Watch a condition for a while, and fail as soon as it is not true."""
    deadline = asyncio.get_running_loop().time() + for_s
    while asyncio.get_running_loop().time() < deadline:
        assert condition(), f"changed: {why()}"
        await asyncio.sleep(LOOK_EVERY_S)
