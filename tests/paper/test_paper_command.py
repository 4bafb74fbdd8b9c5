"""``lintel paper``: bytes in, pictures and words out, and a word about everything that could not be done."""

import argparse
import io
from pathlib import Path

import pytest
from PIL import Image

from sim.paper import command, read_slips
from sim.paper.stack import TABLE, stacked

TICKET = (Path(__file__).parents[1] / "golden" / "tickets" / "usual.bin").read_bytes()
WIDE = (Path(__file__).parents[1] / "golden" / "tickets" / "wide.bin").read_bytes()


def lintel(*argv: object) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    args = parser.parse_args(["paper", *map(str, argv)])
    return int(args.run(args))


def test_two_slips_lie_one_below_the_other_and_a_torn_one_has_teeth(tmp_path: Path) -> None:
    file, picture = tmp_path / "two.bin", tmp_path / "new" / "two.png"
    file.write_bytes(TICKET + b"torn off\n")
    assert lintel(file, "-o", picture) == 0
    whole, torn = (slip.image for slip in read_slips(TICKET + b"torn off\n"))
    with Image.open(picture) as drawn:
        assert drawn.size == (whole.width + 48, whole.height + torn.height + 2 * 8 + 3 * 24)
        assert drawn.crop((24, 24, 24 + whole.width, 24 + whole.height)).tobytes() == whole.convert("L").tobytes()
        below = [drawn.crop((24, end, 24 + whole.width, end + 8)) for end in (24 + whole.height, drawn.height - 32)]
        assert [band.getextrema() for band in below] == [(TABLE, TABLE), (TABLE, 255)]


def test_every_slip_may_have_a_picture_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "day.bin"
    file.write_bytes(WIDE * 2)
    assert lintel(file, "-o", tmp_path / "day.png", "--each", "--width", "80") == 0
    paths = [tmp_path / "day-1.png", tmp_path / "day-2.png"]
    assert capsys.readouterr().out.split() == [str(path) for path in paths]
    for path in paths:
        with Image.open(path) as drawn:
            assert drawn.tobytes() == read_slips(WIDE, width_dots=576)[0].image.tobytes()


def test_what_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ticket.bin"
    file.write_bytes(TICKET)
    assert lintel(file, "--text") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["东湖派出所综合服务大厅", "A012", "户籍"]
    assert lines[-2:] == ["[QR] https://jiandu.example/donghu", "-- cut --"]


def test_what_is_not_understood_is_said_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "价¥5".encode("gb18030") + b"\n\x1dX\x1d(k"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert lintel("-", "--text", "--code", "gbk") == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "价□□5"
    assert said.err.splitlines() == [
        "-: byte 2: 8130: no character of gbk",
        "-: byte 4: 8436: no character of gbk",
        "-: byte 8: 1d58: unknown command",
        "-: byte 10: 1d286b: the bytes end within a command",
    ]


def test_latin_printers_and_odd_widths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "latin.bin"
    file.write_bytes(b"\x1bt\x10" + "é".encode("cp1252") * 20 + b"\n")
    assert lintel(file, "--text", "--latin", "--width", "120") == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["é" * 10, "é" * 10]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "give -o FILE.png for a picture, --text for the words, or both"),
        (("--text", "--width", "5"), "--width 5: give 58, 80, or 96 to 2048 dots"),
        (("-o", "x.png"), "nothing was printed"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, argv: tuple[str, ...], words: str) -> None:
    file = tmp_path / "empty.bin"
    file.write_bytes(b"\x1b@")
    with pytest.raises(ValueError, match=words):
        lintel(file, *argv)
    with pytest.raises(
        command.PaperFileError, match=r"no\.bin: No such file or directory; name a file of ESC/POS bytes"
    ):
        lintel(tmp_path / "no.bin", "--text")
    with pytest.raises(ValueError, match="nothing was printed"):
        stacked([])
