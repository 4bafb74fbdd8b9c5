"""One message that cannot be worked on, by a fault of ours: those that came with it are worked on all the same."""

import asyncio
from typing import Any

from hub.service import Service


class Day:
    """A day that is taken from the journal as often as it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def reload(self, _journal: object) -> None:
        self.times += 1


class Poisoned(Service):
    """A hub that one message ends, whatever stands in it. done: what was worked on."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.day = Day()
        self._desk, self._journal, self._loop = self.day, None, asyncio.get_running_loop()  # type: ignore[assignment]
        self._broken, self._inbox = "", []

    def _work_on(self, batch: list[Any]) -> None:
        if "poison" in batch:
            raise KeyError("poison")
        self.done += batch


async def test_what_came_with_it_is_worked_on_in_its_order() -> None:
    hub = Poisoned()
    for message in ("a", "poison", "b"):
        hub.hear(message)  # type: ignore[arg-type]
    hub.work()
    assert (hub.done, hub.day.times) == (["a", "b"], 2)
    hub.hear("poison")  # type: ignore[arg-type]
    hub.work()
    assert (hub.done, hub.day.times) == (["a", "b"], 3), "alone it is tried once"
