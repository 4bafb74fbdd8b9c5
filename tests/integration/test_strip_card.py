"""Strip cards on RS-485: what a text becomes, what the cards make of it, and who drives them."""

import asyncio
import os
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from displays.card_text import card_panel, frame, lacking
from displays.strip import TooLongError, fit
from displays.strip_card import CardNotFoundError, StripCardPanel
from hardware.board import Board, BoardError, StripCard, decode_board, load_board
from hardware.contract import Panel
from hub.cli.agent import open_parts
from sim.chips.strip_card import StripCardChip, StripLine
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import dark, dots_of, window
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

CALL = "请A012号到3号窗"
ABSENCE = "暂停服务 外出办案 14:30返回 电话027-5550111"
ON_NODE = StripCard(w=128, address=7, uart=1, tx=4, rx=5, de=6)
ON_PI = StripCard(w=128, address=7, port="/dev/ttyUSB0")


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def pages_of(panel: Panel) -> list[str]:
    return [page.decode("gbk") for page in panel.gbk.split(b"\f")]


def test_a_frame_is_what_drivers_of_such_cards_send() -> None:
    assert frame(3, "请".encode("gbk")).hex(" ") == "aa 03 bb 51 54 ae 01 00 99 00 63 c7 eb ff"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("欢迎光临热情服务", ["欢迎光临热情服务"]),
        (CALL, ["请A012号到3号窗 "]),
        (ABSENCE, ["    暂停服务    ", "    外出办案    ", "   14:30返回    ", "电话027-5550111 "]),
        ("", [" " * 16]),
    ],
)
def test_a_text_is_broken_into_lines_as_wide_as_the_card(text: str, pages: list[str]) -> None:
    panel = card_panel(text, 128)
    assert pages_of(panel) == pages
    assert (panel.motion, panel.pace_ms) == (("flip", 2000) if len(pages) > 1 else ("still", 0))


def test_the_picture_is_that_of_a_panel_of_dots() -> None:
    for text in (CALL, ABSENCE, "3号窗口 综合业务"):
        assert card_panel(text, 128).bits == fit(text, panel_w_px=128).bits


def test_what_the_card_lacks_is_a_visible_stand_in() -> None:
    panel = card_panel("请𠮷先生", 128)
    assert pages_of(panel) == ["    请〓先生    "]
    assert lacking("请𠮷先生𠮷") == ["𠮷"]
    assert panel.text == "请𠮷先生"


def test_a_text_of_too_many_pages_is_refused() -> None:
    with pytest.raises(TooLongError, match="pages"):
        card_panel("暂停服务八个字啊" * 9, 128)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from([64, 96, 128, 192, 256]), st.integers(1, 254))
def test_every_text_is_shown_whole(text: str, width: int, address: int) -> None:
    """Nothing is cut: what the cards show, page by page, is the text again, and the picture that is meant."""
    clock = Time()
    card = StripCardChip(w=width, address=address, clock=clock)
    try:
        panel = card_panel(text, width)
    except (TooLongError, ValueError):
        return
    shown = []
    for at, page in enumerate(panel.gbk.split(b"\f")):
        assert len(page) == width // 8
        clock.now += 0.1
        card.receive(frame(address, page))
        assert card.rows() == window(panel, at * width, width, 16)
        shown.append(card.text)
    composed = unicodedata.normalize("NFC", text)
    unseen = {"Cc", "Cf", "Cs", "Mn", "Me"}
    seen = [char for char in composed if unicodedata.category(char) not in unseen]
    meant = "".join("〓" if char in lacking(text) else char for char in seen)
    assert letters("".join(shown)) == letters(meant)


def letters(text: str) -> str:
    """Return a text without what is between words."""
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) not in {"Zl", "Zp", "Zs"})


@settings(max_examples=200, deadline=None)
@given(st.sampled_from("ABCXY"), st.integers(1, 9999), st.integers(1, 99), st.sampled_from([64, 96, 128, 192]))
def test_a_number_is_never_parted(letter: str, number: int, counter: int, width: int) -> None:
    called = f"{letter}{number:03d}"
    assert any(called in page for page in pages_of(card_panel(f"请{called}号到{counter}号窗", width)))


def test_every_card_of_a_line_takes_what_is_for_it() -> None:
    clock = Time()
    line = StripLine([StripCardChip(w=128, address=address, clock=clock) for address in (1, 2, 0xAA, 0xBB)])
    for address in (0xAA, 2, 0xBB, 9):
        clock.now += 0.1
        line.receive(frame(address, card_panel(f"{address}号窗口", 128).gbk))
    assert {address: card.text for address, card in line.cards.items()} == {
        1: "",
        2: "2号窗口",
        0xAA: "170号窗口",
        0xBB: "187号窗口",
    }


def test_what_comes_too_soon_is_lost() -> None:
    clock = Time()
    line = StripLine([StripCardChip(w=64, address=address, clock=clock) for address in (1, 2)])
    line.receive(frame(1, b"A001    "))
    clock.now = 0.099
    line.receive(frame(2, b"A002    "))
    assert [card.text for card in line.cards.values()] == ["A001", ""]
    clock.now = 0.199
    line.receive(frame(2, b"A002    "))
    assert [card.text for card in line.cards.values()] == ["A001", "A002"]


def test_a_disturbed_frame_changes_nothing_and_the_next_is_taken() -> None:
    clock = Time()
    card = StripCardChip(w=64, address=1, clock=clock)
    whole = frame(1, b"A001    ")
    for at in range(len(whole)):
        clock.now += 0.1
        card.receive(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert card.text == ""
    clock.now += 0.1
    card.receive(b"\xaa\xaa\x01\xbb\x00" + frame(1, b"A002    "))
    clock.now += 0.1
    card.receive(frame(1, b"A003    "))
    assert card.text == "A003"


def test_a_frame_whose_check_is_the_end_byte_is_taken() -> None:
    card = StripCardChip(w=64, address=1)
    found = frame(1, b"AAAAAAA<")
    assert found[5] == 0xFF
    card.receive(found)
    assert card.shown == found[11:-1]


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    board = Board(chip="w5500-evb-pico", panel=ON_NODE)
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []


def card_of(node: Node) -> StripCardChip:
    assert isinstance(node.panel, StripCardChip)
    return node.panel


async def sees(node: Node, panel: Panel, at: int = 0) -> None:
    card = card_of(node)
    await until(
        lambda: card.rows() == window(panel, at * card.w, card.w, 16),
        why=lambda: (card.text, card.frames, node.console),
    )


async def test_a_nodes_card_shows_the_picture_that_is_meant(node: Node, hub: PlayedHub) -> None:
    for text in ("欢迎光临热情服务", CALL, "3号窗口 综合业务"):
        panel = card_panel(text, 128)
        hub.show(DEVICE, panel=panel, stale=card_panel("请稍候", 128))
        await sees(node, panel)
        assert card_of(node).rows() == dots_of(panel)
        assert card_of(node).text == text
    hub.show(DEVICE, panel=None)
    await until(lambda: card_of(node).rows() == dark(128, 16))


async def test_a_nodes_card_turns_the_pages(node: Node, hub: PlayedHub) -> None:
    panel = card_panel(ABSENCE, 128)
    hub.show(DEVICE, panel=panel)
    for at in (0, 1, 2, 3, 0):
        await sees(node, panel, at)


async def test_a_nodes_card_that_had_no_power_is_told_again(node: Node, hub: PlayedHub) -> None:
    panel = card_panel(CALL, 128)
    hub.show(DEVICE, panel=panel)
    await sees(node, panel)
    card_of(node).receive(frame(7, b" " * 16))
    await sees(node, panel)


async def test_a_node_without_its_hub_says_so_on_the_card(node: Node, hub: PlayedHub) -> None:
    stale = card_panel("请稍候", 128)
    hub.show(DEVICE, panel=card_panel(CALL, 128), stale=stale)
    await sees(node, card_panel(CALL, 128))
    hub.is_beating = False
    card = card_of(node)
    await until(lambda: card.rows() == dots_of(stale), limit_s=25, why=lambda: card.text)
    hub.is_beating = True
    await sees(node, card_panel(CALL, 128))


class FakePort:
    """A port with cards at its end, that may be unplugged."""

    def __init__(self, line: StripLine) -> None:
        self._line = line
        self.is_there = True
        self.opened = 0

    def open(self) -> "FakePort":
        if not self.is_there:
            raise CardNotFoundError("no strip card at /dev/ttyUSB0")
        self.opened += 1
        return self

    def write(self, data: bytes) -> int:
        if not self.is_there:
            raise OSError("unplugged")
        self._line.receive(data)
        return len(data)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def port() -> FakePort:
    return FakePort(StripLine([StripCardChip(w=128, address=address) for address in (6, 7)]))


@pytest.fixture
async def pi(port: FakePort, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StripCardPanel]:
    monkeypatch.setattr("displays.strip_card.REFRESH_S", 0.5)
    panel = StripCardPanel(ON_PI, port.open)
    yield panel
    panel.close()
    panel.close()


async def test_a_raspberry_pis_card_shows_the_picture_that_is_meant(port: FakePort, pi: StripCardPanel) -> None:
    card, other = port._line.cards[7], port._line.cards[6]
    for text in ("欢迎光临热情服务", CALL, "3号窗口 综合业务"):
        panel = card_panel(text, 128)
        pi.show(panel)
        await until(lambda panel=panel: card.rows() == dots_of(panel), why=lambda: card.text)  # type: ignore[misc]
    panel = card_panel(ABSENCE, 128)
    pi.show(panel)
    for at in (0, 1, 2, 3, 0):
        await until(lambda at=at: card.rows() == window(panel, at * 128, 128, 16), why=lambda: card.text)  # type: ignore[misc]
    assert other.text == ""


async def test_pyserial_brings_it_to_the_line() -> None:
    """A pseudo terminal stands for the adapter; at its end the bytes are read by a card."""
    end, name = os.openpty()
    board = load_board("lintel-card-pi")
    assert isinstance(board.panel, StripCard)
    panel = structs.replace(board.panel, port=os.ttyname(name))
    card = StripCardChip(w=128, address=panel.address)
    asyncio.get_running_loop().add_reader(end, lambda: card.receive(os.read(end, 256)))
    parts = open_parts(structs.replace(board, panel=panel))
    try:
        assert parts.panel is not None
        assert parts.kinds() == ("panel",)
        parts.panel.show(card_panel(CALL, 128))
        await until(lambda: card.text == CALL, why=lambda: card.shown)
    finally:
        parts.close()
        asyncio.get_running_loop().remove_reader(end)
        os.close(end)
        os.close(name)


async def test_many_views_at_once_keep_the_gap(port: FakePort, pi: StripCardPanel) -> None:
    for number in range(20):
        pi.show(card_panel(f"A{number:03d}", 128))
        await asyncio.sleep(0)
    await until(lambda: port._line.cards[7].text == "A019")


async def test_an_unplugged_card_is_told_again_when_it_is_back(
    port: FakePort, pi: StripCardPanel, caplog: pytest.LogCaptureFixture
) -> None:
    port.is_there = False
    pi.show(card_panel(CALL, 128))
    await until(lambda: "no strip card" in caplog.text)
    port.is_there = True
    await until(lambda: port._line.cards[7].text == CALL)
    assert port.opened == 1


@pytest.mark.parametrize(
    ("chip", "panel", "words"),
    [
        ("raspberry-pi", {"uart": 1, "tx": 4, "rx": 5}, "name its port, not its uart"),
        ("w5500-evb-pico", {"port": "/dev/ttyUSB0"}, "name its uart, tx and rx, not its port"),
        ("w5500-evb-pico", {"uart": 1, "tx": 4}, "either uart, tx and rx"),
        ("raspberry-pi", {"port": "/dev/ttyUSB0", "de": 4}, "either uart, tx and rx"),
        ("w5500-evb-pico", {"uart": 1, "tx": 4, "rx": 5, "de": 4}, "both on pin 4"),
    ],
)
def test_a_card_that_cannot_be_reached_is_refused(chip: str, panel: dict[str, Any], words: str) -> None:
    import msgspec

    described = {"chip": chip, "panel": {"driver": "strip-card", "w": 128, "address": 7, **panel}}
    with pytest.raises(BoardError, match=words):
        decode_board(msgspec.json.encode(described), "board.json")
