"""Identity cards: frames as the makers publish them, noise and faults on the line, and nothing personal that leaves."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from hardware.agent_reader import ReaderDesk
from hardware.board import BoardError, SerialReader, UartReader, decode_board, load_board
from hardware.card_reader import CardReader, ReaderNotFoundError, card_reader, open_port
from hardware.contract import (
    JOB_PART_BYTES,
    BadMessageError,
    IdentityRead,
    JobDone,
    Reader,
    Topics,
    decode_event,
    decode_view,
)
from hardware.link import Link
from hub.config import MAINTAINER
from sim.chips.reader import ADDRESS, FIND, NAME, READ, SELECT, ReaderChip, card_text, framed
from sim.node import Node
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import picture
from tests.contract.played_hub import PlayedHub
from tests.contract.test_reader import KEY, NUMBER, who
from tests.contract.waiting import until

FREE_BYTES = 12_000
FRAMES = {
    FIND: ("aaaaaa96690003200122", "aaaaaa9669000800009f0000000097"),
    SELECT: ("aaaaaa96690003200221", "aaaaaa9669000c00009000000000000000009c"),
    READ: ("aaaaaa96690003300132", "aaaaaa9669050800009001000400"),
}
"""Requests, and how their answers begin, as makers' manuals print them."""


class ScriptedPort:
    """A serial port that answers every request as it is told, in small pieces."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.asked: list[bytes] = []
        self.closed = 0
        self._answer = answer
        self._input = b""

    def write(self, data: bytes) -> int:
        self.asked.append(data)
        self._input += self._answer(data)
        return len(data)

    def read(self, size: int) -> bytes:
        size = min(size, 7)
        data, self._input = self._input[:size], self._input[size:]
        return data

    def reset_input_buffer(self) -> None:
        self._input = b""

    def close(self) -> None:
        self.closed += 1


async def answers(chip: ReaderChip, said: list[bytes], request: bytes) -> bytes:
    """Return what the model answers at once."""
    said.clear()
    chip.receive(request)
    return await until(lambda: b"".join(said))


@pytest.fixture
async def said() -> list[bytes]:
    return []


@pytest.fixture
async def chip(said: list[bytes]) -> AsyncIterator[ReaderChip]:
    chip = ReaderChip(baud=None, reply=said.append)
    yield chip
    await chip.close()


async def test_the_model_speaks_as_the_makers_print_it(chip: ReaderChip, said: list[bytes]) -> None:
    chip.lay(NUMBER)
    for command, (request, beginning) in FRAMES.items():
        assert framed(command).hex() == request
        answer = await answers(chip, said, bytes.fromhex(request))
        assert answer.hex().startswith(beginning)
    assert len(answer) == 1295
    assert answer[14 : 14 + 256] == card_text(NUMBER)


@pytest.mark.parametrize(
    ("request_hex", "status"),
    [("0003200122", 0x80), ("0003200221", 0x81), ("0003300132", 0x41), ("0003300133", 0x10), ("000311ffed", 0x21)],
)
async def test_the_model_refuses_as_a_reader_does(
    chip: ReaderChip, said: list[bytes], request_hex: str, status: int
) -> None:
    answer = await answers(chip, said, bytes.fromhex("aaaaaa9669" + request_hex))
    assert answer == framed(bytes([0, 0, status]))


def test_a_card_has_its_number_where_the_layout_says() -> None:
    text = card_text(NUMBER)
    assert len(text) == 256
    assert text[122:158].decode("utf-16-le") == NUMBER


def replies(request: bytes, *, number: str = NUMBER, noise: bytes = b"") -> bytes:
    """Answer as a reader with a card, after some noise."""
    data = {FIND: b"\0\0\x9f" + bytes(4), SELECT: b"\0\0\x90" + bytes(8)}
    card = b"\0\0\x90\x01\0\x04\0" + card_text(number) + bytes(1024)
    return noise + framed(data.get(request[7:9], card))


START = b"\xaa\xaa\xaa\x96\x69"
NOISES = [b"", START[:1], START[:4], b"\0\xff" + START[1:], START + b"\0\1"]


@pytest.mark.parametrize("noise", NOISES)
def test_noise_before_an_answer_is_passed_over(noise: bytes) -> None:
    port = ScriptedPort(partial(replies, noise=noise))
    reader = CardReader(lambda: port)
    assert reader.has_card()
    assert reader.who(KEY) == who(NUMBER)
    assert [request.hex() for request in port.asked] == [FRAMES[one][0] for one in (FIND, SELECT, READ)]


@pytest.mark.parametrize("number", ["", "45010319900307123", "45010319900307123x", "X" * 18, "４" * 18])
def test_what_is_no_identity_number_is_nobody(number: str) -> None:
    reader = CardReader(lambda: ScriptedPort(partial(replies, number=number)))
    assert reader.has_card()
    assert reader.who(KEY) is None


def test_a_broken_or_missing_answer_is_neither_a_card_nor_none() -> None:
    broken = replies(framed(FIND))[:-1] + b"\0"
    assert CardReader(lambda: ScriptedPort(lambda _: broken)).has_card() is None
    assert CardReader(lambda: ScriptedPort(lambda _: b"")).has_card() is None
    assert CardReader(lambda: ScriptedPort(lambda _: framed(b"\0\0\x80"))).has_card() is False


def test_a_port_that_fails_is_opened_again() -> None:
    def fail(_request: bytes) -> bytes:
        raise OSError("unplugged")

    ports = [ScriptedPort(fail), ScriptedPort(replies)]
    first = ports[0]
    reader = CardReader(lambda: ports.pop(0))
    with pytest.raises(OSError, match="unplugged"):
        reader.has_card()
    assert reader.has_card()
    assert first.closed == 1
    reader.close()
    reader.close()


def test_a_reader_that_is_not_there_is_named() -> None:
    with pytest.raises(ReaderNotFoundError, match=r"no card reader at /dev/no-such-port: .*; look at its cable"):
        open_port(SerialReader(port="/dev/no-such-port"))
    with pytest.raises(BoardError, match="name it, with driver serial"):
        card_reader(UartReader(uart=1, tx=4, rx=5))
    assert card_reader(SerialReader(port="/dev/no-such-port"))


async def test_the_desk_says_once_that_its_reader_is_gone_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    class Flaky:
        looks = 0

        def has_card(self) -> bool:
            self.looks += 1
            if self.looks < 3:
                raise OSError("no card reader at /dev/x")
            return True

        def who(self, key: bytes) -> str:
            return key.hex()[:32]

        def close(self) -> None:
            pass

    cards: list[tuple[str, int]] = []
    desk = ReaderDesk(part=Flaky(), on_card=lambda who, turn: cards.append((who, turn)))
    running = asyncio.create_task(desk.run())
    desk.expect(KEY, 5)
    await until(lambda: cards)
    desk.expect(None, None)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert cards == [(KEY.hex()[:32], 5)]
    assert [record.message for record in caplog.records] == ["the card reader cannot be read: no card reader at /dev/x"]


@pytest.mark.parametrize("who_text", ["0" * 31, "0" * 33, "g" * 32, "A" * 32, NUMBER])
def test_the_hub_takes_nothing_for_a_person_but_the_hash(who_text: str) -> None:
    with pytest.raises(BadMessageError):
        decode_event(b'{"do":"identity","boot":1,"seq":1,"turn":1,"who":"%s"}' % who_text.encode())


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_has_32_bytes(size: int) -> None:
    key = base64.b64encode(bytes(size))
    with pytest.raises(BadMessageError):
        decode_view(b'{"v":1,"turn":1,"ack":[0,0],"reader":{"key":"%s"}}' % key)


def test_a_readers_pins_are_its_own() -> None:
    board = b'{"chip":"w5500-evb-pico","tone":{"pin":5},"reader":{"driver":"uart","uart":1,"tx":4,"rx":5}}'
    with pytest.raises(BoardError, match=r"reader.rx and tone.pin are both on pin 5"):
        decode_board(board, "own.json")


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    async with a_node(tmp_path, board=load_board("dispenser-id-pico"), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []


@pytest.fixture
async def traffic(broker: HallBroker) -> AsyncIterator[list[bytes]]:
    """All that is said in the hall."""
    heard: list[bytes] = []
    link = Link(
        address=broker.address,
        name=MAINTAINER,
        password=broker.passwords[MAINTAINER],
        will_topic=None,
        subscriptions=[Topics(HALL).everything],
        on_message=lambda message: heard.append(message.topic.encode() + b" " + bytes(message.payload)),
    )
    running = asyncio.create_task(link.run())
    await until(lambda: link.is_up)
    yield heard
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def traces(text: str) -> list[bytes]:
    """Return how a text would look in anything that had it."""
    forms = [text.encode(), text.encode("utf-16-le")]
    return [*forms, *(form.hex().encode() for form in forms), *(base64.b64encode(form)[:-4] for form in forms)]


@pytest.mark.req("S9", "M40")
async def test_nothing_that_stands_on_a_card_leaves_the_node(
    node: Node, hub: PlayedHub, traffic: list[bytes], tmp_path: Path
) -> None:
    assert node.reader
    node.reader.broken = 2
    hub.show(DEVICE, reader=Reader(key=KEY))
    node.reader.lay(NUMBER)
    event = await hub.event(DEVICE)
    assert event == IdentityRead(boot=1, seq=1, turn=1, who=who(NUMBER), at=event.at)
    hub.acknowledge(DEVICE, event, reader=None)
    await until(lambda: any(who(NUMBER).encode() in said for said in traffic))
    flash = [path.read_bytes() for path in (tmp_path / "flash").rglob("*") if path.is_file()]
    everything = b"\n".join([*traffic, "\n".join(node.console).encode(), *flash])
    for text in (NUMBER, NUMBER[:6], NUMBER[-8:], NAME, ADDRESS):
        assert [trace for trace in traces(text) if trace in everything] == []


async def test_a_card_finds_room_beside_the_widest_pictures(node: Node, hub: PlayedHub) -> None:
    free = [int(found[1]) for line in node.console if (found := re.fullmatch(r"(\d+) bytes of memory are free", line))]
    assert [bytes_ > FREE_BYTES for bytes_ in free] == [True]
    assert node.reader
    seq = 0
    for number in range(1, 6):
        widest = picture(1024, seed=number, motion="scroll", pace_ms=20)
        hub.show(DEVICE, panel=widest, stale=picture(64, seed=3), turn=number, reader=Reader(key=KEY))
        node.reader.lay(NUMBER)
        event = await hub.event(DEVICE, number=(seq := seq + 1))
        if isinstance(event, JobDone):  # the job before may end first
            hub.acknowledge(DEVICE, event)
            event = await hub.event(DEVICE, number=(seq := seq + 1))
        assert event == IdentityRead(boot=1, seq=seq, turn=number, who=who(NUMBER), at=event.at)
        hub.acknowledge(DEVICE, event, reader=None)
        hub.print(DEVICE, f"20261121-{number:06d}", b"x" * JOB_PART_BYTES)
