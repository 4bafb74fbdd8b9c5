"""A device that turned bad: somebody speaks to the broker under its name, says what others should say, or floods it."""

import asyncio
import contextlib
from itertools import cycle

from displays.strip import strip_panel
from hardware.contract import LOST, KeyPressed, Topics, View, encode
from hardware.link import Address, Link
from hub.config import Hall as HallPlan

LIE = "请Z999号到1号窗"
"""A call that no hub has made."""
BEYOND = 2**40
"""Later than any true number of a view or a start."""
EVERY_S = 0.05


class Impostor:
    """Has taken a device's name and password; its own cable has to be cut before. Works between `start` and `close`."""

    def __init__(self, plan: HallPlan, *, name: str, password: str, address: Address) -> None:
        self._topics = Topics(plan.id)
        self._name = name
        self._others = [one.name for one in plan.devices if one.name != name]
        self._running: list[asyncio.Task[None]] = []
        self._link = Link(
            address=address,
            name=name,
            password=password,
            will_topic=None,
            subscriptions=[self._topics.view(name)],
            on_message=lambda _message: None,
        )

    def start(self, *, a_second: float) -> None:
        """Begin. a_second: how many messages of its own it sends; 0: none, it lies in the name of others instead."""
        work = self._flood(a_second) if a_second else self._forge()
        self._running = [asyncio.create_task(one) for one in (self._link.run(), work)]

    async def close(self) -> None:
        """Let go of the name; may be called twice."""
        running, self._running = self._running, []
        for task in running:
            task.cancel()
        for task in running:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _forge(self) -> None:
        """Press their keys, tell them what to show, say that they and the hub are gone."""
        press = encode(KeyPressed(boot=BEYOND, seq=1, turn=0, key="next"))
        lie = encode(View(v=BEYOND, turn=0, ack=(0, 0), panel=strip_panel(LIE)))
        for other in cycle(self._others):
            self._link.publish(self._topics.event(other), press)
            self._link.publish(self._topics.view(other), lie, retain=True)
            self._link.publish(self._topics.status(other), LOST, retain=True)
            self._link.publish(self._topics.hub_status, LOST, retain=True)
            await asyncio.sleep(EVERY_S)

    async def _flood(self, a_second: float) -> None:
        """Send what is no event, as fast as a loop that has gone wild."""
        a_turn = max(1, round(a_second * EVERY_S))
        while True:
            for _ in range(a_turn):
                self._link.publish(self._topics.event(self._name), b'{"do":"nothing"}')
            await asyncio.sleep(EVERY_S)
