"""Many boards in one go: a thread for each, one self-test at a time, since one person presses the keys."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from hub.config import Hall
from hub.firmware_files import FIRMWARE, Release
from hub.firmware_serial import next_serial
from hub.flashing.check import Report, check
from hub.flashing.contents import Identity, Reached, firmware, identity
from hub.flashing.errors import FlashError, PortError, WrongBoardError
from hub.flashing.job import Outcome, Step, flash
from hub.flashing.label import test_paper
from hub.flashing.link import BoardLink
from hub.flashing.micropython import HOW, put_bin
from hub.flashing.ports import Seen
from hub.flashing.progress import Progress
from hub.flashing.record import Made, keep_made
from hub.flashing.self_test import FEED_S, Ask, Result, self_test
from hub.slips import profile_of

AT_ONCE = 16
REOPEN_S = 10.0
"""How long a board that was just started again takes until its port is there again."""
_LOOK_S = 0.2


class Wish(Struct, frozen=True, kw_only=True):
    """How boards are to be flashed. micropython: file, put on where it is missing. ask: None where nobody is there."""

    hall: Hall
    state: Path
    to: Reached
    micropython: Path | None = None
    has_self_test: bool = True
    forget_tickets: bool = False
    ask: Ask | None = None
    source: Path = FIRMWARE


class Done(Struct, frozen=True, kw_only=True):
    """What came of one device. error: the sentence, empty where it is what it should be."""

    device: str
    outcome: Outcome | None = None
    results: tuple[Result, ...] = ()
    error: str = ""

    @property
    def is_well(self) -> bool:
        """Whether the board is flashed and no part has failed."""
        return not self.error and all(result.is_well is not False for result in self.results)


class Crew:
    """Flashes or checks boards at the same time. now_ms: hall time, for the record.

    person: held while somebody is busy with one board's self-test.
    """

    def __init__(self, wish: Wish, progress: Progress, now_ms: Callable[[], int]) -> None:
        self._wish = wish
        self._progress = progress
        self._now_ms = now_ms
        self._files = threading.Lock()
        self.person = threading.Lock()

    def flash(self, boards: Mapping[str, Seen]) -> list[Done]:
        """Flash each of these devices' boards; what one board does leaves the others alone."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return list(pool.map(self._flash, boards, boards.values()))

    def check(self, boards: Mapping[str, Seen]) -> dict[str, Report | str]:
        """Return what is on each board, or the sentence why that cannot be said."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return dict(zip(boards, pool.map(self._check, boards, boards.values()), strict=True))

    def _flash(self, device: str, seen: Seen) -> Done:
        try:
            if seen.about is None:
                self._put_micropython(device, seen.port)
            with closing(_opened(seen)) as link:
                done = self._make(device, link)
                link.restart()
        except (OSError, ValueError, LookupError) as error:
            self._progress.say(device, f"failed: {error}")
            return Done(device=device, error=str(error))
        self._progress.say(device, _said(done))
        return done

    def _make(self, device: str, link: BoardLink) -> Done:
        who = self._identity(device)
        outcome = flash(
            link,
            who,
            lambda is_own: self._release(who, is_own),
            say=lambda step: self._progress.step(device, step),
            forget_tickets=self._wish.forget_tickets,
        )
        made = Made(
            uid=outcome.about.uid,
            chip=who.chip,
            version=outcome.version,
            serial=outcome.serial,
            at=self._now_ms(),
        )
        with self._files:
            keep_made(self._wish.state, device, made)
        results = self._tested(device, link, outcome.slot) if self._wish.has_self_test else []
        return Done(device=device, outcome=outcome, results=tuple(results))

    def _tested(self, device: str, link: BoardLink, slot: str) -> list[Result]:
        hall = self._wish.hall
        paper = test_paper(hall, hall.device(device), profile_of(hall, device))
        self._progress.step(device, Step(word="self-test waits"))
        while not self.person.acquire(timeout=FEED_S):
            link.feed()
        try:
            self._progress.step(device, Step(word="self-test"))
            with self._progress.held():
                return self_test(
                    link,
                    hall.boards[device],
                    slot,
                    paper,
                    say=lambda words: self._progress.below(f"{device}: {words}"),
                    ask=self._question(device),
                )
        finally:
            self.person.release()

    def _question(self, device: str) -> Ask | None:
        ask = self._wish.ask
        return (lambda words: ask(f"{device}: {words}")) if ask else None

    def _put_micropython(self, device: str, port: str) -> None:
        file, chip = self._wish.micropython, self._wish.hall.boards[device].chip
        if file is None or file.suffix.lower() != ".bin":
            raise FlashError(f"{port}: no MicroPython answers: {HOW}")
        self._progress.step(device, Step(word="MicroPython"))
        put_bin(file, port, chip)

    def _check(self, device: str, seen: Seen) -> Report | str:
        try:
            if seen.about is None:
                return f"{seen.port}: no MicroPython answers: {HOW}"
            with closing(_opened(seen)) as link:
                who = self._identity(device)
                report = check(link, who, self._release(who, False))
                link.restart()
                return report
        except (OSError, ValueError) as error:
            return str(error)

    def _identity(self, device: str) -> Identity:
        with self._files:
            return identity(self._wish.hall, self._wish.state, self._wish.hall.device(device), self._wish.to)

    def _release(self, who: Identity, is_own: bool) -> Release:
        """Return the firmware; the serial of one that is to be written is kept before it is used."""
        with self._files:
            return firmware(who, next_serial(self._wish.state) if is_own else 0, self._wish.source)


def _opened(seen: Seen) -> BoardLink:
    """Open the link again to the board that was seen there; raise FlashError where it is another one now."""
    ends = time.monotonic() + REOPEN_S
    link = BoardLink(seen.port)
    while True:
        try:
            link.open()
            break
        except PortError:
            if time.monotonic() > ends:
                raise
            time.sleep(_LOOK_S)
    if seen.about and link.about().uid != seen.about.uid:
        link.close()
        raise WrongBoardError(f"{seen.port}: another board is there now; run the same command again")
    return link


def _said(done: Done) -> str:
    outcome = done.outcome
    if not outcome:
        return done.error
    bad = [f"{result.part}: {result.words}" for result in done.results if result.is_well is False]
    wrote = f"wrote {outcome.wrote} files" if outcome.wrote else "nothing to write"
    words = f"done: firmware {outcome.version}, serial {outcome.serial}, slot {outcome.slot}, {wrote}"
    return f"{words}; SELF-TEST FAILED: {'; '.join(bad)}" if bad else words
