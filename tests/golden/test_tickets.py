"""Tickets as bytes and as paper, as they were looked at; and the reader that turns the one into the other."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hub.slips import ahead_words
from printers.forms import Forms
from printers.output import print_bytes
from printers.profile import profile
from printers.template import Values
from sim.paper import Slip, read_slips

TICKETS = Path(__file__).parent / "tickets"
FOOT = {
    "hall": "东湖派出所综合服务大厅",
    "rule": "号码当日有效，过号作废",
    "enquiry_phone": "027-5550110",
    "complaint_phone": "12345 / 12389",
    "supervision": "https://jiandu.example/donghu",
}
FULL = {
    "hall": "东湖派出所综合服务大厅",
    "rule": "号码当日有效，过号作废，作废后须重新取号",
    "hours": "周一至周五 9:00-12:00 13:30-17:00",
    "query": "办理进度查询：027-5550110 或任一窗口",
}


def ticket(number: str = "A012", ahead: int = 3, service: str = "户籍", **others: str) -> dict[str, str]:
    return {
        "number": number,
        "service": service,
        "ahead": str(ahead),
        "ahead_words": ahead_words(ahead),
        "expected": "15分钟" if ahead else "",
        "counters": "1至5号窗口",
        "time": "2026-11-21 09:30",
        "serial": "20261121-000012",
        "check": "K7QM",
        **others,
    }


USUAL = FOOT | ticket()
WIDE = FULL | ticket("D1000", ahead=120, service="治安", expected="10小时")
SLOT = FOOT | ticket("Y007", slot="09:30-10:00")
GOLDEN: dict[str, tuple[str, Values, str]] = {
    "usual": ("ticket", USUAL, "generic-58"),
    "usual-raster": ("ticket", USUAL, "raster-58"),
    "usual-panel": ("ticket", USUAL, "panel-58"),
    "first": ("ticket", FOOT | ticket("B001", ahead=0, service="出入境"), "generic-58"),
    "copy": ("ticket", FOOT | ticket(copy="（补打）"), "generic-58"),
    "wide": ("ticket", WIDE, "generic-80"),
    "wide-raster": ("ticket", WIDE, "raster-80"),
    "appointment": ("appointment", SLOT, "generic-58"),
    "appointment-80": ("appointment", SLOT, "generic-80"),
    "appointment-raster": ("appointment", SLOT, "raster-58"),
}
NATIVE = sorted(name for name, (_, _, printer) in GOLDEN.items() if profile(printer).native)
FORMS = Forms()


def paper_of(name: str) -> Slip:
    form, values, printer = GOLDEN[name]
    data = print_bytes(FORMS.fill(form, values), profile(printer))
    (slip,) = read_slips(data, width_dots=profile(printer).width_dots)
    return slip


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_tickets_are_as_they_were_looked_at(name: str) -> None:
    slip = paper_of(name)
    assert slip.data == (TICKETS / f"{name}.bin").read_bytes()
    assert "\n".join(slip.text) + "\n" == (TICKETS / f"{name}.txt").read_text()
    with Image.open(TICKETS / f"{name}.png") as looked_at:
        assert slip.image.tobytes() == looked_at.convert("1").tobytes()
    assert slip.unknown == []


@pytest.mark.req("M21", "M38", "M49", "S15", "S23", "M40")
def test_a_ticket_says_what_a_citizen_needs() -> None:
    slip = paper_of("usual")
    assert slip.text == [
        "东湖派出所综合服务大厅",
        "A012",
        "户籍",
        "您的前面还有3人在等待",
        "预计等候约15分钟",
        "请在1至5号窗口办理",
        "2026-11-21 09:30",
        "号码当日有效，过号作废",
        "咨询电话 027-5550110",
        "监督电话 12345 / 12389",
        "码上监督",
        "20261121-000012 校验码K7QM",
    ]
    assert slip.qr == ["https://jiandu.example/donghu"]
    assert slip.is_cut


@pytest.mark.req("S15")
@pytest.mark.parametrize("name", ["usual", "usual-raster", "usual-panel", "appointment-80"])
def test_a_phone_reads_the_code_off_the_paper(name: str) -> None:
    found = zxingcpp.read_barcodes(paper_of(name).image.convert("L"))
    assert [one.text for one in found] == ["https://jiandu.example/donghu"]


@pytest.mark.req("M38")
def test_a_ticket_says_where_to_ask_how_far_it_is() -> None:
    assert "办理进度查询：027-5550110 或任一窗口" in paper_of("wide").text


@pytest.mark.req("M24")
def test_a_ticket_of_an_appointment_says_when() -> None:
    assert "预约 09:30-10:00" in paper_of("appointment").text


def test_whoever_is_next_reads_of_no_minutes() -> None:
    assert not [line for line in paper_of("first").text if "分钟" in line]


def test_a_usual_ticket_is_under_300_bytes() -> None:
    assert len(paper_of("usual").data) <= 300


def test_a_second_copy_says_so() -> None:
    assert "（补打）" in paper_of("copy").text


@pytest.mark.parametrize(
    ("data", "text", "unknown"),
    [
        (b"\x1b@\x1c&" + "中A".encode("gbk") + b"\n", ["中A"], []),
        (b"\x1c." + b"\xd6\xd0\n", ["╓╨"], []),
        ("㐂".encode("gb18030") + b"\n", ["㐂"], []),
        (b"ab" * 17 + b"\n", ["ab" * 16, "ab"], []),
        (b"\x1dXab\n", ["ab"], ["1d58"]),
        (b"a\x07b\n", ["ab"], ["07"]),
        (b"\x1d(kzz", [], ["1d286b7a7a"]),
        (b"\x1dV\x09x\n", ["x"], ["1d5609"]),
        (b"\x81\x20\n", [" "], ["81"]),
    ],
)
def test_bytes_are_read_as_a_printer_reads_them(data: bytes, text: list[str], unknown: list[str]) -> None:
    slips = read_slips(data)
    assert [line for slip in slips for line in slip.text] == [line for line in text if line.strip()]
    assert [code for slip in slips for code in slip.unknown] == unknown or not slips


def test_a_raster_picture_is_printed_dot_by_dot() -> None:
    (slip,) = read_slips(b"\x1dv0\x00\x01\x00\x02\x00\x81\x7e")
    dots = slip.image.crop((16, 16, 24, 18))
    assert dots.tobytes() == bytes([0x7E, 0x81])


def test_a_cut_ends_a_slip() -> None:
    slips = read_slips(b"one\n\x1dV\x00two\n\x1dVB\x10three\n")
    assert [(slip.text, slip.is_cut) for slip in slips] == [(["one"], True), (["two"], True), (["three"], False)]


def test_sizes_are_whole_factors() -> None:
    (slip,) = read_slips(b"\x1d!\x11A\n")
    (plain,) = read_slips(b"A\n")
    assert slip.image.height - plain.image.height == 48 - 30
