"""What python-escpos prints: the model reads all of it, and our own bytes are compared with it, line for line."""

import itertools
import logging
from collections.abc import Callable

import pytest
from escpos.printer import Dummy
from PIL import Image

from printers.layout import Align, Column, Columns, Cut, Document, Feed, Qr, Rule, Text
from printers.output import print_bytes
from printers.profile import profile
from sim.paper import Slip, read_slips
from sim.paper.lexer import Lexer

Calls = Callable[[Dummy], object]
OURS = profile("epson-tm-t20")
WIDTH_DOTS = OURS.width_dots
PICTURE = Image.new("L", (100, 50), 255)
PICTURE.paste(0, (10, 10, 60, 40))


def theirs(calls: Calls) -> bytes:
    device = Dummy()
    calls(device)
    return bytes(device.output)


def after(first: Calls, second: Calls) -> Calls:
    return lambda device: (first(device), second(device))


@pytest.fixture(autouse=True)
def no_chatter(caplog: pytest.LogCaptureFixture) -> None:
    """It logs that no printer is known; that is what is meant."""
    caplog.set_level(logging.CRITICAL)


# --- The model reads whatever python-escpos can express. ---

STYLES: list[dict[str, object]] = [
    *({"align": align} for align in ("left", "center", "right")),
    *({"font": font} for font in ("a", "b")),
    *({"custom_size": True, "width": w, "height": h} for w, h in itertools.product(range(1, 9), repeat=2)),
    *({"density": density} for density in range(9)),
    *({"underline": dots} for dots in (0, 1, 2)),
    *({name: on} for name in ("bold", "invert", "smooth", "flip") for on in (True, False)),
    {"double_height": True}, {"double_width": True}, {"double_height": True, "double_width": True},
    {"normal_textsize": True},
]  # fmt: skip
BAR_CODES = {
    "UPC-A": "03600029145", "UPC-E": "0425261", "EAN13": "400638133393", "EAN8": "9638507", "CODE39": "A-12",
    "ITF": "123456", "NW7": "A123456B", "CODE93": "TEST93", "CODE128": "{BTicket12",
}  # fmt: skip
PAGES = ["CP437", "CP850", "CP852", "CP858", "CP860", "CP863", "CP865", "CP866", "CP1252"]


def _text(words: str) -> Calls:
    return lambda device: device.text(words + "\n")


READ: dict[str, Calls] = {
    **{f"set {style}": after(lambda d, style=style: d.set(**style), _text("中A1")) for style in STYLES},
    "set_with_default": after(lambda d: d.set_with_default(align="center", bold=True), _text("A")),
    **{f"text {words}": _text(words) for words in ("hello", "号码【：】A12", "【：】", "价¥5", "é ü ñ €", "a\tb")},
    "textln": lambda d: d.textln("户籍"),
    "ln": lambda d: d.ln(3),
    "block_text": lambda d: d.block_text("很长的一段话要折行 and more of it", columns=10),
    **{f"charcode {page}": after(lambda d, page=page: d.charcode(page), _text("a")) for page in PAGES},
    "charcode AUTO": lambda d: d.charcode("AUTO"),
    **{
        f"cut {mode} {feed}": (lambda d, m=mode, f=feed: d.cut(m, feed=f))
        for mode in ("FULL", "PART") for feed in (False, True)
    },
    **{f"hw {what}": (lambda d, what=what: d.hw(what)) for what in ("INIT", "SELECT", "RESET")},
    **{f"control {what}": (lambda d, what=what: d.control(what)) for what in ("LF", "FF", "CR", "HT")},
    "control HT of 10": after(lambda d: d.control("HT", count=4, tab_size=10), _text("a\tb\tc")),
    **{f"line_spacing {n}": after(lambda d, n=n: d.line_spacing(60, n), _text("a")) for n in (60, 180, 360)},
    "line_spacing none": lambda d: d.line_spacing(),
    "print_and_feed": lambda d: d.print_and_feed(3),
    "panel_buttons": lambda d: d.panel_buttons(enable=False),
    **{f"cashdraw {pin}": (lambda d, pin=pin: d.cashdraw(pin)) for pin in (2, 5)},
    "buzzer": lambda d: d.buzzer(2, 3),
    "linedisplay": lambda d: d.linedisplay("not on paper"),
    "linedisplay_clear": lambda d: d.linedisplay_clear(),
    "linedisplay_select": lambda d: d.linedisplay_select(),
    "print_and_eject_slip": lambda d: d.print_and_eject_slip(),
    **{
        f"qr {size} {ec}": (lambda d, s=size, e=ec: d.qr("码上", native=True, size=s, ec=e))
        for size in (1, 8) for ec in range(4)
    },
    "qr as picture": lambda d: d.qr("https://x.example/1", size=4),
    **{
        f"image {how} {tall} {wide}": (
            lambda d, h=how, v=tall, w=wide: d.image(
                PICTURE, impl=h, high_density_vertical=v, high_density_horizontal=w
            )
        )
        for how in ("bitImageRaster", "graphics", "bitImageColumn") for tall in (True, False) for wide in (True, False)
    },
    **{f"barcode {kind}": (lambda d, k=kind, c=code: d.barcode(c, k, width=2)) for kind, code in BAR_CODES.items()},
    "barcode as picture": lambda d: d.barcode("4006381333931", "EAN13", force_software=True),
}  # fmt: skip
NOT_READ: dict[str, tuple[Calls, str]] = {
    "eject_slip": (lambda d: d.eject_slip(), "ESC K turns paper back; thermal printers do not"),
    "use_slip_only": (lambda d: d.use_slip_only(), "it sends half a command: its constant lacks the rest of ESC c 0"),
    "control VT": (lambda d: d.control("VT"), "no printer has vertical tabs"),
    "barcode GS1-128": (lambda d: d.barcode("{B1234", "GS1-128", check=False), "not modelled: no slip has it"),
    "barcode GS1": (
        lambda d: d.barcode("1234567890123", "GS1 DATABAR OMNIDIRECTIONAL", check=False), "not modelled: no slip has it"
    ),
}  # fmt: skip
"""What the model reports, each with the reason."""
WITHOUT_BYTES = {"close", "device", "open", "output", "clear", "check_barcode", "is_usable", "target"}
ASK = {"is_online", "paper_status", "query_status"}
"""They need an answer, which Dummy has not; their bytes are DLE EOT n."""


@pytest.mark.parametrize("name", READ)
def test_the_model_reads_every_command(name: str) -> None:
    slips = read_slips(theirs(READ[name]), width_dots=WIDTH_DOTS, is_chinese="charcode" not in name and "é" not in name)
    assert [str(report) for slip in slips for report in slip.reports] == []


@pytest.mark.parametrize("name", NOT_READ)
def test_the_model_reports_the_rest(name: str) -> None:
    slips = read_slips(theirs(NOT_READ[name][0]), width_dots=WIDTH_DOTS)
    assert [report for slip in slips for report in slip.reports] != []


def test_no_method_of_python_escpos_is_forgotten() -> None:
    every = {name for name in dir(Dummy) if not name.startswith("_")}
    seen = {name.split()[0] for name in (*READ, *NOT_READ)}
    assert every == seen | WITHOUT_BYTES | ASK


def test_pictures_of_all_three_ways_are_the_same_dots() -> None:
    ways = ("bitImageRaster", "graphics", "bitImageColumn")
    drawn = [one(theirs(lambda d, how=how: d.image(PICTURE, impl=how))).image.crop((16, 16, 116, 66)) for how in ways]
    assert [image.tobytes() for image in drawn] == [PICTURE.convert("1").tobytes()] * 3


# --- Every line that both can express. ---


def one(data: bytes) -> Slip:
    (slip,) = read_slips(data, width_dots=WIDTH_DOTS)
    return slip


def ours(document: Document) -> bytes:
    return print_bytes(document, OURS)


USUAL = {
    b"\x1ba": b"\0", b"\x1d!": b"\0", b"\x1b!": b"\0", b"\x1bE": b"\0", b"\x1b-": b"\0", b"\x1bM": b"\0",
    b"\x1b{": b"\0",
    b"\x1dB": b"\0", b"\x1db": b"\0", b"\x1bt": b"\0", b"\x1c&": b"", b"\x1b@": b"", b"\x1dP": b"\xcb\xcb",
}  # fmt: skip
"""As a printer with Chinese is switched on; saying so again changes nothing."""


def sentences(data: bytes) -> list[tuple[frozenset[bytes], bytes]]:
    """Return what is printed, each with the settings that it changes: their order and repetition mean nothing."""
    told, known = dict(USUAL), dict(USUAL)
    found: list[tuple[frozenset[bytes], bytes]] = []
    for token in Lexer().feed(data):
        if token.data[:2] in USUAL:
            told[token.data[:2]] = token.data[2:]
            continue
        changed = frozenset(name + told[name] for name in told if told[name] != known[name])
        if changed or not found:
            found.append((changed, b""))
        found[-1] = (found[-1][0], found[-1][1] + token.data)
        known = dict(told)
    return found


ALIGNS: dict[Align, str] = {"left": "left", "centre": "center", "right": "right"}
WORDS = [
    "A012",
    "户籍",
    "您的前面还有3人在等待",
    "请在1至5号窗口办理，过号作废。",
    "“引号”（括号）《书名》…—·",
    "（补打 9:30）",
]
SIZES = [(1, 1), (2, 2), (1, 2), (2, 1), (4, 4)]


def styled(words: str, align: Align, size: tuple[int, int], is_bold: bool) -> tuple[Text, Calls]:
    def calls(device: Dummy) -> None:
        device.set(align=ALIGNS[align], bold=is_bold, custom_size=True, width=size[0], height=size[1])
        device.textln(words)

    return Text(words, align, size[0], size[1], is_bold), calls


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("align", ALIGNS)
def test_lines_of_text_are_the_same_bytes_but_for_settings_said_twice(words: str, align: Align) -> None:
    for size, is_bold in itertools.product(SIZES, (False, True)):
        if len(words.encode("gbk")) * size[0] > OURS.cells:
            continue  # ours wraps between words, python-escpos lets the printer cut them
        text, calls = styled(words, align, size, is_bold)
        own, other = ours((text,)), theirs(calls)
        assert sentences(own) == sentences(other)
        assert (one(own).text, one(own).image.tobytes()) == (one(other).text, one(other).image.tobytes())


SAME: dict[str, tuple[Document, Calls]] = {
    "bold and back": (
        (Text("重要", is_bold=True), Text("其余")),
        lambda d: (d.set(bold=True), d.textln("重要"), d.set(bold=False), d.textln("其余")),
    ),
    "feed lines": ((Text("a"), Feed(lines=3)), lambda d: (d.textln("a"), d.print_and_feed(3))),
    "rule": ((Rule("-"),), lambda d: d.textln("-" * OURS.cells)),
    "rule of stars": ((Rule("*"),), lambda d: d.textln("*" * OURS.cells)),
    "columns": (
        (Columns((Column("事项", 12), Column("数量", 8, "right"), Column("备注", 0)), is_bold=True),),
        lambda d: (d.set(bold=True), d.textln("事项" + " " * 8 + " " * 4 + "数量" + "备注")),
    ),
    "cut": ((Text("号"), Cut()), lambda d: (d.textln("号"), d.cut(feed=False))),
    "several lines": (
        (Text("东湖派出所", "centre"), Text("A012", "centre", 4, 4), Text("户籍", "left", 2, 2), Text("a", "right")),
        lambda d: (
            d.set(align="center"), d.textln("东湖派出所"), d.set(custom_size=True, width=4, height=4), d.textln("A012"),
            d.set(align="left", custom_size=True, width=2, height=2), d.textln("户籍"),
            d.set(align="right", custom_size=True, width=1, height=1), d.textln("a"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_is_the_same_bytes(name: str) -> None:
    document, calls = SAME[name]
    assert sentences(ours(document)) == sentences(theirs(calls))
    assert one(ours(document)).image.tobytes() == one(theirs(calls)).image.tobytes()


OTHER_BYTES: dict[str, tuple[Document, Calls, str]] = {
    "qr": (
        (Qr("https://jiandu.example/donghu", 4, "M"),),
        lambda d: (d.set(align="center"), d.qr("https://jiandu.example/donghu", native=True, size=4, ec=1)),
        "it names model 2 each time (function 165), which ESC @ has chosen already",
    ),
    "double": (
        (Text("A012", "left", 2, 2),),
        lambda d: (d.set(double_width=True, double_height=True), d.textln("A012")),
        "it says ESC ! three times; GS ! says it once, and for Chinese too",
    ),
    "yen": ((Text("工本费￥5"),), lambda d: d.textln("工本费￥5"), "both send A3 A4"),
}  # fmt: skip
OTHER_PAPER: dict[str, tuple[Document, Calls, str]] = {
    "punctuation": (
        (Text("【：】"),),
        lambda d: d.textln("【：】"),
        "a line without a character of U+4E00 to 9FA5 is taken for Latin: it prints ???",
    ),
    "double chinese": (
        (Text("户籍", "left", 2, 2),),
        lambda d: (d.set(double_width=True, double_height=True), d.textln("户籍")),
        "ESC ! counts for single-byte characters only: Chinese stays small (Epson, ESC !)",
    ),
    "yen of one kind": (
        (Text("工本费¥5"),),
        lambda d: d.textln("工本费¥5"),
        "it sends four bytes of GB18030, which a printer of GBK takes for two characters; ours is A3 A4",
    ),
    "rare": (
        (Text("𠮷"),),
        lambda d: d.textln("𠮷"),
        "it prints ? alone, and beside Chinese four bytes of a plane that printers do not have; ours is a picture",
    ),
    "cut": (
        (Text("a"), Cut(is_full=False)),
        lambda d: (d.textln("a"), d.cut("PART")),
        "it feeds six lines and cuts where it stands; ours feeds to the cutter, which saves 140 dots of paper a slip",
    ),
}
"""Where python-escpos puts out something else; each with the reason."""


@pytest.mark.parametrize("name", OTHER_BYTES)
def test_other_bytes_are_the_same_paper(name: str) -> None:
    document, calls, _reason = OTHER_BYTES[name]
    own, other = one(ours(document)), one(theirs(calls))
    assert (own.text, own.qr, own.image.tobytes()) == (other.text, other.qr, other.image.tobytes())


@pytest.mark.parametrize("name", OTHER_PAPER)
def test_where_the_paper_differs_ours_is_as_meant(name: str) -> None:
    document, calls, _reason = OTHER_PAPER[name]
    own, other = one(ours(document)), one(theirs(calls))
    assert own.image.tobytes() != other.image.tobytes()
    assert own.reports == []


@pytest.mark.parametrize("how", ["bitImageRaster", "graphics", "bitImageColumn"])
def test_our_pictures_of_text_are_dots_that_it_prints_too(how: str) -> None:
    """A slip for a printer without Chinese, and the same slip as a picture through python-escpos."""
    printer = profile("raster-58")
    document = (Text("户籍 A012", "centre", 2, 2), Feed(dots=20), Text("【：】"), Qr("https://x.example/1"), Cut())
    (own,) = read_slips(print_bytes(document, printer), width_dots=printer.width_dots)
    dots = own.image.crop((16, 16, 16 + printer.width_dots, own.image.height - 16))
    (other,) = read_slips(theirs(lambda d: d.image(dots, impl=how)), width_dots=printer.width_dots)
    printed = other.image.crop((16, 16, 16 + printer.width_dots, 16 + dots.height))
    assert printed.tobytes() == dots.tobytes()


def test_python_escpos_loses_what_ours_prints() -> None:
    assert (one(ours((Text("【：】"),))).text, one(theirs(_text("【：】"))).text) == (["【：】"], ["???"])
    wide = one(ours((Text("户籍", "left", 2, 2),))).image.height - 32
    small = one(theirs(OTHER_PAPER["double chinese"][1])).image.height - 32
    assert (wide, small) == (48, 30)
    (gbk,) = read_slips(theirs(_text("费¥5")), code="gbk")
    assert gbk.text == ["费□□5"]
