"""Tickets as bytes and as paper, as they were looked at; and the reader that turns the one into the other."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printers import escpos
from printers.ticket import Foot, Ticket, ticket_bytes
from sim.paper import Slip, read_slips

TICKETS = Path(__file__).parent / "tickets"
FOOT = Foot(enquiry="027-5550110", complaint="12345 / 12389", supervision="https://jiandu.example/donghu")
FULL = Foot(rule="号码当日有效，过号作废，作废后须重新取号", hours="周一至周五 9:00-12:00 13:30-17:00", paper_mm=80)
WIDTHS = {58: 384, 80: 576}


def ticket(number: str = "A012", ahead: int = 3, is_copy: bool = False, service: str = "户籍") -> Ticket:
    return Ticket(
        hall="东湖派出所综合服务大厅",
        number=number,
        service=service,
        ahead=ahead,
        taken_at=datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        counters="1至5号窗口",
        serial="20261121-000012",
        check="K7QM",
        is_copy=is_copy,
    )


GOLDEN = {
    "usual": (ticket(), FOOT),
    "first": (ticket("B001", ahead=0, service="出入境"), FOOT),
    "copy": (ticket(is_copy=True), FOOT),
    "wide": (ticket("D1000", ahead=120, service="治安"), FULL),
}


def paper_of(name: str) -> Slip:
    one, foot = GOLDEN[name]
    (slip,) = read_slips(ticket_bytes(one, foot), width_dots=WIDTHS[foot.paper_mm])
    return slip


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_tickets_are_as_they_were_looked_at(name: str) -> None:
    slip = paper_of(name)
    assert slip.data == (TICKETS / f"{name}.bin").read_bytes()
    assert "\n".join(slip.text) + "\n" == (TICKETS / f"{name}.txt").read_text()
    with Image.open(TICKETS / f"{name}.png") as looked_at:
        assert slip.image.tobytes() == looked_at.convert("1").tobytes()
    assert slip.unknown == []


@pytest.mark.req("M21", "M38", "S15", "M40")
def test_a_ticket_says_what_a_citizen_needs() -> None:
    slip = paper_of("usual")
    assert slip.text == [
        "东湖派出所综合服务大厅",
        "A012",
        "户籍",
        "您的前面还有3人在等待",
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


def test_a_usual_ticket_is_under_300_bytes() -> None:
    assert len(paper_of("usual").data) <= 300


def test_a_second_copy_says_so() -> None:
    assert "（补打）" in paper_of("copy").text


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("A1", b"A1"),
        ("号", "号".encode("gbk")),
        ("¥5", b"\xa3\xa45"),
        ("𠮷", "〓".encode("gbk")),
        ("a\x1b@b", b"a@b"),
    ],
)
def test_text_becomes_bytes_that_every_chinese_printer_takes(text: str, data: bytes) -> None:
    assert escpos.encode(text) == data


def test_what_cannot_be_printed_is_reported() -> None:
    assert escpos.unprintable("李𠮷〓𠮷") == ["𠮷"]


@given(text=st.text(st.sampled_from("号码当日有效，。A1 b"), max_size=80), width=st.sampled_from([32, 48]))
def test_wrapping_cuts_no_character_and_loses_none(text: str, width: int) -> None:
    lines = escpos.wrap(text, width)
    assert "".join(lines) == text
    assert all(escpos.cells(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("data", "text", "unknown"),
    [
        (b"\x1b@\x1c&" + "中A".encode("gbk") + b"\n", ["中A"], []),
        (b"\x1c." + b"\xd6\xd0\n", ["??"], []),
        ("㐂".encode("gb18030") + b"\n", ["㐂"], []),
        (b"ab" * 17 + b"\n", ["ab" * 16, "ab"], []),
        (b"\x1dXab\n", ["ab"], ["1d58"]),
        (b"a\x07b\n", ["ab"], ["07"]),
        (b"\x1d(kzz", [], []),
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
