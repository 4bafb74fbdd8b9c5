"""The bytes of an SSD1306: what luma's own driver and ours light on the model of the display, and what it minds."""

import errno
import logging
import os

import pytest
from luma.core.interface.serial import i2c
from luma.oled.device import ssd1306
from PIL import Image

from displays import luma_panel
from displays.luma_panel import LumaPanel, PanelError, open_bus
from displays.ssd1306 import page_bytes, start_commands
from hardware.board import BoardError, Hub08, Ssd1306, decode_board
from hardware.contract import Panel
from sim.chips.ssd1306 import Ssd1306Glass
from tests.contract.pictures import dark, dots_of, picture
from tests.contract.waiting import until

HEIGHTS = (32, 64)
LUMA_IS_OLD = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")


class Bus:
    """What luma's I2C writes to."""

    def __init__(self, glass: Ssd1306Glass) -> None:
        self.glass = glass
        self.transfers = 0

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        assert address == 60
        self.transfers += 1
        if not self.glass.write(bytes([control, *data])):
            raise OSError(errno.EREMOTEIO, "nobody is there")


def board(h: int, *, is_turned: bool = False) -> Ssd1306:
    return Ssd1306(w=128, h=h, i2c=1, sda=2, scl=3, is_turned=is_turned, contrast=99)  # type: ignore[arg-type]


def commands(glass: Ssd1306Glass, *codes: int) -> None:
    assert glass.write(b"\x00" + bytes(codes))


def lit(glass: Ssd1306Glass, panel: Panel) -> None:
    """Put a picture on a glass as our bytes do."""
    image = Image.frombytes("1", (panel.w, panel.h), panel.bits)
    for page, dots in enumerate(page_bytes(image)):
        commands(glass, 0xB0 | page, 0x00, 0x10)
        assert glass.write(b"\x40" + dots)
    commands(glass, 0xAF)


@LUMA_IS_OLD
@pytest.mark.parametrize("h", HEIGHTS)
def test_lumas_own_driver_lights_the_picture(h: int) -> None:
    """The model is no judge of our own making: a driver that works on displays shows the same on it."""
    glass = Ssd1306Glass(h=h)
    device = ssd1306(i2c(bus=Bus(glass)), width=128, height=h)
    device.persist = True
    bits = os.urandom(16 * h)
    device.display(Image.frombytes("1", (128, h), bits))
    assert glass.bits == bits


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("h", HEIGHTS)
async def test_the_panel_on_a_raspberry_pi_shows_what_is_asked(h: int, is_turned: bool) -> None:
    glass = Ssd1306Glass(h=h, is_turned=is_turned)
    bus = Bus(glass)
    panel = LumaPanel(board(h, is_turned=is_turned), i2c(bus=bus))
    shown = picture(128, h)
    panel.show(shown)
    assert glass.rows() == dots_of(shown)
    assert glass.contrast == 99
    before = bus.transfers
    panel.show(shown)
    assert bus.transfers == before, "what is on show already is not sent again"
    panel.show(None)
    assert glass.rows() == dark(128, h)
    panel.close()
    panel.close()
    assert glass.rows() == dark(128, h)


async def test_a_display_that_was_away_shows_all_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(luma_panel, "REFRESH_S", 0.02)
    glass = Ssd1306Glass(h=64)
    glass.is_there = False
    with caplog.at_level(logging.WARNING):
        panel = LumaPanel(board(64), i2c(bus=Bus(glass)))
        panel.show(picture(128, 64))
    assert "the display at address 60 does not answer" in caplog.text
    glass.is_there = True
    await until(lambda: glass.rows() == dots_of(picture(128, 64)))
    panel.close()


DISTURBED = ("d3 07", "55", "a8 05", "da", "a0", "c0", "8d 10", "20 01", "a5", "a7")


@pytest.mark.parametrize("h", HEIGHTS)
@pytest.mark.parametrize("codes", DISTURBED)
def test_every_start_command_matters(h: int, codes: str) -> None:
    """A register that a driver forgets to set right is seen; with all commands told again the picture is back."""
    shown = picture(128, h)
    start = start_commands(h=h, contrast=1, is_turned=False)
    wrong = bytes.fromhex(codes) + (bytes([0x02 if h == 64 else 0x12]) if codes == "da" else b"")
    glass = Ssd1306Glass(h=h)
    commands(glass, *start, *wrong)
    lit(glass, shown)
    assert glass.rows() != dots_of(shown)
    commands(glass, *start)
    lit(glass, shown)
    assert glass.rows() == dots_of(shown)


def test_a_display_that_was_not_started_is_dark() -> None:
    glass = Ssd1306Glass(h=64)
    assert glass.rows() == dark(128, 64)
    commands(glass, 0xAF)
    assert glass.rows() == dark(128, 64), "without its charge pump nothing shines"


@pytest.mark.parametrize("mode", [0, 1])
def test_memory_is_filled_as_the_address_mode_says(mode: int) -> None:
    """Horizontal and vertical addressing go around in the window of columns and pages (10.1.3)."""
    glass = Ssd1306Glass(h=32)
    commands(glass, *start_commands(h=32, contrast=1, is_turned=False), 0xA6, 0xAF)
    for page in range(4):
        commands(glass, 0xB0 | page, 0x00, 0x10)
        glass.write(b"\x40" + bytes(128))
    commands(glass, 0x20, mode, 0x21, 8, 9, 0x22, 1, 2)
    glass.write(b"\xc0\x01\x40\x03\x00")
    rows = glass.rows()
    first, second = rows[8][8:10], rows[16][8:10]
    assert (first, second) == (([1, 1], [0, 0]) if mode == 0 else ([1, 0], [1, 0]))


@pytest.mark.parametrize(
    ("change", "said"), [({"i2c": 0}, "I2C 1 on sda 2 and scl 3"), ({"sda": 4}, "sda 2 and scl 3")]
)
def test_pins_that_carry_no_i2c_are_refused(change: dict[str, int], said: str) -> None:
    fields = {"w": 128, "h": 64, "i2c": 1, "sda": 2, "scl": 3, **change}
    with pytest.raises(PanelError, match=said):
        open_bus(Ssd1306(**fields))  # type: ignore[arg-type]


def test_row_scanned_boards_are_refused_on_a_raspberry_pi() -> None:
    with pytest.raises(PanelError, match="put them on a node"):
        open_bus(Hub08(w=64, h=16, data=2, clock=7))


def test_a_board_file_that_wants_that_is_refused() -> None:
    text = b'{"chip":"raspberry-pi","panel":{"driver":"hub08","w":64,"h":16,"data":2,"clock":7}}'
    with pytest.raises(BoardError, match=r"x.json: a Raspberry Pi cannot light"):
        decode_board(text, "x.json")


def test_pins_that_a_panel_takes_twice_are_refused() -> None:
    text = b'{"chip":"w5500-evb-pico","panel":{"driver":"hub08","w":64,"h":16,"data":2,"clock":6}}'
    with pytest.raises(BoardError, match=r"panel.clock and panel.d are both on pin 6"):
        decode_board(text, "x.json")
