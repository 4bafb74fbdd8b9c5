"""How long a bad network takes: a far one, or one that loses packets, which TCP sends again after a while."""

import random
from collections.abc import Callable

RETRANSMITTED_S = 0.2
"""The least that TCP waits before it sends again; it doubles with every loss (RFC 6298, Linux' TCP_RTO_MIN)."""
TRIES_MAX = 5


def far(seconds: float) -> Callable[[], float]:
    """Return a lag that is the same for everything."""
    return lambda: seconds


def lossy(share: float, *, seed: int) -> Callable[[], float]:
    """Return the lag of a network that loses this share of packets, each time it is sent."""
    chance = random.Random(seed)  # noqa: S311  (packets, no secrets)

    def lag() -> float:
        seconds, wait_s = 0.0, RETRANSMITTED_S
        for _ in range(TRIES_MAX):
            if chance.random() >= share:
                break
            seconds, wait_s = seconds + wait_s, 2 * wait_s
        return seconds

    return lag
