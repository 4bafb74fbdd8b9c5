"""What the broker repels: lines of its log, and messages that came to it and to nobody, for want of leave (`Repelled`).

mosquitto acknowledges to a client of MQTT 3.1.1 what its access list forbids, and says so in no log that could be kept.
But it counts the bytes that it receives, and the hub hears everything that a device may write: what is missing was
forbidden. (Its count of messages leaves out those that are retained or of quality 2.)
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from hardware.contract import LOST, Topics
from hardware.link import Link, Message
from hub.config import Hall
from hub.noise import Noise
from hub.repelled import Kind, Repelled

RECEIVED = "$SYS/broker/publish/bytes/received"
"""Where mosquitto says how many bytes of payload it has received since its start."""
LOOK_EVERY_S = 1.0
READ_BYTES = 256 * 1024
"""As much of the log is read at once; of a flood of lines beyond that the rest is counted a second later."""
_LINES: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    ("account", re.compile(rb"disconnected, not authorised\.")),
    ("protocol", re.compile(rb"disconnected due to (?:protocol error|malformed packet|oversize packet)\.")),
    ("protocol", re.compile(rb"Client <unknown> (?:disconnected: |closed its connection)")),
    ("protocol", re.compile(rb"Client connection from \S+ failed: ")),
    ("session", re.compile(rb"already connected, closing old connection\.")),
)
_SUBSCRIBED = re.compile(rb"^\d+: (\S+) [012] (\S+)$", re.MULTILINE)
"""How it says, with ``log_type subscribe``, who wants to hear what."""
FIRST = 2
"""So many of the first counts after a connection say from where on is counted: of one alone some may be under way."""


class BrokerLog:
    """mosquitto's log, from now on. own: account to the topics that it may hear; of others nothing is said.

    asked: account to how often it wanted to hear something, between the last two looks.
    """

    def __init__(self, path: Path, own: Callable[[str], Collection[str] | None]) -> None:
        self._path, self._own = path, own
        self.asked: Counter[str] = Counter()
        with contextlib.suppress(OSError):
            self._at = path.stat().st_size
            return
        self._at = 0

    def look(self) -> Counter[Kind]:
        """Return what has been repelled since the last look. Of a log that was cut or replaced all is new."""
        found: Counter[Kind] = Counter()
        self.asked = Counter()
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            self._at = self._at if self._at <= file.seek(0, 2) else 0
            file.seek(self._at)
            lines = file.read(READ_BYTES)
            whole = lines[: lines.rfind(b"\n") + 1]
            self._at += len(whole)
            for kind, pattern in _LINES:
                found[kind] += len(pattern.findall(whole))
            asked = _SUBSCRIBED.findall(whole)
            found["listening"] = sum(self._is_foreign(*one) for one in asked)
            self.asked.update(account.decode(errors="replace") for account, _topic in asked)
        return found

    def _is_foreign(self, account: bytes, topic: bytes) -> bool:
        own = self._own(account.decode(errors="replace"))
        return own is not None and topic.decode(errors="replace") not in own


class Unheard:
    """What the broker received and passed on to nobody, in bytes of payload."""

    def __init__(self, own_topic: str) -> None:
        """own_topic: of the hub's beat, which it hears itself."""
        self._own = own_topic.encode()
        self.came_up(0)

    def came_up(self, sent: int) -> None:
        """Count anew: who was away does not know what it has missed. sent: by the hub, so far."""
        self._heard, self._sent, self._samples = 0, sent, 0
        self._base: int | None = None
        self._most = 0

    def hear(self, message: Message) -> None:
        """Take a message that somebody sent; wills and what was kept come from the broker itself."""
        if not message.retain and message.payload != LOST and message.name != self._own:
            self._heard += len(message.payload)

    def told(self, received: int, sent: int) -> int:
        """Take the broker's own count, and the hub's of what it sent; return how many more were passed on to nobody."""
        missing = received - self._heard - (sent - self._sent)
        self._samples += 1
        if self._base is None or self._samples <= FIRST:
            self._base = missing if self._base is None else max(self._base, missing)
            return 0
        more = max(0, missing - self._base - self._most)
        self._most += more
        return more


class BrokerWatch:
    """Both, for the hub's own broker. noise: is told who asks for topics, and how often."""

    def __init__(self, folder: Path, repelled: Repelled, hall: Hall, noise: Noise) -> None:
        topics = Topics(hall.id)
        self._log = BrokerLog(folder / "mosquitto.log", partial(_own_topics, hall, topics))
        self._unheard, self._repelled, self._noise = Unheard(topics.hub_status), repelled, noise
        self._name = RECEIVED.encode()

    def came_up(self, link: Link) -> None:
        """Count anew at a new connection."""
        self._unheard.came_up(link.sent_bytes)

    def hear(self, message: Message, link: Link) -> bool:
        """Look at a message; return whether it was for nobody else."""
        if message.name != self._name:
            self._unheard.hear(message)
            return False
        link.acknowledge(message)
        with contextlib.suppress(ValueError):
            if not message.retain and (more := self._unheard.told(int(message.payload), link.sent_bytes)):
                self._repelled.add("topic", more)
        return True

    async def run(self) -> None:
        """Read the log every second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for kind, many in (await asyncio.to_thread(self._log.look)).items():
                if many:
                    self._repelled.add(kind, many)
            for account, often in self._log.asked.items():
                self._noise.subscribes(account, often)


def _own_topics(hall: Hall, topics: Topics, account: str) -> Collection[str] | None:
    """Return what a device may hear; None for the hub, the maintainer and readers, who hear of everybody."""
    if not any(one.name == account for one in hall.devices):
        return None
    return topics.view(account), topics.job(account), topics.hub_status
