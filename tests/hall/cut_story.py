"""One run of a real hub at work, with all that it did to its disk and all that it promised, to cut at any moment."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hub.door import send_order
from hub.edits.kinds import Put
from hub.office import ChangeFile
from sim.disk.record import Op, Sent, read_record
from sim.hub_process import HubProcess
from sim.packets import Packets, body_of, is_mqtt, is_publish, topic_of
from tests.hall.small_hall import SmallHall

LIMIT_S = 60.0
TIDIED = 75
"""So many presses are more rows than a journal's log keeps when it is idle (`hub.service.TIDY_ROWS`)."""
TIDIED_BYTES = 64 * 1024
"""A new journal has 11 KB; the rows come when its log is emptied."""
_CALL = re.compile(r"请([A-Z]\d{3,})号")
WITHOUT_SYNC = (
    "-c",
    "import hub.journal_log as log; log.Log.settle = lambda self: None; from hub.cli.main import main; main()",
)

"""A hub that answers before its journal's log is durable."""


@dataclass(frozen=True)
class Promise:
    """What somebody was told. kind: an event was heard, a ticket printed, a number called, the hall's file changed."""

    kind: str
    what: object


@dataclass
class Story:
    """What happened, in order, and at which step what was promised."""

    hall: SmallHall
    ops: list[Op] = field(default_factory=list)
    promises: list[tuple[int, Promise]] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    """The hall's file before each change and after the last."""


async def tell(folder: Path, *, rounds: Sequence[int], program: Sequence[str] = ()) -> Story:
    """Let a hub work, be killed and started again after each round of so many presses; its file is changed once."""
    hall = SmallHall(folder, 1)
    story, records = Story(hall, texts=[hall.file.read_bytes()]), []
    try:
        for number, presses in enumerate(rounds):
            records.append(folder / f"record-{number}")
            hall.hub = HubProcess(
                file=hall.file,
                state=folder / "state",
                broker_port=hall.port,
                on_state=lambda _state: None,
                record=records[-1],
                program=program,
            )
            await hall.hub.start()
            if not number:
                hall.start_agents()
            await _work(hall, presses)
            await _until_tidied(hall, presses)
            edit = ChangeFile(edits=(Put(at=("rules", "recalls_max"), value=20 + number),))
            assert (await asyncio.to_thread(send_order, folder / "state", "", "", edit)).is_done
            story.texts.append(hall.file.read_bytes())
            await hall.hub.kill()
    finally:
        await hall.close()
    story.ops = [op for record in records for op in _ops(record, str(folder))]
    story.promises = list(_promises(story.ops))
    return story


async def _work(hall: SmallHall, presses: int) -> None:
    """Take and call so many numbers; whoever presses too early presses again."""
    printed, called = len(hall.numbers_printed()), len(hall.calls_shown(1))
    async with asyncio.timeout(LIMIT_S):
        while not all(hall.panels[name].texts for name in ("dispenser-1", "pad-1")):  # noqa: ASYNC110  (agents)
            await asyncio.sleep(0.01)
        for number in range(1, presses + 1):
            while len(hall.numbers_printed()) < printed + number:
                hall.keys["dispenser-1"].press("A")
                await _a_moment(lambda n=number: len(hall.numbers_printed()) >= printed + n)
            while len(hall.calls_shown(1)) < called + number:
                hall.keys["pad-1"].press("next")
                await _a_moment(lambda n=number: len(hall.calls_shown(1)) >= called + n)


async def _until_tidied(hall: SmallHall, presses: int) -> None:
    """After many presses, wait until the idle hub has emptied its journal's log."""
    async with asyncio.timeout(LIMIT_S):
        while presses >= TIDIED and hall.journal.stat().st_size < TIDIED_BYTES:  # noqa: ASYNC110  (a file)
            await asyncio.sleep(0.1)


async def _a_moment(is_so: object) -> None:
    for _ in range(100):
        if is_so():  # type: ignore[operator]
            return
        await asyncio.sleep(0.003)


def _ops(record: Path, folder: str) -> Iterator[Op]:
    """Yield what a hub did below the folder, and what it said."""
    with record.open("rb") as file:
        yield from (op for op in read_record(file) if isinstance(op, Sent) or op.path.startswith(folder))


def _promises(ops: Sequence[Op]) -> Iterator[tuple[int, Promise]]:
    """Yield what the hubs said to the broker and through their door, each with its step."""
    streams: dict[tuple[int, str], Packets | None] = {}
    for step, op in enumerate(ops):
        if not isinstance(op, Sent):
            continue
        who = (op.pid, op.to)
        if who not in streams:
            streams[who] = Packets() if is_mqtt(op.data) else None
        stream = streams[who]
        if stream:
            for piece in stream.take(op.data, holds=True):
                if is_publish(piece.data):
                    yield from ((step, promise) for promise in _of_message(piece.data))
        elif op.data.startswith(b'{"is_done":true'):
            yield step, Promise("changed", "")


def _of_message(publish: bytes) -> Iterator[Promise]:
    _, _, device, kind = topic_of(publish).decode().split("/")
    body = msgspec.json.decode(body_of(publish))
    if kind == "view":
        if (ack := body.get("ack", [0, 0])) != [0, 0]:  # that nothing was heard yet is no promise
            yield Promise("heard", (device, *ack))
        if found := _CALL.search(body.get("panel", {}).get("text", "")):
            yield Promise("called", found[1])
    elif kind == "job" and body.get("do") == "print":
        yield Promise("printed", int(body["id"].rpartition("-")[2]))


def promised(story: Story) -> Counter[str]:
    """Return how many promises there are of each kind."""
    return Counter(promise.kind for _, promise in story.promises)
