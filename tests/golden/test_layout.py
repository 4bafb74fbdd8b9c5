"""What is printed, from the words to the bytes: lines, columns, sizes, codes and cuts, native and as a picture."""

import re
import unicodedata

import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from hardware.contract import JOB_WHOLE_BYTES
from printers import charset, raster_type
from printers.layout import (
    Column,
    Columns,
    Cut,
    Document,
    Element,
    Feed,
    Qr,
    Rule,
    Text,
    TooWideError,
    lines_of,
    widths_of,
)
from printers.output import print_bytes
from printers.profile import Profile, UnknownProfileError, profile, profiles
from printers.qr import QrTooLongError
from printers.raster import LARGEST_BYTES, rows_of
from printers.wrapping import NOT_FIRST, NOT_LAST, cells, clean, name_lines, wrap
from sim.paper import Slip, read_slips

NATIVE = [name for name, one in profiles().items() if one.native]
RASTER = [name for name, one in profiles().items() if not one.native]
WORDS = st.text(st.sampled_from("号码当日有效过作废，。！（《》）“”……——¥·é A1b-9/ 𠮷㛃\u3000"), max_size=60)
ANY = st.text(max_size=40)
SIZES = st.integers(1, 8)
ALIGNS = st.sampled_from(["left", "centre", "right"])
TEXTS = st.builds(Text, WORDS, ALIGNS, SIZES, SIZES, st.booleans())
ROWS = st.builds(
    lambda texts, is_bold: Columns(tuple(Column(text) for text in texts), is_bold),
    st.lists(WORDS, min_size=1, max_size=4),
    st.booleans(),
)


def paper(*elements: Element, name: str = "generic-58") -> Slip:
    one = profile(name)
    (slip,) = read_slips(print_bytes((*elements, Cut()), one), width_dots=one.width_dots)
    assert slip.unknown == []
    return slip


def dots_of(line: Text) -> int:
    return cells(line.text) * line.width * 12


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 8, [""]),
        ("号码当日", 8, ["号码当日"]),
        ("号码当日有效", 8, ["号码当日", "有效"]),
        ("号码当日，有效", 8, ["号码当", "日，有效"]),
        ("号码当（日）", 8, ["号码当", "（日）"]),
        ("号码“当日有效”。", 8, ["号码“当", "日有", "效”。"]),
        ("拨打027-5550110号", 12, ["拨打", "027-5550110", "号"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("周一 9:00 周二", 10, ["周一 9:00", "周二"]),
        ("稍候……请留意", 8, ["稍候……", "请留意"]),
        ("  缩进", 8, ["  缩进"]),
        (clean("一\r\n二\t三\x1b"), 8, ["一 二 三"]),
    ],
)
def test_words_break_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    assert list(wrap(text, width)) == lines


@settings(deadline=None)
@given(text=WORDS, width=st.integers(8, 48))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(deadline=None)
@given(
    text=st.text(st.sampled_from("号码当日有效，。（）"), max_size=60).filter(
        lambda t: not re.search("[，。（）]{2}", t)
    )
)
def test_no_line_begins_with_a_full_stop_or_ends_with_a_bracket(text: str) -> None:
    lines = wrap(text, 16)
    assert not [line for line in lines[1:] if line[0] in NOT_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NOT_LAST]


@settings(deadline=None)
@given(text=ANY)
def test_no_control_character_is_left(text: str) -> None:
    assert not [char for char in clean(text) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn"}]


@pytest.mark.parametrize("sent", ["\x1b@", "\x1d(k\x03\x00", "\x10\x04\x01", "\x1cp\x01", "\x00\n\r\x7f\x9b"])
def test_no_command_comes_through_a_field(sent: str) -> None:
    assert print_bytes((Text(f"张{sent}三"),), profile("generic-58")) == print_bytes(
        (Text(f"张{clean(sent)}三"),), profile("generic-58")
    )
    data = print_bytes((Text(sent), Columns((Column(sent), Column("x")))), profile("generic-58"))
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f-\x80]", data.removeprefix(b"\x1b@\x1c&"))


@settings(deadline=None)
@given(elements=st.lists(TEXTS | ROWS, max_size=6), name=st.sampled_from(NATIVE))
def test_every_line_fits_every_paper(elements: list[Text | Columns], name: str) -> None:
    one = profile(name)
    for element in elements:
        assert all(dots_of(line) <= one.width_dots for line in lines_of(element, one.cells))


@settings(deadline=None)
@given(elements=st.lists(TEXTS | ROWS | st.builds(Rule, st.sampled_from("-=*─")), min_size=1, max_size=6))
def test_the_model_reads_the_lines_that_were_laid_out(elements: list[Text | Columns | Rule]) -> None:
    """What the printer's own type lacks is a picture there, and not among the lines that are read back."""
    one = profile("generic-58")
    lines = [line.text for element in elements for line in lines_of(element, one.cells)]
    meant = [line.replace("¥", "￥").rstrip() for line in lines if not charset.unprintable(line, "gbk")]
    slips = read_slips(print_bytes((*elements, Cut()), one))
    assert [line for slip in slips for line in slip.text] == [line for line in meant if line]
    assert not [code for slip in slips for code in slip.unknown]


@settings(deadline=None)
@given(element=TEXTS | ROWS, name=st.sampled_from(RASTER))
def test_a_picture_has_the_lines_of_native_type(element: Text | Columns, name: str) -> None:
    one = profile(name)
    lines = lines_of(element, one.cells)
    assert rows_of(element, one) == tuple(row for line in lines for row in rows_of(line, one))
    assert len(rows_of(element, one)) == sum(24 * line.height + 6 for line in lines)
    assert all(row < 1 << one.width_dots for row in rows_of(element, one))


@settings(deadline=None)
@given(elements=st.lists(TEXTS | st.builds(Feed, st.integers(0, 3), st.integers(0, 300)), max_size=6))
def test_the_model_prints_the_dots_that_were_drawn(elements: list[Element]) -> None:
    one = profile("raster-58")
    meant = [row for element in elements for row in rows_of(element, one)]
    assume(any(meant))
    assume(48 * len(meant) < LARGEST_BYTES - 1024)  # more is set in small type, see the test of that
    (slip,) = read_slips(print_bytes(tuple(elements), one))
    data = slip.image.crop((16, 16, 400, 16 + len(meant))).point(lambda dot: not dot, "1").tobytes()
    seen = [int.from_bytes(data[at : at + 48], "big") for at in range(0, len(data), 48)]
    assert len(seen) == len(meant)
    for row, drawn in zip(seen, meant, strict=True):
        assert row & drawn == drawn
        assert (row ^ drawn).bit_count() <= 4, "a dot more, where the dots were a command for the printer"


@pytest.mark.parametrize("char", ["号", "A", "，", "q", "籍"])
def test_type_of_pictures_has_strokes_of_two_dots(char: str) -> None:
    rows = raster_type.char_rows(char)
    width = cells(char) * 12
    runs = [len(run) for row in rows for run in re.findall("1+", f"{row:0{width}b}")]
    assert len(rows) == 24
    assert runs
    assert min(runs) >= 2


@pytest.mark.parametrize(
    ("number", "name", "width"),
    [
        ("A012", "generic-58", 4),
        ("A0123456", "generic-58", 4),
        ("AB1234567", "generic-58", 3),
        ("A" * 40, "generic-80", 1),
    ],
)
def test_a_number_is_set_smaller_rather_than_broken(number: str, name: str, width: int) -> None:
    (line,) = lines_of(Text(number, "centre", 4, 4), profile(name).cells)
    assert (line.text, line.width, line.height) == (number, width, width)


@pytest.mark.parametrize(
    ("text", "charset_name", "data"),
    [
        ("A1", "gbk", b"A1"),
        ("号", "gbk", "号".encode("gbk")),
        ("¥5", "gbk", b"\xa3\xa45"),
        ("￥5", "gb18030", b"\xa3\xa45"),
        ("㛃", "gbk", None),
        ("㛃", "gb18030", "㛃".encode("gb18030")),
        ("𬭼", "gb18030", None),
        ("€", "gbk", None),
    ],
)
def test_text_becomes_bytes_that_the_printer_takes(
    text: str, charset_name: charset.Charset, data: bytes | None
) -> None:
    assert charset.encode(text, charset_name) == data


@pytest.mark.parametrize("name", NATIVE)
def test_a_name_that_the_printer_lacks_is_drawn_and_the_rest_is_not(name: str) -> None:
    slip = paper(Text("办事人"), Text("李𬭼"), Text("2026年"), name=name)
    assert slip.text == ["办事人", "2026年"]
    assert slip.data.count(b"\x1dv0") == 1
    alone = paper(Text("李𬭼"), name=name)
    assert alone.image.tobytes() != paper(Text("李〓"), name=name).image.tobytes()


def test_around_a_line_that_is_drawn_the_others_stay_where_they_belong() -> None:
    slip = paper(Text("办事人", "centre"), Text("李𬭼", "centre"), Text("办事人", "centre"))
    first, _, last = (slip.image.crop((0, 16 + top, 416, 46 + top)).tobytes() for top in (0, 30, 60))
    assert first == last


def test_bold_begins_and_ends_with_its_line() -> None:
    data = print_bytes((Text("a"), Text("b", is_bold=True), Text("c")), profile("generic-58"))
    assert data == b"\x1b@\x1c&a\n\x1bE\x01b\n\x1bE\x00c\n"


def test_bold_type_of_a_picture_has_more_ink() -> None:
    plain, bold = (rows_of(Text("号", is_bold=is_bold), profile("raster-58")) for is_bold in (False, True))
    assert plain != bold
    assert all(more & row == row for row, more in zip(plain, bold, strict=True))


def test_what_no_font_has_is_reported() -> None:
    assert raster_type.unprintable("李𬭼㛃\U0002fffd号\x1b") == ["\U0002fffd"]


@pytest.mark.parametrize(
    ("columns", "line_cells", "widths"),
    [
        ((Column(""), Column("", 8)), 32, (24, 8)),
        ((Column(""), Column("")), 33, (16, 17)),
        ((Column("", 4), Column("", 28)), 32, (4, 28)),
    ],
)
def test_columns_share_the_paper(columns: tuple[Column, ...], line_cells: int, widths: tuple[int, ...]) -> None:
    assert widths_of(columns, line_cells) == widths


@pytest.mark.parametrize("columns", [(Column("", 20), Column("", 13)), (Column("", 31), Column(""))])
def test_columns_that_do_not_fit_are_refused(columns: tuple[Column, ...]) -> None:
    with pytest.raises(TooWideError, match=r"on paper of 32; make them narrower"):
        widths_of(columns, 32)


def test_columns_are_wrapped_each_within_its_own() -> None:
    row = Columns((Column("1、", 4), Column("户口簿（户主页和本人页）复印件", 16), Column("2份", 12, "right")))
    assert paper(row).text == [
        "1、 户口簿（户主页和         2份",
        "    本人页）复印件",
    ]


@pytest.mark.parametrize(
    ("cutter", "is_full", "data"), [("both", True, b"A"), ("both", False, b"B"), ("partial", True, b"B")]
)
def test_paper_is_cut_as_the_printer_can(cutter: str, is_full: bool, data: bytes) -> None:
    one = _changed(cutter=cutter)
    assert print_bytes((Cut(is_full=is_full),), one) == b"\x1b@\x1c&\x1dV" + data + b"\x00"


def test_without_a_cutter_paper_is_moved_to_where_it_is_torn() -> None:
    assert print_bytes((Cut(),), profile("panel-58")) == b"\x1b@\x1c&\x1bd\x03"


def _changed(**changes: object) -> Profile:
    from msgspec.structs import replace

    return replace(profile("generic-58"), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(profiles()))
@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_codes_are_read_back_from_every_printer(name: str, level: str) -> None:
    text = "https://jiandu.example/东湖?序号=20261121-000012"
    slip = paper(Text("扫码"), Qr(text, 8, level), name=name)  # type: ignore[arg-type]
    assert [one.text for one in zxingcpp.read_barcodes(slip.image.convert("L"))] == [text]


def test_a_code_too_large_for_the_paper_gets_smaller_modules() -> None:
    slip = paper(Qr("x" * 300, 16))
    assert [one.text for one in zxingcpp.read_barcodes(slip.image.convert("L"))] == ["x" * 300]


@pytest.mark.parametrize("text", ["", "\x1b", "x" * 701])
def test_a_code_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(QrTooLongError, match="give 1 to 700"):
        print_bytes((Qr(text),), profile("generic-58"))


def test_pictures_obey_the_printer_s_buffer() -> None:
    heights = [
        int.from_bytes(found[1], "little")
        for found in re.finditer(rb"\x1dv0\x00..(..)", print_bytes((Qr("号" * 60, 8),), _panel()), re.DOTALL)
    ]
    assert heights
    assert max(heights) <= 120


def _panel() -> Profile:
    from msgspec.structs import replace

    return replace(profile("panel-58"), charset="none")


def test_no_picture_holds_a_command_that_printers_obey_at_once() -> None:
    """``DLE EOT`` among the dots of a picture would be answered, and the answer taken for that to a later question."""
    from printers.raster import picture

    rows = (0x1004 << 368, 0x1014 << 300 | 0x1005)
    sent = picture(rows, _panel())
    assert not re.search(rb"\x10[\x04\x05\x14]", sent[8:])


def test_an_unknown_profile_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownProfileError, match="no profile 'epson' of a printer; there is generic-58, generic-80"):
        profile("epson")


@pytest.mark.parametrize("name", sorted(profiles()))
def test_a_profile_says_where_it_is_from(name: str) -> None:
    one = profile(name)
    assert one.source
    assert one.cells == one.width_dots // 12
    assert one.paper_mm == (58 if name.endswith("58") else 80)


def test_a_document_is_the_same_bytes_every_time() -> None:
    document: Document = (Text("号", "centre", 2, 2), Rule("="), Qr("x"), Feed(2, 8), Cut())
    assert len({print_bytes(document, profile("generic-58")) for _ in range(3)}) == 1


def test_a_picture_is_only_sent_where_there_is_ink() -> None:
    white = print_bytes((Feed(10), Text("号"), Feed(10)), profile("raster-58"))
    assert len(white) < 200
    assert Image.MODES


@pytest.mark.parametrize("name", RASTER)
def test_what_is_too_much_for_one_job_is_set_in_small_type(name: str) -> None:
    """A notice of six long items in two parts; in small type nothing of it is cut off either."""
    item = "居民户口簿原件及复印件（户主页与本人页）各一份，加盖单位公章，原件核对后退还本人，另附𬭼授权委托书"
    text = Text(item * 28)
    data = print_bytes((text, Cut()), profile(name))
    assert len(data) <= JOB_WHOLE_BYTES - 1024
    (slip,) = read_slips(data, width_dots=profile(name).width_dots)
    assert slip.unknown == []
    lines = lines_of(text, profile(name).width_dots // 8)
    assert slip.image.height >= 20 * len(lines) > slip.image.height - 200
    usual = print_bytes((Text(item), Cut()), profile(name))
    assert len(usual) * 28 > JOB_WHOLE_BYTES


LONG = "武汉市公安局东湖新技术开发区分局花山街道派出所户政出入境交通管理综合服务大厅"


@pytest.mark.req("M21")
@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("东湖派出所综合服务大厅", 32, ("东湖派出所综合服务大厅",)),
        (
            "武汉市公安局东湖新技术开发区分局关东派出所综合服务大厅",
            32,
            ("武汉市公安局东湖新技术开发区分局", "关东派出所综合服务大厅"),
        ),
        (
            "北湖新城经济技术开发区公安分局派出所综合服务大厅",
            32,
            ("北湖新城经济技术开发区公安分局", "派出所综合服务大厅"),
        ),
        (LONG, 32, ("武汉市公安局东湖新技术开发区分局", "花山街道派出所", "户政出入境交通管理综合服务大厅")),
        ("内蒙古自治区呼和浩特市新城区综合服务大厅", 32, ("内蒙古自治区呼和浩特市新城区", "综合服务大厅")),
        (
            "请在当日办理，过号请重新取号或到窗口咨询综合大厅",
            32,
            ("请在当日办理，过号请重新取号或到", "窗口咨询综合大厅"),
        ),
    ],
)
def test_the_name_of_a_hall_breaks_where_a_part_of_it_ends(name: str, width: int, lines: tuple[str, ...]) -> None:
    assert name_lines(name, width) == lines


@settings(deadline=None)
@given(st.text(st.sampled_from("武汉市公安局分东湖区派出所厅"), min_size=1, max_size=40), st.integers(2, 48))
def test_no_character_of_a_name_is_lost_and_no_line_is_too_long(name: str, width: int) -> None:
    lines = name_lines(name, width)
    assert "".join(lines) == name
    assert max(map(cells, lines)) <= width
    assert len(lines) <= len(wrap(name, width))


@pytest.mark.req("M21")
@pytest.mark.parametrize("name", NATIVE)
def test_a_long_name_is_on_the_paper_whole(name: str) -> None:
    assert "".join(paper(Text(LONG, "centre"), name=name).text) == LONG


def test_a_span_of_hours_stays_on_one_line() -> None:
    assert wrap("工作日 08:30—12:00，14:00—17:30", 32) == ("工作日 08:30—12:00，", "14:00—17:30")
    assert wrap("取号—受理—审核—办结—领取证件", 24) == ("取号—受理—审核—办结—", "领取证件")
