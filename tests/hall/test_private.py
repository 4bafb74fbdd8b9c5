"""A busy day, listened to from everywhere: nothing tells a citizen's class, name or identity number; from outside."""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from displays.voice.phrases import caption_of
from displays.voice.speaker import Speaker
from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.card_reader import CardReader
from hardware.contract import Panel, decode_view
from hardware.link import Address, Link, Message
from hub.broker_watch import RECEIVED as COUNT_OF_BYTES
from hub.config import MAINTAINER
from hub.door import send_order
from hub.orders import GiveNotice
from hub.plans import CLASSES
from hub.rules.events import (
    CameOnDuty,
    ClassGiven,
    DayEnded,
    PhaseChanged,
    TicketParked,
    TicketRated,
    TicketRecalled,
    TicketTaken,
    TicketTransferred,
)
from sim.chips.reader import ADDRESS, NAME, READ, SELECT, card_text, framed
from sim.paper import read_slips
from sim.ports import free_port
from sim.reading import read_text
from tests.hall import staffed
from tests.hall.staffed import CHEN, MONDAY, PEOPLE, PINS, SUN, ZHOU, StaffedHall, device, staffed_hall
from tests.hall.test_voice import Loudspeaker, speaker

NUMBER = "110101199003070011"
DIGITS = 6
LIST = "code,service,from,to\n4711,A,2026-11-23 09:00,2026-11-23 10:30\n4712,B,2026-11-23 09:00,2026-11-23 10:30\n"
HOURS = '[hours]\nmon = "09:00-12:00 14:00-17:00"\nself_test_min = 0\n'
TIMES = ("at", "until")
"""Keys whose numbers are hall time: their digits are nobody's."""
CLERKS = ("pad-", "guide", "duty")
STAFF_SHOWN = ("pad-", "duty", "rating-", "screen", "paper of printer-")
CITIZEN = "欧阳明月"
RECEIVED, ASKS_FOR_CODE = CLASSES["received"][0], "预约码"


class CardPort:
    """The serial port of a reader on which one card lies; it is not a real one."""

    def __init__(self) -> None:
        self._input = b""

    def write(self, data: bytes) -> int:
        text = card_text(NUMBER)
        read = b"\0\0\x90" + len(text).to_bytes(2, "big") + b"\0\0" + text
        answers = {SELECT: b"\0\0\x90" + bytes(8), READ: read}
        self._input += framed(answers.get(data[7:-1], b"\0\0\x9f" + bytes(4)))
        return len(data)

    def read(self, size: int) -> bytes:
        data, self._input = self._input[:size], self._input[size:]
        return data

    def reset_input_buffer(self) -> None:
        self._input = b""

    def close(self) -> None:
        pass


class Eavesdropper:
    """All that can be heard: topics, panels, papers, voices, screen, pages and logs. heard: (where, words) pairs."""

    def __init__(self) -> None:
        self.heard: set[tuple[str, str]] = set()
        self.messages: list[Message] = []
        self._pieces: dict[tuple[str, str], dict[int, bytes]] = {}

    def take(self, message: Message) -> None:
        """Write down a message of the broker in words, its panels and papers read back."""
        _hall, _id, name, leaf = message.topic.split("/")
        self.heard.add((name, message.topic))
        said = json.loads(message.payload)
        if leaf == "view":
            view = decode_view(message.payload)
            for panel in filter(None, (view.panel, view.stale)):
                self.heard |= {(name, _read(panel)), (name, panel.gbk.decode("gbk"))}
            for part in filter(None, (said.get("panel"), said.get("stale"), said.get("reader"))):
                for key in ("bits", "gbk", "key"):
                    part.pop(key, None)
        if leaf == "job" and said["do"] == "print":
            self._paper(name, msgspec.json.decode(message.payload))
            del said["data"]
        self.heard |= {(name, words) for words in _words(said)}

    def listen(self, where: str, text: str) -> None:
        """Write down what is no message: of a screen's stream, each event in its words."""
        self.heard.add((where, text))

    def _paper(self, name: str, job: dict[str, Any]) -> None:
        pieces = self._pieces.setdefault((name, job["id"]), {})
        pieces[job.get("part", 1)] = msgspec.convert(job["data"], bytes)
        if len(pieces) == job.get("parts", 1):
            for slip in read_slips(b"".join(pieces[part] for part in sorted(pieces))):
                self.heard.add((f"paper of {name}", "".join([*slip.text, *slip.qr])))

    def leaks(self) -> list[str]:
        """Return every place where something is told that may not be."""
        return sorted(
            f"{where}: {words!r} tells {found!r}" for where, words in self.heard for found in _told(where, words)
        )


def _read(panel: Panel) -> str:
    row_bytes = (panel.w + 7) // 8
    rows = [panel.bits[at : at + row_bytes] for at in range(0, len(panel.bits), row_bytes)]
    return read_text([[row[x // 8] >> (7 - x % 8) & 1 for x in range(panel.w)] for row in rows])


def _words(said: Any, key: str = "") -> Iterator[str]:
    """Yield every key and value of a message, but for its hours."""
    if isinstance(said, dict):
        for inner, value in said.items():
            yield inner
            yield from _words(value, inner)
    elif isinstance(said, list):
        for value in said:
            yield from _words(value, key)
    elif key not in TIMES:
        yield str(said)


def _told(where: str, words: str) -> list[str]:
    """Return what of a citizen, or of the staff where it does not belong, stands in a text."""
    found = [NUMBER[at : at + DIGITS] for at in range(len(NUMBER) - DIGITS + 1)] + [NAME, ADDRESS]
    found = [one for one in found if one in words]
    # When somebody comes back from a pause (M17) is no ticket that came back.
    plain = re.sub(r"\d\d:\d\d返回", "", words)
    plain = plain.replace(RECEIVED, "").replace(ASKS_FOR_CODE, "") if where.startswith(CLERKS) else plain
    # Whoever has an appointment reads its hour on his own paper (M24), and nowhere else does anybody.
    plain = re.sub(r"^(.*Y\d{3}.*)预约 (?=\d\d:\d\d-)", r"\1", plain) if where.startswith("paper of") else plain
    found += [name for name, _minutes in CLASSES.values() if name in plain]
    found += [klass for klass in CLASSES if re.search(rf"(?<![a-z-]){klass}(?![a-z-])", words.casefold())]
    if not where.startswith((*STAFF_SHOWN, "page")):
        found += [name for _id, name, _rest in PEOPLE if name in words]
    return found


async def _get(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n".encode())
    return reader, writer


async def _watch_screen(port: int, ear: Eavesdropper) -> None:
    """Follow the hall screen for as long as its hub lives, and the next hub's."""
    while True:
        with suppress(OSError):
            reader, writer = await _get(port, "/events")
            try:
                while line := await reader.readline():
                    if line.startswith(b"data: "):
                        for words in _words(json.loads(line[6:])):
                            ear.listen("screen", words)
            finally:
                writer.close()
        await asyncio.sleep(0.05)


def _claims() -> str:
    """Return as many dispensers as it takes to have a key for a claim of every class."""
    text = ""
    for place, klass in enumerate(CLASSES, 2):
        keys = f'keys = {{ C = {{ service = "B", class = "{klass}", claim = true }} }}'
        text += device(f"dispenser-{place}", "dispenser", "dispenser-pico", keys)
    return text


@asynccontextmanager
async def overheard(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, tables: str = ""
) -> AsyncIterator[tuple[StaffedHall, Eavesdropper, Loudspeaker]]:
    """Run a hall of which everything is heard, from its opening to its last log line."""
    ear, loud, port = Eavesdropper(), Loudspeaker(), free_port()

    def agent(**fields: Any) -> Agent:
        if fields["name"] == "speaker-1":
            fields["parts"] = Parts(voice=Speaker(make=loud.make, output=loud))
        if fields["name"] == "dispenser-1":
            parts = fields["parts"]
            fields["parts"] = Parts(
                keys=parts.keys,
                lamps=parts.lamps,
                panel=parts.panel,
                printer=parts.printer,
                reader=CardReader(CardPort),
            )
        return Agent(**fields)

    monkeypatch.setattr(staffed, "Agent", agent)
    (folder / "appointments.csv").write_text(LIST, encoding="utf-8")
    more = (
        tables
        + HOURS
        + f'[web]\nport = {port}\n[appointments]\nfile = "appointments.csv"\n'
        + _claims()
        + speaker("speaker-1")
    )
    at = MONDAY + "08:00:00"
    real_name = "real_name = true"
    prints = {1: 'printer = "printer-1"'} if "printer-1" in tables else None
    async with staffed_hall(
        folder, more=more, board="dispenser-id-pico", service_a=real_name, counter_more=prints, at=at
    ) as hall:
        hall.hub._lines = deque(hall.hub._lines)
        secrets = json.loads((folder / "state" / "secrets.json").read_bytes())["passwords"]
        link = Link(
            address=Address("127.0.0.1", hall.port),
            name=MAINTAINER,
            password=secrets[MAINTAINER],
            will_topic=None,
            subscriptions=["hall/#"],
            on_message=ear.messages.append,
        )
        tasks = [asyncio.create_task(link.run()), asyncio.create_task(_watch_screen(port, ear))]
        try:
            await hall.until(lambda: ear.messages and ear.heard, "nothing is heard")
            yield hall, ear, loud
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _queue_up(hall: StaffedHall) -> None:
    """Fill the hall: a claim of every class, every class from the guide, a card, and appointments."""
    for place in range(2, len(CLASSES) + 2):
        await hall.ticket("C", f"dispenser-{place}")
    for place in range(1, len(CLASSES) + 1):
        await hall.do("guide", "ticket", "1", str(place))
        await hall.paper()
    await hall.ticket("A")
    for code in ("4711", "4712"):
        await hall.do("guide", "appointment", code)
        await hall.paper()
    for place in range(1, len(CLASSES) + 1):
        await hall.do("guide", "class", f"2{place:03}", str(place))


async def _work(hall: StaffedHall) -> None:
    """Call, recall, park, fetch back, hand on, rate and leave, until everybody was served."""
    await hall.do("pad-1", "confirm-class", "2001")
    await hall.press("pad-1", "next", "recall")
    await hall.do("pad-1", "park")
    await hall.do("pad-1", "return", "1001")
    await hall.press("pad-1", "next")
    await hall.do("pad-1", "transfer", "1", "", "1")
    await hall.press("pad-1", "next", "finish")
    await hall.press("rating-1", "r1", "r3")
    await hall.press("pad-1", "next", "no-show")
    for _ in range(2 * len(CLASSES) + 4):
        await hall.press("pad-1", "next", "recall")
    await hall.press("pad-1", "finish")
    await hall.do("pad-1", "pause", "1", "15", "")


def log_of_broker(state: Path) -> str:
    """Its count of bytes has a class's word in its topic; the hub, not a citizen, is told it."""
    return (state / "mosquitto.log").read_text().replace(COUNT_OF_BYTES, "")


@pytest.mark.req("M18", "M40")
async def test_nothing_tells_a_citizens_class_name_or_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen to a whole day; who is allowed what: M18 and M40 as follows.

    Keypads of clerk and guide show digits as they are typed, and 代办 to the clerk (M25), nobody else sees either. Keys
    travel as they are pressed, `who` of a card as its keyed hash; its key is the maintainer's and
    the dispenser's alone. Names of the staff belong on hall screen and boards (M20), on the pad of who took an item
    in (M25), and before the duty officer. The journal keeps classes: it is no page, and classes are what it is asked
    for.
    """
    async with overheard(tmp_path, monkeypatch) as (hall, ear, loud):
        await hall.knows_the_hour("duty")
        await hall.sign_in("duty", ZHOU)
        await hall.do("duty", "receive", "1")
        await hall.go_on_at(MONDAY + "09:05:00")
        await hall.until(lambda: hall.facts(TicketTaken), "what was handed in is not in line")
        await hall.until(
            lambda: not any(agent._hub.is_lost for agent in hall.agents.values()), "the hub is not back for all"
        )
        await hall.sign_in("pad-1", CHEN)
        await hall.knows_the_hour("guide")
        await hall.sign_in("guide", SUN)
        await _queue_up(hall)
        await _work(hall)
        await hall.shows("lintel-1", "暂停服务")
        await hall.until(lambda: "paused" in {words for _, words in ear.heard}, "the screen does not follow")
        for path in ("/", "/screen/main.js"):
            reader, writer = await _get(hall.plan.file.web.port, path)
            ear.listen(f"page {path}", (await reader.read()).decode())
            writer.close()
        kinds = {TicketTaken, ClassGiven, TicketRecalled, TicketParked, TicketTransferred, TicketRated}
        assert {type(fact) for fact in hall.facts(*kinds)} == kinds
        taken = [fact for fact in hall.facts() if isinstance(fact, TicketTaken)]
        assert {fact.klass for fact in taken} >= set(CLASSES)
        assert [fact for fact in taken if fact.identity], "no card was read"
    for message in ear.messages:
        ear.take(message)
    for job in loud.jobs:
        ear.listen("speaker-1", caption_of(job))
    ear.listen("log", hall.hub.output + log_of_broker(tmp_path / "state"))
    assert {"lintel-1", "paper of dispenser-1", "speaker-1", "rating-1", "screen"} <= {where for where, _ in ear.heard}
    assert ear.leaks() == []


def _files_with(words: str, folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


@pytest.mark.req("M15", "M40")
async def test_a_name_on_a_notice_is_nowhere_but_on_the_paper_of_the_counters_printer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a reprint and the end of the day tell nobody: not a topic, a view, the screen, a log or a file."""
    tables = device("printer-1", "printer", "dispenser-pico")
    async with overheard(tmp_path, monkeypatch, tables=tables) as (hall, ear, loud):
        await hall.go_on_at(MONDAY + "09:05:00")
        await hall.fact(PhaseChanged)
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket("B")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "B001")
        order = GiveNotice(counter=1, items=("学校证明",), name=CITIZEN)
        reply = await asyncio.to_thread(send_order, tmp_path / "state", CHEN, PINS[CHEN], order)
        papers = [await hall.paper("printer-1") for _ in range(2)]
        assert all(CITIZEN in paper.replace("\n", "") for paper in papers)
        await hall.do("pad-1", "reprint-slip", "")
        assert "____" in await hall.paper("printer-1")
        await hall.press("pad-1", "finish")
        await hall.sign_in("duty", ZHOU)
        await hall.fact(CameOnDuty)
        await hall.do("duty", "end-day")
        await hall.fact(DayEnded)
        await hall.shows("dispenser-1", "今日停止取号")
        in_files = await asyncio.to_thread(_files_with, CITIZEN, tmp_path)
    for message in ear.messages:
        ear.take(message)
    for job in loud.jobs:
        ear.listen("speaker-1", caption_of(job))
    ear.listen("log", hall.hub.output + log_of_broker(tmp_path / "state"))
    assert reply.is_done
    assert in_files == []
    assert {where for where, words in ear.heard if CITIZEN in words.replace("\n", "")} == {"paper of printer-1"}
    assert CITIZEN not in repr(reply)
    assert ear.leaks() == []
