"""The bytes of a MAX7219 chain: luma's to the letter, and back to the same picture through the model of the chips."""

import asyncio
import os
import time
from functools import partial
from typing import Any

import msgspec
import pytest
from luma.led_matrix.device import max7219
from PIL import Image

from displays import luma_panel
from displays.luma_panel import LumaPanel, PanelError, open_bus
from displays.max7219 import chain_places, frame_bytes, start_bytes
from displays.strip import fit
from hardware.board import Max7219
from hardware.contract import Panel
from sim.chips.max7219 import Max7219Chain
from sim.reading import read_text
from tests.contract.pictures import dots_of, picture
from tests.contract.waiting import until

LUMA_IS_OLD = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")
SIZES = [(64, 16), (128, 16), (8, 8), (32, 8), (24, 24)]
ORIENTATIONS = [0, 90, -90, 180]


class RecordingBus:
    """luma's serial interface with a model chain at its end instead of wires."""

    def __init__(self, chain: Max7219Chain | None = None) -> None:
        self.sent: list[bytes] = []
        self.cleaned = 0
        self.trouble: OSError | None = None
        self._chain = chain

    def data(self, data: list[int]) -> None:
        if self.trouble:
            trouble, self.trouble = self.trouble, None
            raise trouble
        self.sent.append(bytes(data))
        if self._chain:
            self._chain.select(False)
            self._chain.clock(bytes(data))
            self._chain.select(True)

    def cleanup(self) -> None:
        self.cleaned += 1


@LUMA_IS_OLD
@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("w", "h"), SIZES)
def test_our_bytes_are_lumas_and_give_the_picture_back(w: int, h: int, orientation: int) -> None:
    chain = Max7219Chain(w=w, h=h, orientation=orientation)
    bus = RecordingBus(chain)
    device: Any = max7219(bus, width=w, height=h, block_orientation=orientation)
    bus.sent.clear()
    bits = os.urandom(w * h // 8)
    device.display(Image.frombytes("1", (w, h), bits))
    assert bus.sent == frame_bytes(bits, w=w, h=h, orientation=orientation)
    assert chain.bits == bits


@pytest.mark.parametrize("order", ["rows", "serpentine", "right-to-left"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("w", "h"), [(64, 16), (128, 16), (8, 32), (32, 24)])
async def test_a_panel_whose_chain_goes_otherwise_shows_the_picture(
    w: int, h: int, orientation: Any, order: Any
) -> None:
    board = msgspec.structs.replace(BOARD, w=w, h=h, orientation=orientation, order=order)
    chain = Max7219Chain(w=w, h=h, orientation=orientation, order=order)
    panel = LumaPanel(board, RecordingBus(chain))
    shown = picture(w, h)
    panel.show(shown)
    assert chain.rows() == dots_of(shown)
    panel.close()


def test_places_of_a_chain() -> None:
    """Counted by hand: two rows of three blocks."""
    assert chain_places(24, 16, "rows") == [0, 1, 2, 3, 4, 5]
    assert chain_places(24, 16, "serpentine") == [0, 1, 2, 5, 4, 3]
    assert chain_places(24, 16, "right-to-left") == [2, 1, 0, 5, 4, 3]


def test_the_second_row_of_a_serpentine_chain_begins_on_the_right() -> None:
    """Of four blocks the third in the chain is below the second; said in dots, not in numbers of blocks."""
    chain = Max7219Chain(w=16, h=16, orientation=90, order="serpentine")
    for transfer in start_bytes(4, 1) + [bytes((digit, 0)) * 4 for digit in range(1, 9)]:
        send(chain, transfer)
    send(chain, bytes((0, 0, 1, 0xFF, 0, 0, 0, 0)))
    assert chain.rows()[8] == [0] * 8 + [1] * 8


def test_a_chain_that_was_not_started_shows_nothing() -> None:
    chain = Max7219Chain(w=64, h=16, orientation=-90)
    for transfer in frame_bytes(b"\xff" * 128, w=64, h=16, orientation=-90):
        chain.select(False)
        chain.clock(transfer)
        chain.select(True)
    assert chain.bits == bytes(128)


@pytest.mark.parametrize("forgotten", range(5))
def test_every_start_register_matters(forgotten: int) -> None:
    """Whatever the driver forgets of scan limit, decode mode, test, shutdown is seen; brightness is read."""
    seen = []
    for left_out in (None, forgotten):
        chain = Max7219Chain(w=8, h=8, orientation=90, seed=3)
        for register, value in ((15, 1), (9, 255), (11, 0), (10, 0)):
            send(chain, bytes((register, value)))
        transfers = [one for n, one in enumerate(start_bytes(1, 9)) if n != left_out]
        for transfer in transfers + frame_bytes(bytes(range(1, 9)), w=8, h=8, orientation=90):
            send(chain, transfer)
        seen.append((chain.bits, chain.intensity))
    assert seen[0] == (bytes(range(1, 9)), 9)
    assert seen[1] != seen[0]


def send(chain: Max7219Chain, transfer: bytes) -> None:
    chain.select(False)
    chain.clock(transfer)
    chain.select(True)


BOARD = Max7219(w=128, h=16, spi=0, sck=11, mosi=10, cs=8)


async def test_the_panel_on_a_raspberry_pi_shows_what_is_asked() -> None:
    chain = Max7219Chain(w=128, h=16, orientation=-90)
    bus = RecordingBus(chain)
    panel = LumaPanel(BOARD, bus)
    panel.show(fit("请A001号到3号窗", panel_w_px=128))
    assert read_text(chain.rows()) == "请A001号到3号窗"
    before = len(bus.sent)
    panel.show(fit("请A001号到3号窗", panel_w_px=128))
    assert len(bus.sent) == before, "what is on show already is not sent again"
    panel.show(None)
    assert chain.bits == bytes(256)
    panel.close()
    panel.close()
    assert bus.cleaned == 1


async def test_pages_flip_by_themselves() -> None:
    chain = Max7219Chain(w=128, h=16, orientation=-90)
    panel = LumaPanel(BOARD, RecordingBus(chain))
    still = fit("系统故障 请听从引导员安排", panel_w_px=128)
    panel.show(Panel(w=still.w, h=still.h, bits=still.bits, motion="flip", pace_ms=30))
    for expected in ("系统故障", "请听从引导员安排", "系统故障"):
        await until(partial(shows, chain, expected))
    panel.close()


def shows(chain: Max7219Chain, text: str) -> bool:
    return read_text(chain.rows()) == text


async def test_a_chain_that_forgets_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luma_panel, "REFRESH_S", 0.02)
    chain = Max7219Chain(w=128, h=16, orientation=-90)
    panel = LumaPanel(BOARD, RecordingBus(chain))
    picture = fit("暂停服务", panel_w_px=128)
    panel.show(picture)
    for disturbance in (bytes((9, 255)) * 32, bytes((11, 2)) * 32, bytes((3, 0x5A)) * 32, bytes((12, 0)) * 32):
        send(chain, disturbance)
        assert chain.bits != picture.bits
        await until(lambda: chain.bits == picture.bits)
    panel.close()


async def test_a_bus_that_fails_once_does_not_stop_the_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Max7219Chain(w=128, h=16, orientation=-90)
    bus = RecordingBus(chain)
    panel = LumaPanel(BOARD, bus)
    failed: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(str(context["exception"])))
    panel.show(Panel(w=256, h=16, bits=b"\xff" * 16 + bytes(496), motion="flip", pace_ms=20))
    bus.trouble = OSError("the bus is gone")
    await until(lambda: bool(failed))
    await until(lambda: chain.bits[:16] == bytes(16))
    await until(lambda: chain.bits[:16] == b"\xff" * 16)
    panel.close()
    assert failed == ["the bus is gone"]


async def test_a_closed_panel_leaves_the_bus_alone() -> None:
    chain = Max7219Chain(w=128, h=16, orientation=-90)
    bus = RecordingBus(chain)
    panel = LumaPanel(BOARD, bus)
    panel.show(fit("暂停服务", panel_w_px=128))
    panel.close()
    assert chain.bits == bytes(256)
    sent = list(bus.sent)
    panel.show(fit("系统故障", panel_w_px=128))
    assert bus.sent == sent


@pytest.mark.parametrize(
    ("change", "said"), [({"cs": 25}, "SPI 0 on sck 11 mosi 10 cs 25"), ({"spi": 1}, "SPI 1 on sck 11")]
)
def test_pins_that_carry_no_spi_are_refused(change: dict[str, int], said: str) -> None:
    with pytest.raises(PanelError, match=said):
        open_bus(msgspec.structs.replace(BOARD, **change))


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="takes 256 bytes of bits, not 128"):
        frame_bytes(bytes(128), w=128, h=16, orientation=-90)


def test_bytes_leave_a_chain_at_its_far_end() -> None:
    """Of three words only the last two are latched by two chips: the last by the block nearest to the bus."""
    chain = Max7219Chain(w=16, h=8, orientation=90)
    for transfer in start_bytes(2, 1) + [bytes((digit, 0)) * 2 for digit in range(1, 9)]:
        send(chain, transfer)
    send(chain, bytes((1, 0xAA, 0xF1, 0x0F, 2, 0xC3)))
    assert chain.bits == bytes((0, 0x0F, 0xC3, 0)) + bytes(12)
    send(chain, bytes((1, 0xFF, 0, 0xFF)))
    assert chain.bits == bytes((0, 0xFF, 0xC3, 0)) + bytes(12)


def test_a_chain_tells_when_its_dots_change_and_only_then() -> None:
    told: list[bytes] = []
    chain = Max7219Chain(w=8, h=8, orientation=90, on_change=lambda: told.append(chain.bits))
    send(chain, bytes((15, 1)))
    send(chain, bytes((15, 1)))
    send(chain, bytes((1, 1)))
    send(chain, bytes((15, 0)))
    assert told == [b"\xff" * 8, bytes(8)]


def test_a_chain_in_code_b_shows_numerals() -> None:
    chain = Max7219Chain(w=8, h=8, orientation=90)
    for transfer in [*start_bytes(1, 0), bytes((9, 0x03)), *(bytes((digit, 0x83)) for digit in range(1, 9))]:
        send(chain, transfer)
    assert chain.bits == b"\xf9\xf9" + b"\x83" * 6


@LUMA_IS_OLD
@pytest.mark.alone
def test_frames_are_ten_times_as_fast_as_lumas() -> None:
    bus = RecordingBus()
    device: Any = max7219(bus, width=128, height=16, block_orientation=-90)
    bits = os.urandom(256)
    picture = Image.frombytes("1", (128, 16), bits)
    theirs = min(spent(lambda: device.display(picture)) for _ in range(50))
    ours = min(spent(lambda: frame_bytes(bits, w=128, h=16, orientation=-90)) for _ in range(200))
    assert theirs / ours >= 10, f"{theirs / ours:.1f} times"


def spent(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
