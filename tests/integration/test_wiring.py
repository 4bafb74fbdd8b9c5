"""Shows that the wiring pictures and the board files agree: every pin once, levels right, pages as they were made."""

import csv
import html
import io
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
import yaml
from PIL import Image

from hardware.board import Board, decode_board, load_board, shipped_boards
from hardware.chip import chip_named, chip_names
from hardware.wiring.bill import bill_csv, bill_lines
from hardware.wiring.diagrams import Choice, Diagrams, diagrams
from hardware.wiring.draw import DrawError, draw
from hardware.wiring.folder import DOCS, index, shipped, texts
from hardware.wiring.headers import HeaderError, header
from hardware.wiring.parts import parts
from hardware.wiring.power import PowerError
from hardware.wiring.sheet import CONTROLLER
from hub.cli.main import main
from sim.labels import CAPS

BOARDS = shipped()


OWN_HALL = """[hall]
id = "own"
name = "自建厅"
[[services]]
code = "A"
name = "户籍"
[[counters]]
number = 1
[[devices]]
name = "pad-1"
kind = "pad"
board = "own"
counter = 1
[[devices]]
name = "duty-1"
kind = "duty"
board = "own"
"""


def document(name: str, board: Board, choice: Choice | None = None) -> dict:
    return read(diagrams(name, board, choice).signals.document())


def read(text: str) -> dict:
    return yaml.load(text, yaml.CSafeLoader)


def controller_ends(content: dict) -> list[str]:
    """The words of the controller's pins, once for each wire that ends there."""
    controller = content["connectors"][CONTROLLER]
    words = dict(zip(controller["pins"], controller["pinlabels"], strict=True))
    ends = [end for connection in content["connections"] for end in connection]
    return [words[pin] for end in ends for name, pins in end.items() if name == CONTROLLER for pin in pins]


def wired(content: dict, start: str, end: str) -> dict[str, str]:
    """What is wired to what by the cables between two boxes."""
    found = {}
    for left, _, right in content["connections"]:
        if start in left and end in right:
            found |= dict(zip(left[start], right[end], strict=True))
    return found


def board(**content: object) -> Board:
    return decode_board(msgspec.json.encode({"chip": "w5500-evb-pico", **content}), "board.json")


MAX7219 = {"driver": "max7219", "w": 64, "h": 16, "spi": 1, "sck": 10, "mosi": 11, "cs": 13}
PRINTER = {"driver": "uart", "uart": 0, "tx": 0, "rx": 1}


@pytest.mark.parametrize("name", BOARDS)
def test_every_pin_of_the_board_file_is_in_the_picture_once(name: str) -> None:
    made = BOARDS[name]
    head = header(made.chip)
    named = [head.pins[head.place(pin)] for _, pin in made.pins()]
    drawn = [word for word in controller_ends(document(name, made)) if word not in ("GND", "3V3", "插座")]
    ported = [head.pins[head.place(pin)] for port in made.ports().values() for pin in head.chip.ports.get(port, ())]
    assert sorted(drawn) == sorted(named + ported)


@pytest.mark.parametrize("name", BOARDS)
def test_the_page_is_what_the_board_file_gives_now(name: str) -> None:
    for file, text in texts(BOARDS[name], diagrams(name, BOARDS[name])).items():
        assert (DOCS / file).read_text("utf-8") == text, f"{file}: run make docs, and look at the pictures"


def test_the_list_of_pages_is_whole() -> None:
    drawn = [diagrams(name, made) for name, made in BOARDS.items()]
    assert (DOCS / "README.md").read_text("utf-8") == index(drawn)
    assert {path.stem for path in DOCS.glob("*.md")} == {*BOARDS, "README"}


@pytest.mark.parametrize("name", BOARDS)
def test_the_kept_pictures_show_the_wires_of_the_board_file(name: str) -> None:
    """Graphviz draws differently from version to version; what is written at a wire and at its ends stays."""
    for kept, text in diagrams(name, BOARDS[name]).documents().items():
        picture = (DOCS / f"{kept}.svg").read_text("utf-8")
        found = Counter(html.unescape(text).strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture))
        wanted = Counter(words for line in _wires(read(text)) for words in line)
        assert {words: found[words] for words in wanted} == dict(wanted), f"{kept}.svg: run make docs"
        assert sum(":" in words for words in found.elements()) == wanted.total(), f"{kept}.svg: run make docs"


def _wires(content: dict) -> list[tuple[str, str, str]]:
    """What is written at each wire: where it comes from, its colour and label, where it goes to."""

    def end(name: str, pin: object) -> str:
        box = content["connectors"][name]
        labels = dict(zip(box["pins"], box.get("pinlabels", []), strict=False))
        return ":".join(str(part) for part in (name, pin, labels.get(pin)) if part)

    lines = []
    for left, middle, right in content["connections"]:
        ((start, outs), (cable, _), (finish, ins)) = (*left.items(), *middle.items(), *right.items())
        made = content["cables"][cable]
        for out, color, label, into in zip(outs, made["colors"], made["wirelabels"], ins, strict=True):
            lines.append((end(start, out), f"{color}:{label}", end(finish, into)))
    return lines


def test_pictures_are_drawn_and_are_no_empty_sheets(tmp_path: Path) -> None:
    drawn = diagrams("dispenser-id-pico", BOARDS["dispenser-id-pico"])
    pictures = draw(drawn.documents(), tmp_path)
    assert [path.name for path in pictures] == [
        "dispenser-id-pico.svg",
        "dispenser-id-pico.png",
        "dispenser-id-pico-power.svg",
        "dispenser-id-pico-power.png",
    ]
    with Image.open(tmp_path / "dispenser-id-pico.png") as picture:
        assert picture.width > 2000
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 8
    assert "取号机 dispenser&#45;id&#45;pico 信号" in (tmp_path / "dispenser-id-pico.svg").read_text("utf-8")


def test_a_document_that_wireviz_refuses_is_an_error(tmp_path: Path) -> None:
    wrong = diagrams("lintel-pico", load_board("lintel-pico")).signals.document().replace('"DIN": ', '"DON": ')
    with pytest.raises(DrawError, match="wireviz could not draw wrong: Exception: 点阵屏:DIN not found"):
        draw({"wrong": wrong.replace('"DIN", "CS", "CLK"]', '"DON", "CS", "CLK"]')}, tmp_path)


def test_signals_of_5_v_parts_go_through_a_level_shifter() -> None:
    content = document("lintel-pico", load_board("lintel-pico"))
    assert wired(content, CONTROLLER, "点阵屏") == {}
    assert wired(content, CONTROLLER, "电平转换") == {14: "1A→1Y", 17: "2A→2Y", 15: "3A→3Y", 13: "GND"}
    assert wired(content, "电平转换", "点阵屏") == {"1A→1Y": "CLK", "2A→2Y": "CS", "3A→3Y": "DIN", "GND": "GND"}


def test_hub08_has_the_published_pinout() -> None:
    content = document("lintel-hub08-pico", load_board("lintel-hub08-pico"))
    into = wired(content, CONTROLLER, "电平转换")
    out = wired(content, "电平转换", "点阵屏")
    head = header("w5500-evb-pico")
    at = {gpio: out[into[int(head.place(gpio))]] for gpio in (2, 3, 4, 5, 6, 7, 8, 9)}
    assert at == {2: 9, 3: 2, 4: 4, 5: 6, 6: 8, 7: 16, 8: 14, 9: 7}  # R1, A, B, C, D, CLK, STB, EN


def test_an_arrow_uses_the_way_that_a_panel_left() -> None:
    drawn = diagrams("lintel-arrow-pico", load_board("lintel-arrow-pico"))
    assert drawn.goods["ahct125"] == 1
    assert wired(read(drawn.signals.document()), "电平转换", "箭头灯带") == {"4A→4Y": "DIN", "GND": "GND"}


def test_a_printer_is_rs232_unless_its_kind_is_sold_with_ttl_lines() -> None:
    rs232 = document("dispenser", board(printer=PRINTER))
    assert wired(rs232, "热敏打印机", "232 转换") == {"RXD": "T1IN→T1OUT", "TXD": "R1OUT←R1IN", "GND": "GND"}
    assert wired(rs232, "232 转换", CONTROLLER) == {"T1IN→T1OUT": 1, "R1OUT←R1IN": 2, "VCC": 36, "GND": 3}
    ttl = {"RXD": 1, "TXD": 2, "GND": 3}
    panel = board(printer=PRINTER | {"profile": "panel-58"})
    assert wired(document("dispenser", panel), "热敏打印机", CONTROLLER) == ttl
    assert wired(document("dispenser", board(printer=PRINTER), Choice(printer="ttl")), "热敏打印机", CONTROLLER) == ttl


def test_a_printer_says_that_it_is_busy_on_its_own_line_and_its_answers_only_where_wired() -> None:
    busy = board(printer=PRINTER | {"flow": "cts", "cts": 2, "answers": False})
    content = document("dispenser", busy)
    assert wired(content, "232 转换", CONTROLLER) == {"T1IN→T1OUT": 1, "R2OUT←R2IN": 4, "VCC": 36, "GND": 3}
    assert wired(content, "热敏打印机", "232 转换") == {"RXD": "T1IN→T1OUT", "DTR": "R2OUT←R2IN", "GND": "GND"}


def test_keys_and_lamps_that_are_active_the_other_way_have_the_other_supply() -> None:
    other = board(keys={"pins": {"A": 2}, "active": "high"}, lamps={"pins": {"A": 3}, "active": "low"})
    content = document("pad", other)
    assert wired(content, "按键", CONTROLLER) == {1: 4, 2: 36}
    assert wired(content, CONTROLLER, "指示灯") == {5: 1, 36: 2}


def test_a_supply_is_chosen_by_what_all_parts_take() -> None:
    def chosen(made: Board) -> tuple[int, str]:
        power = diagrams("lintel", made).power
        return power.total_ma, power.supply.buy if power.supply else ""

    assert chosen(board(panel=MAX7219)) == (16 * 330 * 15 // 32 + 10 + 300, "lrs-35-5")
    assert chosen(board(panel=MAX7219 | {"intensity": 15})) == (16 * 330 * 31 // 32 + 10 + 300, "lrs-35-5")
    assert chosen(board(panel=MAX7219 | {"w": 128, "intensity": 15})) == (32 * 330 * 31 // 32 + 10 + 300, "lrs-75-5")
    assert chosen(load_board("pad-oled-pico")) == (400, "adapter-2a")
    assert chosen(load_board("pad-oled-pi")) == (100, "")
    with pytest.raises(PowerError, match="all parts take 41230 mA, LRS-100-5，5 V 18 A gives 14400 mA"):
        diagrams("lintel", board(panel=MAX7219 | {"w": 256, "h": 32, "intensity": 15}))


def test_every_load_of_5_v_is_fed() -> None:
    for name, made in BOARDS.items():
        drawn = diagrams(name, made)
        power = read(drawn.power.harness.document())
        fed = {target for _, _, right in power["connections"] for target in right}
        boxes = [box.name for box in drawn.signals.boxes if {"VCC", "5V", "+"} & set(box.pins)]
        at_3v3 = {end for one in _ends_of(drawn, "3V3") for end in one}
        assert {box for box in boxes if box != CONTROLLER} <= fed | at_3v3, name


def _ends_of(drawn: Diagrams, net: str) -> list[tuple[str, str]]:
    return [(one.start, one.end) for one in drawn.signals.cables if any(wire.net == net for wire in one.wires)]


@pytest.mark.parametrize("chip", chip_names())
def test_every_pin_that_a_chip_brings_out_has_its_place(chip: str) -> None:
    made, head = chip_named(chip), header(chip)
    assert [word for word in map(made.name_of, made.free()) if word not in head.pins.values()] == []
    assert [int(place) for place in head.pins] == list(range(1, len(head.pins) + 1))


def test_a_keypad_has_its_rows_and_columns_and_says_which_key_is_where() -> None:
    content = document("desk", load_board("desk-matrix-pico"))
    assert wired(content, "矩阵键盘", CONTROLLER) == {1: 4, 2: 5, 3: 6, 4: 7, 5: 9, 6: 10, 7: 11, 8: 12}
    assert content["connectors"]["矩阵键盘"]["notes"].splitlines()[1:] == [
        "1/2/3/顺呼",
        "4/5/6/重呼",
        "7/8/9/弃号",
        "功能/0/确认/结束",
    ]


def test_keys_on_pins_without_pull_resistors_get_them() -> None:
    drawn = diagrams("dispenser-eth01", load_board("dispenser-eth01"))
    keys = next(box for box in drawn.signals.boxes if box.name == "按键")
    assert keys.notes.endswith("每键另接 10 kΩ 到 3V3")
    assert drawn.goods["resistor-10k"] == 3


def test_a_pin_that_is_not_brought_out_is_an_error() -> None:
    with pytest.raises(HeaderError, match=r"W5500-EVB-Pico: GP25 is not on its pins; see WIZnet"):
        header("w5500-evb-pico").place(25)
    with pytest.raises(HeaderError, match=r"chip z80: hardware/wiring/headers.toml does not have it"):
        header("z80")


def test_the_words_on_keys_are_those_of_the_hall() -> None:
    known = parts().caps
    assert {key: words for key, words in CAPS.items() if key in known} == {
        key: words for key, words in known.items() if key in CAPS
    }
    assert [parts().cap(key) for key in ("next", "d7", "A")] == ["next 顺呼", "d7 7", "A"]


def test_every_part_is_in_the_bill_with_its_price_left_open() -> None:
    for name, made in BOARDS.items():
        goods = diagrams(name, made).goods
        assert set(goods) <= set(parts().buy), name
        bill = bill_csv(goods)
        assert bill.startswith("\ufeffpart,")
        rows = list(csv.reader(io.StringIO(bill.removeprefix("\ufeff"))))
        assert rows[0] == ["part", "look for", "quantity", "price each", "sum"]
        assert rows[1:] == [[part, look, str(count), "", ""] for part, look, count in bill_lines(goods)]


def test_a_hall_has_one_bill_for_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wiring", "examples/two-counters.toml", "--out", str(tmp_path), "--text"]) == 0
    said = capsys.readouterr().out
    assert f"{tmp_path}/lintel-pico.md  门楣屏 lintel-pico\n" in said
    bill = {row[0]: row[2] for row in csv.reader(io.StringIO((tmp_path / "bill.csv").read_text("utf-8")))}
    page = (tmp_path / "dispenser-pico.md").read_text("utf-8")
    assert "| 4 | GP2 | keys.A | W1 黄 | 按键 1 |" in page
    assert bill["MAX7219 module, 4 blocks"] == "32"


def test_a_board_of_ones_own_is_drawn_as_what_the_hall_has_it_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.json").write_bytes((shipped_boards() / "desk-pico.json").read_bytes())
    (tmp_path / "hall.toml").write_text(OWN_HALL, "utf-8")
    assert main(["wiring", str(tmp_path / "own.json"), "--out", str(tmp_path / "one"), "--text"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/one/own.md  设备 own\n"
    assert main(["wiring", str(tmp_path / "hall.toml"), "--out", str(tmp_path / "all"), "--text"]) == 0
    assert f"{tmp_path}/all/own.md  呼叫器、值班台 own\n" in capsys.readouterr().out


def test_the_command_says_which_boards_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wiring", "--list"]) == 0
    assert "dispenser-pico  取号机\n" in capsys.readouterr().out
    assert main(["wiring"]) == 2
    assert capsys.readouterr().err == ("lintel: name a board or a hall's file; lintel wiring --list shows the boards\n")
    assert main(["wiring", "nothing.json"]) == 2
    assert (
        capsys.readouterr().err
        == "lintel: nothing.json: cannot be read: No such file or directory; name a board file\n"
    )
