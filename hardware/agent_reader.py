"""Looks for identity cards while the hub awaits one, and says who it was, once for as long as the card lies there."""

import asyncio
from collections.abc import Callable

from hardware.agent_parts import ReaderPart
from hardware.logs import Log
from hardware.to_its_end import to_its_end

log = Log(__name__)

LOOK_EVERY_S = 0.3
GONE_AFTER = 2
"""So many times in a row no card, and it is off the reader: one time is a hand that moves."""


class ReaderDesk:
    """The card reader and whoever is awaited at it.

    part: None is a device without one. on_card: called with `IdentityRead.who` and the turn of every card.
    """

    def __init__(self, *, part: ReaderPart | None, on_card: Callable[[str, int], None]) -> None:
        self._part = part
        self._on_card = on_card
        self._key: bytes | None = None
        self._turn: int | None = None
        self._awaiting = asyncio.Event()
        self._misses = 0
        self._is_told = False
        self._has_failed = False

    def expect(self, key: bytes | None, turn: int | None) -> None:
        """Await a card. key: the day's secret; None is no card. turn: what a card means now; None is nothing."""
        self._key, self._turn = key, turn
        if key is None:
            self._is_told = False
        if key is None or turn is None:
            self._awaiting.clear()
        else:
            self._awaiting.set()

    async def run(self) -> None:
        """Work until cancelled; a question that the reader has not answered yet is waited for."""
        while True:
            await self._awaiting.wait()
            if self._part:
                await to_its_end(self._look(self._part))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, part: ReaderPart) -> None:
        try:
            await self._find(part)
            self._has_failed = False
        except OSError as error:
            if not self._has_failed:
                log.warning("reader-gone", "the card reader cannot be read", why=error)
            self._has_failed = True

    async def _find(self, part: ReaderPart) -> None:
        turn = self._turn
        has_card = await asyncio.to_thread(part.has_card)
        if has_card is False:
            self._misses += 1
            self._is_told = self._is_told and self._misses < GONE_AFTER
        if not has_card:
            return
        self._misses = 0
        if self._is_told or self._key is None:
            return
        who = await asyncio.to_thread(part.who, self._key)
        if who and turn is not None and self._awaiting.is_set():
            self._is_told = True
            self._on_card(who, turn)
