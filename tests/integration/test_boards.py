"""Board files against chips: what a chip cannot do is refused with one sentence, and all that ships is right."""

import ast
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from hardware.board import Board, BoardError, ChipName, decode_board, load_board, shipped_boards
from hardware.board_checks import refusals
from hardware.chip import ChipError, chip_named, chip_names
from hardware.link import Address
from hardware.pin_use import PinUse
from hub.config import load_hall
from sim.building import build_devices
from sim.changes import Bus
from sim.errors import HallStartError
from sim.slips import Slips

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.stem for path in shipped_boards().glob("*.json"))
NODES = [name for name in chip_names() if chip_named(name).runs == "firmware"]
PICO, PICO2, PICO_W, ETH01, S3 = "w5500-evb-pico", "w5500-evb-pico2", "pico-w", "wt32-eth01", "esp32-s3"
PI, PI4, PI5 = "raspberry-pi", "raspberry-pi-4", "raspberry-pi-5"


def chain(spi: int, sck: int, mosi: int, cs: int) -> dict[str, Any]:
    return {"driver": "max7219", "w": 64, "h": 16, "spi": spi, "sck": sck, "mosi": mosi, "cs": cs}


def oled(i2c: int, sda: int, scl: int) -> dict[str, Any]:
    return {"driver": "ssd1306", "w": 128, "h": 64, "i2c": i2c, "sda": sda, "scl": scl}


def uart(number: int, tx: int, rx: int, **more: Any) -> dict[str, Any]:
    return {"driver": "uart", "uart": number, "tx": tx, "rx": rx, **more}


def keys(**pins: int) -> dict[str, Any]:
    return {"pins": pins}


def matrix(rows: list[int], columns: list[int]) -> dict[str, Any]:
    names = [[f"k{row}{column}" for column in range(len(columns))] for row in range(len(rows))]
    return {"matrix": {"rows": rows, "columns": columns, "keys": names}}


def serial(port: str) -> dict[str, Any]:
    return {"driver": "serial", "port": port}


HUB08 = {"driver": "hub08", "w": 64, "h": 16, "data": 2, "clock": 7}
ARROW = {"pin": 4, "leds": 8, "groups": {"left": [[0, 7]]}}
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "one pin twice": (PICO, {"keys": keys(A=2), "tone": {"pin": 2}}, "tone.pin and keys.A are both on pin 2; give one"),
    "a key and a row": (PICO, {"keys": matrix([2, 3], [4, 3])}, "keys.columns[1] and keys.rows[1] are both on pin 3"),
    "of the network": (
        PICO,
        {"tone": {"pin": 17}},
        "tone.pin: GP17 belongs to the board: the Ethernet chip's CSn; free and able: GP0, GP1,",
    ),
    "of the radio": (PICO_W, {"tone": {"pin": 23}}, "tone.pin: GP23 belongs to the board: the radio's supply; free"),
    "not there": (PICO, {"tone": {"pin": 40}}, "tone.pin: GP40 is not brought out on this board; free and able: GP0"),
    "not brought out": (ETH01, {"tone": {"pin": 13}}, "tone.pin: IO13 is not brought out on this board; free and able"),
    "of LAN8720": (ETH01, {"tone": {"pin": 23}}, "tone.pin: IO23 belongs to the board: the Ethernet chip's MDC; free"),
    "of flashing": (ETH01, {"keys": keys(A=3)}, "keys.A: IO3 (RXD0) belongs to the board: the line by which the board"),
    "read only": (
        ETH01,
        {"lamps": keys(A=35)},
        "lamps.A: IO35 will not do, since it can only be read; free and able: IO2, IO4, IO5 (RXD), IO12, IO14, IO15, "
        "IO17 (TXD), IO32 (CFG), IO33 (485_EN)",
    ),
    "without pulls": (
        ETH01,
        {"keys": keys(A=36)},
        "keys.A: IO36 will not do, since it has no pull resistors; wire",
    ),
    "strapping": (
        ETH01,
        {"keys": keys(A=12)},
        "keys.A: IO12 will not do, since its level at reset sets",
    ),
    "strapping for a UART": (ETH01, {"printer": uart(1, 17, 12)}, "printer.rx: IO12 will not do, since its level at"),
    "strapping for I2C": (ETH01, {"panel": oled(0, 2, 4)}, "panel.sda: IO2 will not do, since held high at reset it"),
    "of the flash": (S3, {"tone": {"pin": 30}}, "tone.pin: IO30 belongs to the board: the flash; free and able: IO1,"),
    "of wide memory": (S3, {"tone": {"pin": 36}}, "tone.pin: IO36 belongs to the board: the memory of modules with"),
    "of USB": (S3, {"tone": {"pin": 19}}, "tone.pin: IO19 belongs to the board: USB; free"),
    "erratum E9": (
        PICO2,
        {"keys": {"pins": {"A": 2}, "active": "high"}},
        "keys.A: GP2 will not do, since its pull-down does not hold a pin low (erratum RP2350-E9); wire the key to",
    ),
    "fixed pull-up": (PI, {"keys": {"pins": {"A": 2}, "active": "high"}}, "keys.A: GPIO2 will not do, since it has a"),
    "EEPROM": (PI, {"tone": {"pin": 0}}, "tone.pin: GPIO0 belongs to the board: the EEPROM of boards that are put on"),
    "SPI on a wrong pin": (
        PICO,
        {"panel": chain(1, 12, 11, 13)},
        "panel.sck: GP12 cannot be sck of SPI 1; free and able: GP10, GP14, GP26",
    ),
    "SPI of the network": (
        PICO,
        {"panel": chain(0, 2, 3, 5)},
        "panel is on SPI 0, which belongs to the board: its Ethernet chip; parts can have SPI 1",
    ),
    "no such SPI": (
        PICO,
        {"panel": chain(2, 2, 3, 5)},
        "panel is on SPI 2, which the W5500-EVB-Pico does not have",
    ),
    "SPI 0 of an ESP32": (ETH01, {"panel": chain(0, 14, 15, 4)}, "panel is on SPI 0, which the WT32-ETH01 (ESP32"),
    "I2C on a wrong pin": (
        PICO,
        {"panel": oled(1, 4, 5)},
        "panel.sda: GP4 cannot be sda of I2C 1; free and able: GP2, GP6, GP10, GP14, GP22, GP26",
    ),
    "I2C of a Pi": (
        PI,
        {"panel": oled(0, 2, 3)},
        "panel is on I2C 0, which the Raspberry Pi does not have",
    ),
    "CS of a Pi": (PI, {"panel": chain(0, 11, 10, 25)}, "panel.cs: GPIO25 cannot be cs of SPI 0; free and able: GPIO7"),
    "MISO of a Pi": (
        PI,
        {"keys": keys(A=9), "panel": chain(0, 11, 10, 8)},
        "keys.A: GPIO9 is MISO of SPI 0, which is in use; free and able: GPIO2, GPIO3,",
    ),
    "UART on a wrong pin": (PICO, {"printer": uart(0, 4, 5)}, "printer.tx: GP4 cannot be tx of UART 0; free and able:"),
    "console": (
        ETH01,
        {"printer": uart(0, 17, 5)},
        "printer is on UART 0, which belongs to the board: flashing",
    ),
    "two on a UART": (
        PICO,
        {"printer": uart(0, 0, 1), "reader": uart(0, 12, 13)},
        "reader and printer are both on UART 0; give one of them UART 1",
    ),
    "two on a UART of an ESP32": (
        S3,
        {"printer": uart(1, 4, 5), "reader": uart(1, 6, 7)},
        "reader and printer are both on UART 1; give one of them UART 2",
    ),
    "two on a port": (
        PI,
        {"printer": serial("/dev/ttyUSB0"), "reader": serial("/dev/ttyUSB0")},
        "printer and reader are both on /dev/ttyUSB0; give one of them a port of its own",
    ),
    "a port's pins": (
        PI,
        {"keys": keys(A=15), "printer": serial("/dev/serial0")},
        "printer.port (/dev/serial0) and keys.A are both on pin 15; give one of them another pin",
    ),
    "a port by its other name": (
        PI,
        {"printer": serial("/dev/serial0"), "reader": serial("/dev/ttyAMA0")},
        "reader.port (/dev/ttyAMA0) and printer.port (/dev/serial0) are both on pin 14",
    ),
    "an overlay's port": (
        PI4,
        {"keys": keys(A=12), "reader": serial("/dev/ttyAMA5")},
        "reader.port (/dev/ttyAMA5)",
    ),
    "port of a Pi 5": (PI5, {"printer": serial("/dev/serial0")}, "printer is on /dev/serial0: it is the connector for"),
    "HUB08 without PIO": (ETH01, {"panel": HUB08}, "panel: the WT32-ETH01 (ESP32 with LAN8720) cannot light the rows"),
    "HUB08 on a Pi": (PI4, {"panel": HUB08}, "a Raspberry Pi cannot light the rows of HUB08 boards in time"),
    "HUB08 over the network": (
        PICO,
        {"panel": HUB08 | {"data": 12}},
        "panel.d: GP16 belongs to the board:",
    ),
    "arrow on a Pi": (PI5, {"arrow": ARROW}, "arrow: a Raspberry Pi cannot time the pulses of a WS2812"),
    "voice on a node": (
        S3,
        {"voice": {"driver": "alsa"}},
        "voice: the ESP32-S3-DevKitC-1 cannot speak; put",
    ),
    "port on a node": (
        PICO,
        {"printer": serial("/dev/ttyUSB0")},
        "printer: the W5500-EVB-Pico has its printer on",
    ),
    "reader on a node": (PICO, {"reader": serial("/dev/ttyUSB0")}, "reader: the W5500-EVB-Pico has its reader on"),
    "UART on a Pi": (PI4, {"printer": uart(0, 14, 15)}, "printer: a Raspberry Pi has its printer on a port; name it"),
    "reader on a Pi": (PI4, {"reader": uart(0, 14, 15)}, "reader: a Raspberry Pi has its reader on a port; name it"),
    "no such chip": ("arduino", {}, "chip: invalid enum value 'arduino'; take one of w5500-evb-pico, "),
    "a matrix with a hole": (
        PICO,
        {"keys": {"matrix": {"rows": [2, 3], "columns": [4, 5], "keys": [["a", "b"], ["c"]]}}},
        "keys.matrix: a matrix of 2 rows and 2 columns names a key for each",
    ),
    "a name twice": (
        PICO,
        {"keys": {"matrix": {"rows": [2, 3], "columns": [4, 5], "keys": [["a", "b"], ["c", "a"]]}}},
        "the key a is in the matrix twice",
    ),
    "no keys": (PICO, {"keys": {}}, "keys: keys have either pins, one for each, or a matrix"),
    "keys of both kinds": (PICO, {"keys": keys(A=8) | matrix([2, 3], [4, 5])}, "keys have either pins, one for each,"),
    "a matrix that is high": (PICO, {"keys": {"active": "high"} | matrix([2, 3], [4, 5])}, "a matrix are active low"),
}


def refusal(case: str) -> str:
    """Return what is said of a board that cannot be."""
    chip, parts, _ = REFUSED[case]
    with pytest.raises(BoardError) as refused:
        decode_board(msgspec.json.encode({"chip": chip, **parts}), "own.json")
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"tone": {"pin": 3}}', "`chip` is missing; add it"),
        ('{"chip": "pico-w", "tone": {}}', "tone: `pin` is missing; add it"),
        ('{"chip": "pico-w", "tone": {"pin": 3, "pins": 4}}', "tone: unknown key `pins`; remove or correct it"),
        ('{"chip": "pico-w", "tone": {"pin": 99}}', "tone.pin: has to be at most 48; correct it"),
        ('{"chip": "pico-w", "tone": {"pin": -1}}', "tone.pin: has to be at least 0; correct it"),
        (
            '{"chip": "pico-w", "tone": {"pin": "GP3"}}',
            "tone.pin: has to be a whole number, without quotes, not str; correct it",
        ),
        ('{"chip": "pico-9"}', "chip: invalid enum value 'pico-9'; take one of w5500-evb-pico, "),
        (
            '{"chip": "pico-w", "panel": {"driver": "hub09"}}',
            "panel.driver: invalid value 'hub09'; take another; docs/boards.md has examples",
        ),
        ("[]", "the file: has to be a table, in { }, not array; correct it"),
        ("{", "that is no JSON (Input data was truncated); correct it, or begin with a copy of a shipped board file"),
        ("hello", "that is no JSON (JSON is malformed: "),
    ],
)
def test_a_file_that_is_no_board_file_is_refused_with_the_remedy(text: str, expected: str) -> None:
    with pytest.raises(BoardError) as refused:
        decode_board(text.encode(), "own.json")
    assert str(refused.value).startswith(f"own.json: {expected}")


@pytest.mark.parametrize("case", REFUSED)
def test_a_board_that_cannot_be_is_refused_with_one_sentence(case: str) -> None:
    said, sentence = refusal(case), REFUSED[case][2]
    assert said.startswith("own.json: ")
    assert sentence in said
    assert "\n" not in said


ALLOWED: dict[str, tuple[str, dict[str, Any]]] = {
    "any pins for a bus of an ESP32": (S3, {"panel": chain(2, 4, 41, 13), "printer": uart(2, 1, 2)}),
    "pulls of its own on pins that can only be read": (ETH01, {"keys": {"pins": {"A": 35}, "pull": "outside"}}),
    "active high, own resistor": (
        PICO2,
        {"keys": {"pins": {"A": 2}, "active": "high", "pull": "outside"}},
    ),
    "a lamp on a strapping pin": (ETH01, {"lamps": {"pins": {"A": 12}}}),
    "SPI 0 of a Pico W": (PICO_W, {"panel": chain(0, 18, 19, 17)}),
    "the second chip select of a Pi": (PI4, {"panel": chain(0, 11, 10, 7)}),
    "SPI 1 of a Pi": (PI4, {"panel": chain(1, 21, 20, 16)}),
    "a Pi 5's header": (PI5, {"printer": serial("/dev/ttyAMA0"), "reader": serial("/dev/ttyUSB0")}),
    "two UARTs": (PICO, {"printer": uart(0, 0, 1, flow="cts", cts=2), "reader": uart(1, 4, 5)}),
    "HUB08 on a Pico 2": (PICO2, {"panel": HUB08}),
    "an arrow on an ESP32": (ETH01, {"arrow": ARROW}),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_a_board_that_can_be_is_taken(case: str) -> None:
    chip, parts = ALLOWED[case]
    assert decode_board(msgspec.json.encode({"chip": chip, **parts}), "own.json").chip == chip


BUS = "spi 1"
SHARING: dict[str, tuple[list[PinUse], list[str]]] = {
    "one SPI with a chip select each": (
        [PinUse(f"{part}.{line}", pin, bus=BUS, line=line) for part, cs in (("panel", 13), ("other", 12))
         for line, pin in (("sck", 10), ("mosi", 11), ("cs", cs))],
        [],
    ),
    "one chip select": (
        [PinUse(f"{part}.{line}", pin, bus=BUS, line=line) for part in ("panel", "other")
         for line, pin in (("sck", 10), ("mosi", 11), ("cs", 13))],
        ["other.cs and panel.cs are both on pin 13; give one of them another pin"],
    ),
    "no chip select": (
        [PinUse("panel.sck", 10, bus=BUS, line="sck"), PinUse("panel.cs", 13, bus=BUS, line="cs"),
         PinUse("other.sck", 10, bus=BUS, line="sck")],
        ["other and panel share SPI 1; give other a chip select of its own, cs"],
    ),
    "two clocks": (
        [PinUse("panel.sck", 10, bus=BUS, line="sck"), PinUse("panel.cs", 13, bus=BUS, line="cs"),
         PinUse("other.sck", 14, bus=BUS, line="sck"), PinUse("other.cs", 12, bus=BUS, line="cs")],
        ["other and panel share SPI 1, whose sck cannot be on both 10 and 14; give both parts one pin"],
    ),
    "one I2C with two addresses": (
        [PinUse(f"{part}.{line}", pin, bus="i2c 1", line=line, address=address)
         for part, address in (("panel", 60), ("other", 61)) for line, pin in (("sda", 10), ("scl", 11))],
        [],
    ),
    "one address": (
        [PinUse(f"{part}.{line}", pin, bus="i2c 1", line=line, address=60)
         for part in ("panel", "other") for line, pin in (("sda", 10), ("scl", 11))],
        ["other and panel share I2C 1 and both have the address 60; give one of them another"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHARING)
def test_a_bus_is_shared_as_it_can_be(case: str) -> None:
    uses, sentences = SHARING[case]
    assert list(refusals(uses, {}, chip_named(PICO))) == sentences


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_board_is_right_and_its_pins_are_named(name: str) -> None:
    board = load_board(name)
    chip = chip_named(board.chip)
    assert {pin for _, pin in board.pins()} <= set(chip.free())
    assert len(board.pins()) == len({pin for _, pin in board.pins()})
    if board.keys:
        assert len(board.keys.names()) == len(set(board.keys.names()))


def test_every_chip_has_shipped_boards_and_they_hold_every_part_of_the_list() -> None:
    """Raspberry Pis 3, 4 and Zero 2 have the header that all share, and its boards."""
    boards = [load_board(name) for name in SHIPPED]
    assert {board.chip for board in boards} >= {*NODES, PI, PI5}
    drivers = {type(board.panel).__name__ for board in boards if board.panel}
    assert drivers == {"Max7219", "Hub08", "Ssd1306", "StripCard"}
    printers = {type(board.printer).__name__ for board in boards if board.printer}
    assert printers == {"UartPrinter", "SerialPrinter"}
    parts = [part for part in Board.__struct_fields__ if any(getattr(board, part) for board in boards)]
    assert parts == ["chip", "keys", "lamps", "panel", "tone", "printer", "reader", "arrow", "voice"]
    kinds = {"matrix" if board.keys.matrix else "pins" for board in boards if board.keys}
    assert kinds == {"matrix", "pins"}
    assert any(board.keys and "r5" in board.keys.names() for board in boards)


@pytest.mark.parametrize("name", chip_names())
def test_a_chip_names_its_sources_and_does_not_contradict_itself(name: str) -> None:
    chip = chip_named(name)
    assert all(len(source) > 10 for source in chip.sources)
    free = set(chip.free())
    assert free
    assert free.isdisjoint(chip.used)
    for kind, buses in chip.buses.items():
        for number, lines in buses.items():
            if f"{kind} {number}" not in chip.kept:
                named = [pins for pins in lines.values() if pins != "any"]
                assert all(free & set(pins) for pins in named), f"{kind} {number} has no free pin"
    limited = {pin for limit in chip.limits for first, last in limit.pins for pin in range(first, last + 1)}
    assert bool(limited) == bool(limited & free)
    ports = {pin for port in chip.ports.values() for pin in port}
    assert ports <= free | {0, 1}


def test_the_known_chips_are_the_same_everywhere() -> None:
    assert sorted(get_args(ChipName)) == chip_names()
    tree = ast.parse((ROOT / "firmware" / "config.py").read_text())
    known = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "CHIPS"
    )
    assert sorted(known) == sorted(NODES)


def test_a_chip_that_is_not_known_is_named_with_those_that_are() -> None:
    for name in ("z80", "../boards/pad-pi"):
        with pytest.raises(ChipError, match=rf"chip '{name}' is not known; there are esp32-s3, pico-w,"):
            chip_named(name)


def test_the_simulator_says_which_chips_it_runs(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "two-counters.toml").read_text()
    (tmp_path / "hall.toml").write_text(text.replace('"lintel-pico"', '"lintel-pi"', 1))
    plan = load_hall(str(tmp_path / "hall.toml"))
    sentence = (
        r"the simulator runs boards whose chip runs the firmware \(esp32-s3, pico-w, w5500-evb-pico, w5500-evb-pico2, "
        r"wt32-eth01\), and speakers; give it such a board"
    )
    with pytest.raises(HallStartError, match=sentence):
        build_devices(
            plan, tmp_path, broker=Address(host="127.0.0.1", port=1), passwords={}, bus=Bus(), slips=Slips(Bus())
        )


def test_the_page_about_boards_names_every_chip_and_its_example_is_a_board() -> None:
    page = (ROOT / "docs" / "boards.md").read_text()
    rows = [line.split("|")[1] for line in page.split("## Parts")[0].splitlines() if line.startswith("| `")]
    assert {name.strip("` ") for row in rows for name in row.split("` `")} == set(chip_names())
    parts = [line.split("`")[1] for line in page.split("## Parts")[1].splitlines() if line.startswith("| `")]
    assert parts == [part for part in Board.__struct_fields__ if part != "chip"]
    quoted = page.split("```text\n")[1].split("```")[0].splitlines()
    assert set(quoted) <= {refusal(case) for case in REFUSED}
    example = page.split("```json\n")[1].split("```")[0]
    shipped = load_board("desk-matrix-pico")
    assert decode_board(example.encode(), "docs/boards.md").keys == shipped.keys
