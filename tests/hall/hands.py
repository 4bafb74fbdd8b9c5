"""Hands in a simulated hall that try again, as people do."""

import contextlib

from sim import Hall
from sim.errors import WaitedInVainError

PATIENCE_S = 5.0


async def ticket(hall: Hall, *, pressed: bool = False) -> str:
    """Press until a slip comes out, and return its number; a press before the last answer is there is refused.

    pressed: the key has been pressed already.
    """
    while True:
        if not pressed:
            await hall.press("dispenser-1", "A")
        pressed = False
        with contextlib.suppress(WaitedInVainError):
            return (await hall.paper("dispenser-1", limit_s=PATIENCE_S)).text[1]
