"""From a hall's file to the bytes of its tickets: its texts, its own template, and each printer's profile."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.config import HallError, load_hall
from hub.rules.state import Ticket
from hub.secrets import Secrets
from hub.slips import profile_of, ticket_of
from printers.forms import Forms
from printers.layout import Cut, Feed, Text
from printers.output import print_bytes
from printers.profile import profile
from sim.chips.printer_models import printer_like
from sim.paper import Slip, read_slips
from tests.contract.waiting import until

SECRETS = Secrets(passwords={}, key="00" * 32)
HALL = """
[hall]
id = "donghu"
name = "东湖派出所综合服务大厅"

[ticket]
rule = "过号两次作废"
hours = "周一至周五 9:00-17:00"
enquiry_phone = "027-5550110"
complaint_phone = "12389"
query = "办理进度查询：任一窗口"

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "own"
"""


def board_with(**printer: Any) -> bytes:
    board = json.loads((Path(__file__).parents[2] / "hardware/boards/dispenser-pico.json").read_text())
    board["printer"] |= printer
    return json.dumps(board).encode()


def hall_with(folder: Path, **printer: Any) -> Path:
    (folder / "own.json").write_bytes(board_with(**printer))
    (folder / "hall.toml").write_text(HALL, encoding="utf-8")
    return folder / "hall.toml"


def ticket_on(path: Path, **changes: Any) -> Slip:
    hall = load_hall(path)
    taken: dict[str, Any] = {
        "serial": 12,
        "number": "A012",
        "service": "A",
        "klass": "ordinary",
        "dispenser": "dispenser-1",
        "boot": 1,
        "cap": "A",
        "job": "20261121-000012",
        "ahead": 3,
        "taken_at": 1_795_224_600_000,
        "key": 0,
    }
    printer = profile_of(hall, "dispenser-1")
    data = ticket_of(hall, Forms(path.parent / "forms"), SECRETS, Ticket(**taken | changes), 600_000, printer)
    (slip,) = read_slips(data, width_dots=printer.width_dots)
    assert slip.unknown == []
    return slip


@pytest.mark.req("M21", "M38")
def test_a_ticket_has_the_texts_of_its_hall(tmp_path: Path) -> None:
    text = ticket_on(hall_with(tmp_path)).text
    assert text[:-1] == [
        "东湖派出所综合服务大厅",
        "A012",
        "户籍",
        "您的前面还有3人在等待",
        "预计等候约10分钟",
        "请在1号窗口办理",
        "2026-11-21 09:30",
        "过号两次作废",
        "周一至周五 9:00-17:00",
        "咨询电话 027-5550110",
        "监督电话 12389",
        "办理进度查询：任一窗口",
    ]
    assert text[-1].startswith("20261121-000012 校验码")


@pytest.mark.parametrize(
    ("name", "width", "words"),
    [("generic-58", 384, True), ("generic-80", 576, True), ("epson-tm-t88", 512, True), ("raster-58", 384, False)],
)
def test_a_ticket_is_laid_out_for_the_printer_that_gets_it(name: str, width: int, words: bool, tmp_path: Path) -> None:
    slip = ticket_on(hall_with(tmp_path, profile=name))
    assert slip.image.width == width + 32
    assert ("A012" in slip.text) is words


@pytest.mark.req("M24")
def test_an_appointment_s_ticket_has_its_hour(tmp_path: Path) -> None:
    slot = (1_795_224_600_000, 1_795_226_400_000)
    assert "预约 09:30-10:00" in ticket_on(hall_with(tmp_path), appointment="1001", slot=slot).text
    assert not [line for line in ticket_on(hall_with(tmp_path), appointment="1001").text if "预约" in line]


def test_a_hall_s_own_template_is_printed(tmp_path: Path) -> None:
    path = hall_with(tmp_path)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "ticket.txt").write_bytes("{hall}\r\n[4x4] {number}\r\n[cut]\r\n".encode("gbk"))
    assert ticket_on(path).text == ["东湖派出所综合服务大厅", "A012"]


def test_a_profile_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = hall_with(tmp_path, profile="epson")
    with pytest.raises(
        HallError, match=r"hall\.toml:\d+: board own: no printer profile 'epson'; there is generic-58, "
    ):
        load_hall(path)


def test_the_width_of_the_paper_is_no_longer_the_hall_s(tmp_path: Path) -> None:
    path = hall_with(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("[ticket]", "[ticket]\npaper_mm = 58"), encoding="utf-8")
    with pytest.raises(HallError, match="paper_mm"):
        load_hall(path)


@pytest.mark.parametrize("name", ["panel-58", "xprinter-58", "generic-80"])
async def test_paper_leaves_the_model_of_every_printer(name: str) -> None:
    """Without a cutter a hand tears it off."""
    slips: list[Slip] = []
    printer = printer_like(name, baud=115200, reply=lambda _data: None, on_slip=slips.append)
    document = (Text("A001"), Feed(2), Cut(), Text("A002", "centre", 4, 4), Cut())
    printer.receive(print_bytes(document, profile(name)))
    await until(lambda: sum(len(slip.text) for slip in slips) == 2)
    await printer.close()
    assert [line for slip in slips for line in slip.text] == ["A001", "A002"]
    assert {slip.image.width for slip in slips} == {profile(name).width_dots + 32}
