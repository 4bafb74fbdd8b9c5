"""The reader of ESC/POS does every command that it knows, and says of every other one where it stands."""

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sim.paper import Reader, Slip, read_slips
from sim.paper.lexer import Lexer


def one(data: bytes, **how: object) -> Slip:
    (slip,) = read_slips(data, **how)  # type: ignore[arg-type]
    return slip


def ink(slip: Slip) -> tuple[int, int, int, int]:
    """Return the box of all black dots within the paper's width: left, top, right, bottom."""
    box = slip.image.crop((16, 16, slip.image.width - 16, slip.image.height - 16)).point(lambda dot: not dot).getbbox()
    assert box
    return box


def length(data: bytes) -> int:
    return sum(slip.image.height - 32 for slip in read_slips(data))


def text(data: bytes, **how: object) -> list[str]:
    return [line for slip in read_slips(data, **how) for line in slip.text]  # type: ignore[arg-type]


def reports(data: bytes) -> list[str]:
    return [str(report) for slip in read_slips(data) for report in slip.reports]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"\x1c." + b"\x1bt\x00\x82\n", ["é"]),
        (b"\x1c." + b"\x1bt\x13\xd5\n", ["€"]),
        (b"\x1c." + b"\x1bt\x10\xe9\x80\n", ["é€"]),
        (b"\x1bR\x0f$\x1bR\x02[\n", ["¥Ä"]),
        (b"\x1c.\xd6\xd0\x1c&\xd6\xd0\n", ["╓╨中"]),
        ("㐂¥".encode("gb18030") + b"\n", ["㐂¥"]),
        (b"a\tb\n", ["a       b"]),
        (b"\x1bD\x04\x0a\x00a\tb\tc\td\n", ["a   b     cd"]),
        (b"a\x1b$\x78\x00b\x1b\\\x18\x00c\n", ["a         b  c"]),
        (b"a\x1b\\\xf4\xffb\n", ["ab"]),
        (b"x\x0cy\n", ["x", "y"]),
        (b"a\r\x00b\n", ["ab"]),
        (b"lost\x1b@kept\n", ["kept"]),
        (b"\x1b=\x02for the display\x1b=\x01paper\n", ["paper"]),
    ],
)
def test_what_can_be_read(data: bytes, lines: list[str]) -> None:
    assert text(data) == lines
    assert reports(data) == []


def test_a_printer_of_gbk_takes_four_bytes_for_two_characters() -> None:
    yen = one("¥5".encode("gb18030") + b"\n", code="gbk")
    assert (yen.text, len(yen.reports)) == (["□□5"], 2)
    assert one("¥5".encode("gb18030") + b"\n").text == ["¥5"]
    assert one(b"\xa2\xe3\n", code="gbk").text == ["□"]
    assert one(b"\xa2\xe3\n").text == ["€"]
    assert one("镕".encode("gbk") + b"\n", code="gb2312").text == ["□"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"ab\x1dXcd\n", ["byte 2: 1d58: unknown command"]),
        (b"\x07\x0b", ["byte 0: 07: unknown command", "byte 1: 0b: unknown command"]),
        (b"\x10\x04\x01\x1b\x7fa\n", ["byte 3: 1b7f: unknown command"]),
        (b"a\n\x1d(k\x03", ["byte 2: 1d286b03: the bytes end within a command"]),
        (b"\x1d(k\x03\x000C\x01", ["byte 0: 1d286b03003043: of the two-dimensional codes only QR is known here"]),
        (b"\x1bt\x63a\n", ["byte 0: 1b7463: code page 99 is not known here"]),
        (b"a\x1ba\x01\n", ["byte 1: 1b6101: alignment counts at the beginning of a line only"]),
        (b"a\x1dV\x00", ["byte 1: 1d5600: a cut within a line"]),
        (b"\x1dkM\x01a", ["byte 0: 1d6b4d0161: bar code 77 is not known here"]),
        (b"\x1dk\x0212\x00", ["byte 0: 1d6b02313200: EAN-13 of '12'; give 12 digits"]),
        (b"\x1dv0\x00\x00\x00\x01\x00", ["byte 0: 1d763000000001: a picture without rows, or of an unknown mode"]),
        (b"\x1d(L\x02\x0002", ["byte 0: 1d284c02003032: no graphics are stored"]),
        (b"\x1d(L\x02\x000\x40", ["byte 0: 1d284c02003040: function 64 of graphics is not known here"]),
        (b"\x81\x20\n", ["byte 0: 81: no character of Chinese mode"]),
        (b"\x1bL", ["byte 0: 1b4c: unknown command"]),
    ],
)
def test_nothing_is_skipped_in_silence(data: bytes, said: list[str]) -> None:
    assert reports(data) == said


KNOWN = [
    b"\x1b@", b"\x1b!\x08", b"\x1d!\x11", b"\x1c!\x0c", b"\x1cW\x01", b"\x1c&", b"\x1bM\x01", b"\x1bE\x01",
    b"\x1bG\x01",
    b"\x1b-\x02", b"\x1c-\x01", b"\x1dB\x01", b"\x1b{\x01", b"\x1ba\x02", b"\x1bV\x01", b"\x1b \x04", b"\x1cS\x02\x02",
    b"\x1dL\x10\x00", b"\x1dW\x00\x01", b"\x1dP\xcb\xcb", b"\x1b3\x20", b"\x1b2", b"\x1bd\x02", b"\x1bJ\x10",
    b"\x1dh\x40", b"\x1dw\x02", b"\x1dH\x02", b"\x1df\x00", b"\x1bp\x00\x19\xfa", b"\x10\x14\x01\x00\x01",
    b"\x10\x05\x01",
    b"\x10\x04\x04", b"\x1dr\x01", b"\x1dI\x01", b"\x1da\xff", b"\x1d(E\x02\x00\x06\x01", b"\x1d(A\x02\x00\x00\x02",
    b"\x1b7\x07\x50\x02", b"\x12#\x40", b"\x1b8\x00\x00", b"\x1b9\x00", b"\x1bt\x10", b"\x1bR\x0f", b"\x1dj\x01", b"A",
    "中".encode("gbk"), "㐂".encode("gb18030"), b"\n", b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x01", b"\x1dk\x0496\x00",
    b"\x1b*\x21\x02\x00abcdef", b"\x1d(k\x08\x001P0hello", b"\x1d(k\x03\x001Q0", b"\x1bi", b"\x1dVB\x00", b"\x1dV\x01",
]  # fmt: skip


@given(parts=st.lists(st.sampled_from(KNOWN), max_size=12), cuts=st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_bytes_may_come_in_any_pieces(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    lexer, pieces = Lexer(), []
    rest = data
    for cut in cuts:
        pieces += lexer.feed(rest[:cut])
        rest = rest[cut:]
    pieces += lexer.feed(rest)
    assert pieces == Lexer().feed(data)
    assert b"".join(piece.data for piece in pieces) == data
    assert (len(parts) + 3 * parts.count(KNOWN[48]), bytes(lexer.rest)) == (len(pieces), b"")


@pytest.mark.parametrize("data", KNOWN, ids=bytes.hex)
def test_no_command_is_done_before_its_last_byte(data: bytes) -> None:
    lexer = Lexer()
    pieces = [lexer.feed(data[at : at + 1]) for at in range(len(data))]
    assert b"".join(piece.data for found in pieces for piece in found) == data
    assert pieces[-1] != []
    assert pieces == [[]] * (len(data) - 1) + [pieces[-1]] or data == KNOWN[48]


def test_dots_that_look_like_a_request_stay_dots() -> None:
    assert KNOWN[48].startswith(b"\x1dv0")
    picture = one(KNOWN[48]).image.crop((16, 16, 24, 19))
    assert bytes(byte ^ 0xFF for byte in picture.tobytes()) == b"\x10\x04\x01"


@pytest.mark.parametrize(
    ("data", "dots"),
    [
        (b"a\n", 30),
        (b"a\x1bd\x01", 30),
        (b"a\x1bd\x03", 90),
        (b"\x1bd\x02", 60),
        (b"a\x1bJ\x40", 64),
        (b"a\x1bJ\x02", 24),
        (b"\x1d!\x11a\n", 48),
        (b"\x1b3\x50a\n\x1b2a\n", 110),
        (b"a\n\x1dVB\x10", 30 + 40 + 16),
        (b"\x1dP\x65\x65\x1bJ\x0aa\n", 50),
    ],
)
def test_how_far_the_paper_goes(data: bytes, dots: int) -> None:
    assert length(b"\x1b@" + data + b"\x1dV\x00") == dots


@pytest.mark.parametrize(
    ("data", "left", "right"),
    [
        (b"\xa8\x80\n", 0, 24),
        (b"\x1ba\x01\xa8\x80\n", 180, 204),
        (b"\x1ba\x32\xa8\x80\n", 360, 384),
        (b"\x1dL\x28\x00\xa8\x80\n", 40, 64),
        (b"\x1dL\x28\x00\x1dW\x64\x00\x1ba\x02\xa8\x80\n", 116, 140),
        (b"\x1b{\x01\xa8\x80\n", 360, 384),
        (b"\x1cW\x01\xa8\x80\n", 0, 48),
        (b"\x1cS\x0a\x00\xa8\x80\n", 10, 34),
        (b"\x1d!\x30\xa8\x80\n", 0, 96),
    ],
)
def test_where_a_character_stands(data: bytes, left: int, right: int) -> None:
    """The character is ``▁`` or another that fills its cell; white on black does so for certain."""
    box = ink(one(b"\x1dB\x01" + data))
    assert (box[0], box[2]) == (left, right)


def test_sizes_of_chinese_and_of_letters_are_set_apart() -> None:
    wide = b"\x1dB\x01"
    assert ink(one(wide + b"\x1b!\x30A\n"))[2:] == (24, 48)
    assert ink(one(wide + b"\x1b!\x30\xd6\xd0\n"))[2:] == (24, 24)
    assert ink(one(wide + b"\x1c!\x0c\xd6\xd0\n"))[2:] == (48, 48)
    assert ink(one(wide + b"\x1c!\x0cA\n"))[2:] == (12, 24)
    assert ink(one(wide + b"\x1bM\x01A\n"))[2:] == (9, 17)


@pytest.mark.parametrize("style", [b"\x1bE\x01", b"\x1bG\x01", b"\x1b-\x01", b"\x1bV\x01", b"\x1b{\x01", b"\x1bM\x01"])
def test_a_style_is_seen_and_goes_away(style: bytes) -> None:
    plain = one(b"R\n").image.tobytes()
    assert one(style + b"R\n").image.tobytes() != plain
    assert one(style + style[:2] + b"\x00R\n").image.tobytes() == plain
    assert one(style + b"\x1b@R\n").image.tobytes() == plain


BARS = [
    (b"\x1dk\x02400638133393\x00", "EAN13", "4006381333931"),
    (b"\x1dkC\x0c400638133393", "EAN13", "4006381333931"),
    (b"\x1dk\x039638507\x00", "EAN8", "96385074"),
    (b"\x1dk\x0003600029145\x00", "EAN13", "0036000291452"),
    (b"\x1dkB\x06425261", "UPCE", "0042100005264"),
    (b"\x1dk\x04A-12 3$\x00", "Code39", "A-12 3$"),
    (b"\x1dk\x0512345670\x00", "ITF", "12345670"),
    (b"\x1dk\x06A123456B\x00", "Codabar", "A123456B"),
    (b"\x1dkH\x06TEST93", "Code93", "TEST93"),
    (b"\x1dkI\x0a{BTicket12", "Code128", "Ticket12"),
    (b"\x1dkI\x0b{BA{C\x0c\x22\x38{Bz", "Code128", "A123456z"),
    (b"\x1dkI\x06{AAB\x0dC", "Code128", "AB\rC"),
]


@pytest.mark.parametrize(("data", "kind", "says"), BARS)
def test_bar_codes_are_read_back(data: bytes, kind: str, says: str) -> None:
    slip = one(b"\x1ba\x01\x1dw\x02\x1dh\x50" + data, width_dots=576)
    assert slip.reports == []
    (found,) = zxingcpp.read_barcodes(slip.image.convert("L"))
    assert (found.text, found.format.name) == (says, kind)


def test_the_words_of_a_bar_code() -> None:
    code = b"\x1dk\x04ABC\x00"
    heights = [length(b"\x1dh\x50\x1dH" + bytes([words]) + code + b"\x1dV\x00") for words in (0, 1, 2, 3)]
    assert heights == [80, 104, 104, 128]
    assert [one(b"\x1dH" + bytes([words]) + code).text for words in (0, 2)] == [[], ["ABC"]]


def qr(*functions: bytes) -> bytes:
    return b"".join(b"\x1d(k" + len(body).to_bytes(2, "little") + body for body in functions)


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("words", ["https://jiandu.example/donghu", "码上监督 A012", "0" * 200])
def test_qr_codes_are_read_back(words: str, level: str) -> None:
    correction = bytes([48 + "LMQH".index(level)])
    slip = one(qr(b"1A2\x00", b"1C\x04", b"1E" + correction, b"1P0" + words.encode(), b"1Q0"), width_dots=576)
    (found,) = zxingcpp.read_barcodes(slip.image.convert("L"))
    assert (found.text, found.ec_level, slip.qr, slip.reports) == (words, level, [words], [])


def test_a_qr_code_that_cannot_be_is_reported() -> None:
    assert "byte 0" in reports(qr(b"1C\x11"))[0]
    assert "model 1" in reports(qr(b"1A1\x00"))[0]
    too_much = reports(qr(b"1E3", b"1P0" + b"a" * 2000, b"1Q0"))
    assert len(too_much) == 1
    assert "QR code" in too_much[0]
    assert reports(qr(b"1C\x10", b"1P0" + b"a" * 300, b"1Q0")) == [
        "byte 316: 1d286b03003151: a QR code of 976 dots on a print area of 384"
    ]


def test_pictures_of_every_kind_are_the_same_dots() -> None:
    """A picture of 24 by 24 dots as rows, as graphics by rows and by columns, and as a bit image."""
    picture = Image.new("1", (24, 24))
    picture.putdata([(x * 7 + y * 5) % 11 < 4 for y in range(24) for x in range(24)])
    rows, columns = picture.tobytes(), picture.transpose(Image.Transpose.TRANSPOSE).tobytes()
    sized = b"\x01\x01\x31\x18\x00\x18\x00"
    long = len(rows) + 10
    ways = [
        b"\x1dv0\x00\x03\x00\x18\x00" + rows,
        b"\x1d(L" + long.to_bytes(2, "little") + b"0p0" + sized + rows + b"\x1d(L\x02\x0002",
        b"\x1d(L" + long.to_bytes(2, "little") + b"0q0" + sized + columns + b"\x1d(L\x02\x0002",
        b"\x1d8L" + long.to_bytes(4, "little") + b"0p0" + sized + rows + b"\x1d(L\x02\x0002",
        b"\x1b3\x18\x1b*\x21\x18\x00" + columns + b"\n",
    ]
    drawn = [one(b"\x1ba\x01" + way).image for way in ways]
    assert {image.tobytes() for image in drawn} == {drawn[0].tobytes()}
    assert drawn[0].crop((16 + 180, 16, 16 + 204, 40)).point(lambda dot: not dot).tobytes() == rows


@pytest.mark.parametrize(("mode", "size"), [(0, (8, 2)), (1, (16, 2)), (2, (8, 4)), (3, (16, 4)), (51, (16, 4))])
def test_a_raster_picture_may_be_doubled(mode: int, size: tuple[int, int]) -> None:
    assert ink(one(b"\x1dv0" + bytes([mode]) + b"\x01\x00\x02\x00\xff\xff"))[2:] == size


def test_what_is_wider_than_the_paper_is_lost_beyond_it() -> None:
    assert ink(one(b"\x1dv0\x00\x40\x00\x01\x00" + b"\xff" * 64))[2:] == (384, 1)


def test_a_reader_tells_what_was_asked() -> None:
    reader = Reader()
    reader.feed(b"\x1dr\x01\x1dI\x43\x1da\x0ca\n")
    steps = [reader.step() for _ in range(3)]
    assert [(step.asks, step.asks_identity, step.tells) for step in steps if step] == [
        (1, None, None),
        (None, 67, None),
        (None, None, 12),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a\n" + b"\x1bd\xff" * 100_000, "a roll of 50 m is used up"),
        (b"a\n\x1dVA\0" * 100_000, "a roll of 50 m is used up"),
        (b"\xff" * 100_000, "too much is unknown; the rest is not read"),
    ],
)
def test_bytes_without_end_are_read_for_one_roll(data: bytes, why: str) -> None:
    slips = read_slips(data)
    assert slips[-1].reports[-1].why == why
    assert sum(slip.image.height - 2 * 16 for slip in slips) < 410_000
