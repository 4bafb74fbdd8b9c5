"""Tells readers of the broker what counters and queues are at: retained, only what has changed, never on a press's way.

A change starts a timer at most; what is told is worked out later, one counter or queue in each turn of the loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from hardware.link import Link
from hardware.told import CounterTold, QueueTold
from hardware.topics import Topics
from hub.outside import making
from hub.outside.present import Present

EVERY_S = 1.0
"""At most so often, however much happens."""
AGAIN_S = 30.0
"""A forecast changes by the mere passing of time."""


class Telling:
    """The topics for other systems, of a hall that wants them."""

    def __init__(self, present: Present) -> None:
        self._present = present
        self._topics = Topics(present.hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._told: dict[str, Struct] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = 0.0
        self._is_wanted = present.hall.file.interface.topics
        self._is_anew = False

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    def came_up(self) -> None:
        """Tell everything: the broker may have lost it."""
        self._told.clear()
        self.changed()

    def changed(self, _is_broken: bool = False) -> None:
        """Have readers told of what has changed, soon."""
        if not self._is_wanted or self._link is None:
            return
        self._is_anew = True
        if self._timer is None:
            self._timer = self._loop.call_later(EVERY_S, self._begin)

    def look(self) -> None:
        """Tell what has changed by itself; to be called each second."""
        if self._loop.time() >= self._due_at:
            self.changed()

    def follow_hall(self) -> None:
        """Tell of the counters and queues of the hall's present file; of others the broker forgets what was told."""
        self.close()
        hall, self._timer = self._present.hall, None
        self._is_wanted = hall.file.interface.topics
        here = {self._topics.counter(one.number) for one in hall.counters if self._is_wanted}
        here |= {self._topics.queue(one.code) for one in hall.services if self._is_wanted}
        for topic in self._told.keys() - here:
            del self._told[topic]
            if self._link:
                self._link.publish(topic, b"", retain=True)
        self.changed()

    def close(self) -> None:
        """Tell nobody any more; may be called twice."""
        if self._timer:
            self._timer.cancel()

    def _begin(self) -> None:
        self._is_anew, self._due_at = False, self._loop.time() + AGAIN_S
        hall = self._present.hall
        tells = [partial(self._counter, one.number) for one in hall.counters]
        self._go_on([*tells, *(partial(self._queue, one.code) for one in hall.services)])

    def _go_on(self, tells: Sequence[Callable[[], None]]) -> None:
        """Tell of one, and leave the others to the next turns of the loop."""
        tells[0]()
        left = tells[1:]
        self._timer = self._loop.call_later(0, self._go_on, left) if left else None
        if self._is_anew and not left:
            self.changed()

    def _counter(self, number: int) -> None:
        now = making.counter_answer(self._present.hall, self._present.state, number)
        told = CounterTold(
            at=0,
            counter=number,
            name=now.name,
            state=now.state,
            number=now.ticket,
            services=now.services,
            waiting=now.waiting,
        )
        self._tell(self._topics.counter(number), told)

    def _queue(self, code: str) -> None:
        now = making.queue_answer(self._present.hall, self._present.state, code, self._present.now)
        told = QueueTold(at=0, service=code, name=now.name, waiting=now.waiting, expected_minutes=now.expected_minutes)
        self._tell(self._topics.queue(code), told)

    def _tell(self, topic: str, told: CounterTold | QueueTold) -> None:
        if self._told.get(topic) == told or self._link is None:
            return
        self._told[topic] = told
        now = msgspec.structs.replace(told, at=self._present.now)
        self._link.publish(topic, msgspec.json.encode(now), retain=True)
