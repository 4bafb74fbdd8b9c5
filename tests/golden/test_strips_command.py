"""The command that draws a lintel: pictures for people, sentences for mistakes."""

from pathlib import Path

import pytest
from PIL import Image

from hub.cli.main import main

PAGE_PX = (128 * 8, 16 * 8)


def test_a_text_becomes_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "lintel.png"
    assert main(["render", "lintel", "请A012号到3号窗", "-o", str(output)]) == 0
    assert capsys.readouterr().out == f"{output}\n"
    with Image.open(output) as picture:
        assert (picture.format, picture.size) == ("PNG", PAGE_PX)


def test_pages_stand_one_below_the_other_and_stand_ins_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "lintel.png"
    assert main(["render", "lintel", "系统故障 请听从引导员安排 𠮷", "-o", str(output)]) == 0
    assert capsys.readouterr().out == f"no font has 𠮷; a stand-in is shown\n{output}\n"
    with Image.open(output) as picture:
        assert picture.size == (PAGE_PX[0], 3 * PAGE_PX[1] + 2 * 2 * 8)


@pytest.mark.parametrize(
    ("text", "width", "said"),
    [
        ("请", "7", "--width 7: give a multiple of 8 from 16 to 256"),
        ("请" * 129, "128", "a text of 129 characters; at most 128 go to a panel"),
        ("请A012号", "24", "a panel 24 px wide cannot show A012 whole; give its board a wider panel"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, width: str, said: str
) -> None:
    output = tmp_path / "lintel.png"
    assert main(["render", "lintel", text, "--width", width, "-o", str(output)]) == 2
    assert capsys.readouterr().err == f"lintel: {said}\n"
    assert not output.exists()
