"""What a bad link does to MQTT packets: late, lost, twice, or out of order, as far as TCP and MQTT let that happen.

TCP has no holes: behind a packet that is lost for good nothing arrives any more, and the connection breaks soon after.
MQTT keeps the order of one topic (3.1.1, section 4.6), and devices count on that: of two views the later one is true
(docs/protocol.md, "view"). So a packet is overtaken by those of other topics only, and a copy follows its original.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from sim.packets import again, is_publish, topic_of

BREAKS_S = (0.5, 3.0)
"""How long after a loss the connection breaks. TCP itself may try for minutes; a keep-alive of ours is quicker."""
OVERTAKEN_S = (0.02, 0.4)
LAG_MS_MAX = 60_000


class Link(Struct, frozen=True, kw_only=True):
    """How bad a link is. lag_ms: how late everything is, and up to lag_spread_ms later still.

    lost, doubled, shuffled: the share of packets, 0 to 1; only messages (PUBLISH) come twice or out of order.
    """

    lag_ms: float = 0
    lag_spread_ms: float = 0
    lost: float = 0.0
    doubled: float = 0.0
    shuffled: float = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError where a number is none that a link can have."""
        for name in ("lost", "doubled", "shuffled"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share of all packets, from 0 to 1")
        for name in ("lag_ms", "lag_spread_ms"):
            if not 0 <= getattr(self, name) <= LAG_MS_MAX:
                raise ValueError(f"{name} is from 0 to {LAG_MS_MAX} ms")


WELL = Link()
LINKS = {
    "link-well": WELL,
    "link-slow": Link(lag_ms=400, lag_spread_ms=800),
    "link-lossy": Link(lost=0.03),
    "link-doubled": Link(doubled=0.5),
    "link-shuffled": Link(shuffled=0.5),
    "link-awful": Link(lag_ms=150, lag_spread_ms=600, lost=0.02, doubled=0.3, shuffled=0.3),
}
"""What a visitor of the page chooses from."""


class Leg(NamedTuple):
    """One arrival of a packet. late_s: how long after its turn, so that others overtake it."""

    data: bytes
    late_s: float = 0.0


class BadLink:
    """A link that is bad by chance. chance: whose luck it is; give a seeded one to have the same luck again."""

    def __init__(self, link: Link, chance: random.Random) -> None:
        self.link = link
        self._chance = chance

    def lag_s(self) -> float:
        """Return how long a packet takes."""
        return (self.link.lag_ms + self._chance.random() * self.link.lag_spread_ms) / 1000

    def loses(self) -> bool:
        """Return whether a packet gets lost for good."""
        return self._happens(self.link.lost)

    def breaks_s(self) -> float:
        """Return how long after a loss the connection breaks."""
        return self._chance.uniform(*BREAKS_S)

    def arrivals(self, packet: bytes) -> Iterator[Leg]:
        """Yield how a whole packet arrives, once or twice."""
        if not is_publish(packet):
            yield Leg(packet)
            return
        late_s = self._chance.uniform(*OVERTAKEN_S) if self._happens(self.link.shuffled) else 0.0
        yield Leg(packet, late_s)
        if self._happens(self.link.doubled):
            yield Leg(again(packet), late_s)

    def _happens(self, share: float) -> bool:
        return share > 0 and self._chance.random() < share


class Way:
    """When what goes one way over a link arrives: never before what came earlier, but for what is overtaken."""

    def __init__(self) -> None:
        self._due_s = 0.0
        self._of_topic_s: dict[bytes, float] = {}

    def due_s(self, now_s: float, lag_s: float, leg: Leg | None = None) -> float:
        """Return the moment of an arrival. leg: of a whole packet; None keeps the order of everything."""
        self._due_s = max(self._due_s, now_s + lag_s)
        if leg is None or not is_publish(leg.data):
            return self._due_s
        topic = topic_of(leg.data)
        due_s = max(self._due_s + leg.late_s, self._of_topic_s.get(topic, 0.0))
        self._of_topic_s[topic] = due_s
        return due_s
