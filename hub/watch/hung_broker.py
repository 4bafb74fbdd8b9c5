"""Ends a broker that hangs: it runs, so nobody starts it again, and it answers nobody, so the hall stands still."""

import asyncio
from collections.abc import Callable

from hardware.logs import Log
from hub.broker import Broker

log = Log(__name__)

LOOK_EVERY_S = 1.0
HUNG_LOOKS = 20
"""Looks without a link. One that ended is back after some seconds; the link itself is given up after eight."""


async def end_hung(
    broker: Broker | None, is_reached: Callable[[], bool], *, every_s: float = LOOK_EVERY_S, looks: int = HUNG_LOOKS
) -> None:
    """Look whether the hub's own broker is reached, until cancelled. broker: None is another program's business.

    Looks are counted, not time: a hub that hung itself saw nothing meanwhile.
    """
    missed = 0
    while broker:
        await asyncio.sleep(every_s)
        missed = 0 if is_reached() else missed + 1
        if missed >= looks:
            missed = 0
            log.error("broker-hung", "mosquitto runs and answers nobody; it is ended and started again")
            broker.kill()
