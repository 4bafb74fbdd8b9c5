"""How much each device says, and what becomes of one that says too much: it is not heard, then set apart for a while.

It is asked before anything of a message is decoded, so that what is too much costs hardly anything.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from msgspec import Struct

from hardware.contract import Topics
from hardware.logs import Log
from hub.config import MAINTAINER, Hall
from hub.secrets import reader_account

log = Log(__name__)

NOISE, FLOOD = "noise", "flood"
"""Part and fault of a device that is set apart, as the journal and the health page have it."""
APART_MS, APART_MOST_MS = 120_000, 3_600_000
"""How long a device is set apart: at first, and at most; each time it floods again it is twice as long."""
TRIAL_MS = 60_000
"""How long a device that is heard again must be quiet until its fault is over."""
FORGOTTEN_MS = 3_600_000
"""After so long a time without a flood the next one is a first one again."""

Leaf = str
"""What stands last in a topic that a device may write: event, status or want. Or SUBSCRIPTION."""


class Rate(NamedTuple):
    """How much is heard: so many messages at once, and so many a second after that."""

    at_once: int
    a_second: float


HEARD: dict[Leaf, Rate] = {"event": Rate(1000, 25), "status": Rate(100, 5), "want": Rate(300, 100)}
"""More than any device of the contract sends: it has one event under way at a time, and waits two seconds before it
sends it again; a node that fetches firmware asks for 50 pieces a second. See docs/decisions/0020."""
LASTING: dict[Leaf, Rate] = {"event": Rate(25_000, 0.25), "status": Rate(3000, 0.25)}
"""What is heard in the long run of what the journal keeps: an hour of three presses and three answers a second, and 900
an hour for ever, where 500 tickets a day are a thousand events. Nothing fills it but time. See docs/decisions/0020."""
SUBSCRIPTION: Leaf = "subscription"
ASKED = Rate(300, 3)
"""How often an account may ask the broker for a topic: a device does so three times at each connection. mosquitto 2.0
never gives back the 80 bytes of one that it has already, and 300,000 a second hold up everybody."""
BORNE = Rate(100, 2)
"""How much of what is too much is borne before a device is set apart. Who keeps the contract and was not heard once
sends again after two seconds, so half a message a second is the most that it can have there, for ever."""


class Bucket:
    """Tells whether there is room for one more of something that is allowed at a rate."""

    __slots__ = ("_a_ms", "_at", "_left", "_most")

    def __init__(self, rate: Rate, now: int) -> None:
        self._most, self._a_ms = float(rate.at_once), rate.a_second / 1000
        self._left, self._at = self._most, now

    def takes(self, now: int) -> bool:
        """Take one more at a moment, ms, and return True; return False where there is no room."""
        left = self._left + (now - self._at) * self._a_ms
        self._at, self._left = now, min(left, self._most)
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Voice:
    """What a device may say at one of its topics."""

    __slots__ = ("_lasting", "apart_since", "borne", "device", "heard", "leaf")

    def __init__(self, device: str, leaf: Leaf, now: int) -> None:
        self.device, self.leaf = device, leaf
        self.apart_since: int | None = None
        self._lasting = Bucket(LASTING[leaf], now) if leaf in LASTING else None
        self.refresh(now)

    def refresh(self, now: int) -> None:
        """Let it say as much at once as one that was never heard; what it has said in the long run stays said."""
        self.heard, self.borne = Bucket(HEARD.get(self.leaf, ASKED), now), Bucket(BORNE, now)

    def may_speak(self, now: int) -> bool:
        """Take one more message and return True; return False where it is too much, at once or in the long run."""
        return self.heard.takes(now) and (self._lasting is None or self._lasting.takes(now))


class Apart(Struct):
    """A device that floods. until: when it is heard again, ms. on_trial: it is heard again, to see whether it floods.

    times: how often it was set apart.
    """

    leaves: set[Leaf]
    until: int
    times: int
    is_on_trial: bool = False


class Noise:
    """Who says too much. clock: the hall's time, ms. refuse: counts a message of a device that was not heard."""

    def __init__(self, hall: Hall, clock: Callable[[], int], refuse: Callable[[str, str], None]) -> None:
        self._hall, self._clock, self._refuse = hall, clock, refuse
        self._voices: dict[bytes, _Voice] = {}
        self._apart: dict[str, Apart] = {}
        self._past: dict[str, tuple[int, int]] = {}
        self._began = clock()
        self._changed = asyncio.Event()
        self.follow_hall()

    def follow_hall(self) -> None:
        """Listen to the devices of the hall's present file."""
        topics, now = Topics(self._hall.id), self._clock()
        names = [device.name for device in self._hall.devices]
        accounts = [*names, MAINTAINER, *map(reader_account, self._hall.file.interface.readers)]
        places = {topics.written(name, leaf).encode(): (name, leaf) for name in names for leaf in HEARD}
        places |= {name.encode(): (name, SUBSCRIPTION) for name in accounts}
        self._voices = {
            topic: self._voices.get(topic) or _Voice(name, leaf, now) for topic, (name, leaf) in places.items()
        }
        for name in self._apart.keys() - accounts:
            del self._apart[name]

    def subscribes(self, account: str, often: int) -> None:
        """Take how often an account has asked the broker for topics since this was last told."""
        for _ in range(min(often, 2 * (ASKED.at_once + BORNE.at_once))):
            self.admits(account.encode())

    def admits(self, topic: bytes) -> bool:
        """Return whether a message may be looked at; who is not of the hall is the ear's own affair."""
        voice = self._voices.get(topic)
        if voice is None:
            return True
        now = self._clock()
        if voice.apart_since is None and voice.may_speak(now):
            return True
        self._refuse(voice.device, f"more at its {voice.leaf} than any of its kind has to say")
        if voice.apart_since is None and not voice.borne.takes(now):
            self._set_apart(voice, now)
        return False

    @property
    def apart(self) -> frozenset[tuple[str, Leaf]]:
        """The devices that are set apart, each with what of it is not to be heard."""
        return frozenset(
            (name, leaf) for name, one in self._apart.items() if not one.is_on_trial for leaf in one.leaves
        )

    async def keep(self, set_apart: Callable[[frozenset[tuple[str, Leaf]]], Awaitable[None]]) -> None:
        """Say who is set apart whenever that changes, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await set_apart(self.apart)
            except OSError as error:  # they go on being heard by nobody here
                log.warning("broker-not-told", "the broker is not told who is set apart", why=error)

    def look(self) -> None:
        """Hear devices again whose time is over; once a second."""
        now = self._clock()
        for name, one in list(self._apart.items()):
            if one.is_on_trial and now >= one.until + TRIAL_MS:
                self._past[name] = (one.times, now)
                del self._apart[name]
            elif not one.is_on_trial and now >= one.until:
                one.is_on_trial = True
                self._hear_again(name, now)

    def faults(self, before: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        """Return device to what is wrong with it. before: what was found of devices when this was last asked.

        A hub that was started anew does not know yet whether those still flood that did.
        """
        is_new = self._clock() < self._began + TRIAL_MS
        unsure = [name for name, found in before.items() if is_new and NOISE in found]
        return dict.fromkeys([*self._apart, *unsure], FLOOD)

    def _set_apart(self, voice: _Voice, now: int) -> None:
        voice.apart_since = now
        known = self._apart.get(voice.device)
        times, at = (known.times, now) if known else self._past.pop(voice.device, (0, now))
        if known and not known.is_on_trial:
            known.leaves.add(voice.leaf)
        else:
            times = 1 if now > at + FORGOTTEN_MS else times + 1
            length = min(APART_MS * 2 ** min(times - 1, 10), APART_MOST_MS)
            self._apart[voice.device] = Apart({voice.leaf}, now + length, times)
            why = f"for {length // 60_000} minutes: it says too much at its {voice.leaf}"
            log.warning("set-apart", "floods the hall and is set apart", device=voice.device, why=why)
        self._changed.set()

    def _hear_again(self, name: str, now: int) -> None:
        for voice in self._voices.values():
            if voice.device == name:
                voice.apart_since = None
                voice.refresh(now)
        self._changed.set()
