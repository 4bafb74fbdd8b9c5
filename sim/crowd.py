"""Too many at once: children who press every key there is, and a node that never stops talking."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from itertools import count

from hardware.contract import Topics
from sim.device import Device
from sim.disk.tracer import CannotBreakError

PER_S_MAX = 10_000
EVERY_S = 0.01
"""A flood goes out in bursts, as a program that runs wild has it."""


class Crowd:
    """Presses and floods in a hall. hall: its id. per_s: presses a second now; floods: device to messages a second."""

    def __init__(self, hall: str, devices: Mapping[str, Device]) -> None:
        self._topics = Topics(hall)
        self._devices = devices
        self._storm: asyncio.Task[None] | None = None
        self._floods: dict[str, asyncio.Task[None]] = {}
        self._hands: set[asyncio.Task[None]] = set()
        self.per_s = 0
        self.floods: dict[str, int] = {}

    def storm(self, per_s: int, chance: random.Random) -> None:
        """Let hands press any keys of all devices, so many presses a second; 0 ends it. Raises ValueError."""
        _check(per_s)
        if self._storm:
            self._storm.cancel()
        self.per_s = per_s
        self._storm = asyncio.create_task(self._press(per_s, chance)) if per_s else None

    def flood(self, device: Device, per_s: int) -> None:
        """Let a node send so many messages a second that nobody understands, as itself; 0 ends it.

        Raises ValueError, and CannotBreakError where its connection is encrypted.
        """
        _check(per_s)
        if device.cable.is_secret:
            raise CannotBreakError(f"{device.name} speaks TLS, which nobody can join in; start the hall without TLS")
        if task := self._floods.pop(device.name, None):
            task.cancel()
        self.floods.pop(device.name, None)
        if per_s:
            self.floods[device.name] = per_s
            self._floods[device.name] = asyncio.create_task(self._talk(device, per_s))
        device.flooding(per_s)

    async def close(self) -> None:
        """End all of it; may be called twice."""
        tasks = [*self._hands, *self._floods.values(), *([self._storm] if self._storm else [])]
        self._storm = None
        self._floods.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _press(self, per_s: int, chance: random.Random) -> None:
        """Press with as many hands as it takes; no key is pressed by two of them."""
        keys = [(device, key.key) for device in self._devices.values() for key in device.now().keys]
        while keys:
            await asyncio.sleep(1 / per_s)
            device, key = chance.choice(keys)
            if device.power and key not in device.now().pressed:
                hand = asyncio.create_task(_press(device, key))
                self._hands.add(hand)
                hand.add_done_callback(self._hands.discard)

    async def _talk(self, device: Device, per_s: int) -> None:
        topic, sent, began_s = self._topics.event(device.name).encode(), count(), _now()
        done = 0
        while True:
            await asyncio.sleep(EVERY_S)
            due = int((_now() - began_s) * per_s)
            packets = [_publish(topic, b'{"noise":%d}' % next(sent)) for _ in range(due - done)]
            done = due
            device.cable.say(b"".join(packets))


async def _press(device: Device, key: str) -> None:
    with contextlib.suppress(OSError):
        await device.press(key)


def _publish(topic: bytes, body: bytes) -> bytes:
    """Return a message for which nobody is asked to answer (QoS 0)."""
    rest = len(topic).to_bytes(2, "big") + topic + body
    head = [len(rest) & 0x7F | 0x80, len(rest) >> 7] if len(rest) > 0x7F else [len(rest)]
    return bytes([0x30, *head]) + rest


def _check(per_s: int) -> None:
    if not 0 <= per_s <= PER_S_MAX:
        raise ValueError(f"from 0 to {PER_S_MAX} a second")


def _now() -> float:
    return asyncio.get_running_loop().time()
