"""The worker beside the hub: it answers, says what went wrong, is replaced when it was killed, and ends."""

import asyncio
import os
import signal

import pytest

from hub.apart import Apart
from hub.config import HallError


def add(one: int, other: int) -> tuple[int, int]:
    os.write(1, b"what a library prints is no answer\n")
    return one + other, os.getpid()


def fail() -> None:
    raise HallError("hall.toml:3: no")


class OddError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} {other}")


def fail_oddly() -> None:
    raise OddError(1, 2)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_it_answers_one_after_another_and_is_replaced() -> None:
    apart = Apart()
    try:
        answers = await asyncio.gather(*(apart.run(add, at, other=1) for at in range(3)))
        assert [found for found, _pid in answers] == [1, 2, 3]
        pids = {pid for _found, pid in answers}
        assert len(pids) == 1
        assert os.getpid() not in pids
        with pytest.raises(HallError, match="no"):
            await apart.run(fail)
        with pytest.raises(RuntimeError, match="1 2"):
            await apart.run(fail_oddly)
        os.kill(*pids, signal.SIGKILL)
        found, another = await apart.run(add, 2, 2)
        assert (found, another in pids) == (4, False)
        with pytest.raises(RuntimeError, match="ended twice"):
            await apart.run(die)
        assert (await apart.run(add, 1, 1))[0] == 2
    finally:
        await apart.close()
        await apart.close()
