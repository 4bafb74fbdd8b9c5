"""Watches a simulated hall from outside, and brings all that it sees before the court."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from hardware.contract import HUB, BadMessageError, View, decode_beat, decode_view
from hub.journal import JournalError, Row, read_rows
from sim.changes import Change
from sim.hall import Hall
from sim.theatre.court import Court
from sim.theatre.seen import PanelSeen, PaperSeen, RowSeen, Seen, SpokenSeen, ViewSeen

LOOK_EVERY_S = 0.25


class Watching:
    """Looks at a hall within ``async with``. views: what the broker last handed out for each device.

    papers: the text of every slip that has come out. hour: the hall's time, as (ms, when that was heard).
    """

    def __init__(self, hall: Hall, court: Court) -> None:
        self._hall = hall
        self._court = court
        self._journal = _Journal(hall.journal)
        self._loop = asyncio.get_running_loop()
        self._slips = self._spoken = 0
        self._running: asyncio.Task[None] | None = None
        self._power_goes = self._is_spoilt = False
        self._unjudged: list[Seen] = []
        self.views: dict[str, View] = {}
        self.papers: list[tuple[str, ...]] = []
        self.hour = (0, self._loop.time())

    async def __aenter__(self) -> "Watching":
        ear = self._hall.programs().ear
        ear.on_heard = self._heard
        ear.listen_anew()
        self._running = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._hall.programs().ear.on_heard = lambda _device, _leaf, _payload: None
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    @property
    def hall_now_ms(self) -> int:
        """The hall's time now, as near as it can be told from outside."""
        at, heard_s = self.hour
        return at + round((self._loop.time() - heard_s) * 1000)

    @contextlib.contextmanager
    def power_cut(self) -> Iterator[None]:
        """Leave the journal alone while its disk is made what a power cut leaves; what is seen then is judged by that.

        Whoever opens a journal whose hub is dead brings its log home, which would be to help it.
        """
        self._power_goes = True
        try:
            yield
        finally:
            self._power_goes = False
            self._judge_the_rest()

    @contextlib.contextmanager
    def spoilt_journal(self) -> Iterator[None]:
        """Look away from a journal that a bad disk spoils until it is put back; what is seen is judged by that.

        To be entered before its hub is dead, for the same reason.
        """
        self._is_spoilt = True
        try:
            yield
        finally:
            self._is_spoilt = False
            self._judge_the_rest()

    def _judge_the_rest(self) -> None:
        self.follow()
        unjudged, self._unjudged = self._unjudged, []
        for seen in unjudged:
            self._court.see(seen)

    def follow(self) -> None:
        """Take in what the journal has got since."""
        if self._is_blind:
            return
        lost_behind, rows = self._journal.news()
        if lost_behind is not None:
            self._court.go_back_to(lost_behind)
        for row in rows:
            self._court.see(_seen(row, self._loop.time()))

    def look(self) -> None:
        """Look at everything that can be seen now."""
        self.follow()
        for name in self._hall.devices:
            if panel := self._hall.device(name).panel:
                self._see(PanelSeen(device=name, text=panel.text, at_s=self._loop.time()))

    @property
    def _is_blind(self) -> bool:
        return self._is_spoilt or (self._power_goes and self._hall.programs().hub.state == "down")

    def _see(self, seen: Seen) -> None:
        if self._is_blind:
            self._unjudged.append(seen)
        else:
            self._court.see(seen)

    async def _watch(self) -> None:
        with self._hall.programs().bus.listen() as listener:
            while True:
                change = None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        change = await listener.next()
                if change is None:
                    self.look()
                else:
                    self._changed(change)

    def _changed(self, change: Change) -> None:
        if change.panel:
            self.follow()
            self._see(PanelSeen(device=change.device, text=change.panel.text, at_s=self._loop.time()))
        for slip in change.slips or ():
            if slip.id > self._slips:
                self._slips = slip.id
                self.papers.append(slip.text)
                self._see(PaperSeen(device=change.device, text=slip.text))
        for said in change.spoken or ():
            self.follow()
            self._see(SpokenSeen(device=change.device, text=said.text))

    def _heard(self, device: str, leaf: str, payload: bytes) -> None:
        """A view counts against the journal as it is at this moment: it may not be out before its row is kept."""
        with contextlib.suppress(BadMessageError):
            if device == HUB and (beat := decode_beat(payload)).at:
                self.hour = beat.at, self._loop.time()
            elif leaf == "view":
                self.views[device] = decode_view(payload)
                self.follow()
                self._see(ViewSeen(device=device, view=self.views[device], at_s=self._loop.time()))


class _Journal:
    """Follows a journal's file, also when it has lost what was written last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hashes: list[bytes] = []

    def news(self) -> tuple[int | None, list[Row]]:
        """Return the row behind which all was lost since the last look, None if nothing was, and the rows after it."""
        last = len(self._hashes)
        try:
            rows = list(read_rows(self._path, last))
            if last and (not rows or rows[0].hash != self._hashes[-1]):
                return self._anew()
        except JournalError:
            return None, []
        fresh = rows[1:] if last else rows
        self._hashes += [row.hash for row in fresh]
        return None, fresh

    def _anew(self) -> tuple[int, list[Row]]:
        rows = list(read_rows(self._path))
        pairs = zip(rows, self._hashes, strict=False)
        kept = next((at for at, (row, was) in enumerate(pairs) if row.hash != was), min(len(rows), len(self._hashes)))
        self._hashes = [row.hash for row in rows]
        return kept, rows[kept:]


def _seen(row: Row, at_s: float) -> RowSeen:
    body = row.content()
    return RowSeen(
        row=row.row,
        facts=body.facts,
        device=row.device,
        boot=row.boot,
        seq=row.seq,
        message=body.message,
        at_s=at_s,
    )
