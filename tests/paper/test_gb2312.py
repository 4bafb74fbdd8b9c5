"""Every character of GB2312 comes out of the model as itself: the text read back, and the dots on the paper."""

from functools import lru_cache

import pytest
from PIL import Image

from printers.charset import YUAN
from printers.layout import Text
from printers.output import print_bytes
from printers.profile import profile
from sim.paper import read_slips
from sim.paper.type import type_of

ROWS = range(0xA1, 0xF8)
LOST = "【：】"
"""What python-escpos prints as ???, where no other Chinese stands beside it."""
PRINTERS = ["generic-58", "epson-tm-t20", "xprinter-58", "panel-58"]
"""Of every kind that sets Chinese itself."""


@lru_cache(maxsize=1)
def gb2312() -> tuple[str, ...]:
    """Return its characters as GBK, which all printers have, maps them: A1A4 is U+00B7, A1AA is U+2014."""
    pairs = (bytes((row, cell)) for row in ROWS for cell in range(0xA1, 0xFF))
    return tuple(pair.decode("gbk") for pair in pairs if pair.decode("gb2312", "ignore"))


def test_there_are_as_many_as_the_standard_says() -> None:
    hanzi = [char for char in gb2312() if "一" <= char <= "龥"]
    assert (len(hanzi), len(gb2312()) - len(hanzi)) == (6763, 682)


def lines(count: int) -> list[str]:
    chars = gb2312()
    return ["".join(chars[at : at + count]) for at in range(0, len(chars), count)]


def face(image: Image.Image, column: int, line: int) -> Image.Image:
    left, top = 16 + 24 * column, 16 + 30 * line
    return image.crop((left, top, left + 24, top + 24)).point(lambda dot: not dot)


@pytest.mark.parametrize("name", PRINTERS)
def test_every_character_of_gb2312_is_printed_as_itself(name: str) -> None:
    printer = profile(name)
    wanted = lines(printer.cells // 2)
    data = print_bytes(tuple(Text(line) for line in wanted), printer)
    (slip,) = read_slips(data, width_dots=printer.width_dots, code=printer.charset)
    assert slip.reports == []
    printed = [line.ljust(len(full), "\u3000") for line, full in zip(slip.text, wanted, strict=True)]
    assert printed == wanted
    for at, line in enumerate(wanted):
        for column, char in enumerate(line):
            assert face(slip.image, column, at).tobytes() == type_of(char, True, False).tobytes(), char


def test_characters_are_told_apart() -> None:
    """No face is empty but the space, and no two hanzi are alike: a wrong byte would be seen."""
    faces = {char: type_of(char, True, False).tobytes() for char in gb2312()}
    assert [char for char, dots in faces.items() if not any(dots)] == ["\u3000"]
    hanzi = [dots for char, dots in faces.items() if "一" <= char <= "龥"]
    assert len(set(hanzi)) == len(hanzi)


@pytest.mark.parametrize("name", PRINTERS)
@pytest.mark.parametrize("char", LOST)
def test_the_punctuation_that_python_escpos_loses(name: str, char: str) -> None:
    printer = profile(name)
    (slip,) = read_slips(print_bytes((Text(char),), printer), width_dots=printer.width_dots, code=printer.charset)
    assert slip.text == [char]
    assert face(slip.image, 0, 0).tobytes() == type_of(char, True, False).tobytes()


@pytest.mark.parametrize("name", PRINTERS)
def test_the_yen_is_never_four_bytes(name: str) -> None:
    printer = profile(name)
    (slip,) = read_slips(print_bytes((Text("费¥5"),), printer), width_dots=printer.width_dots, code="gbk")
    assert slip.text == [f"费{YUAN}5"]
