"""Text to pixels: widths, pages, stand-ins, and the frames as they were looked at."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from displays import glyphs
from displays.glyphs import STAND_IN, FontMissingError, glyph, missing, width_px
from displays.motion import window
from displays.picture import DOT_PX
from displays.strip import SmallPanelError, TooLongError, fit, image, pages, strip_panel
from hardware.contract import Motion, Panel, View, decode_view, encode
from sim.reading import read_text

STRIPS = Path(__file__).parent / "strips"
GOLDEN = {
    "call": ("请A012号到3号窗", 128),
    "idle": ("3号窗口 综合业务", 128),
    "own": ("1号窗口 户籍专窗", 128),
    "pad": ("等候12人", 64),
    "fault": ("系统故障 请听从引导员安排", 128),
    "paper": ("缺纸 请找引导员", 128),
    "rare": ("请𠮷女士", 128),
}


def drawn(panel: Panel) -> str:
    """Return a panel as lines of # and dots, which a reviewer can read."""
    stride = panel.w // 8
    lines = [panel.bits[at : at + stride] for at in range(0, len(panel.bits), stride)]
    return (
        "\n".join("".join(f"{byte:08b}" for byte in line).replace("0", ".").replace("1", "#") for line in lines) + "\n"
    )


def dots(panel: Panel) -> list[list[int]]:
    return [[int(dot == "#") for dot in line] for line in drawn(panel).split()]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("请A012号", 64),
        ("请A012号到3号窗", 120),
        ("请A012号到3号窗口", 136),
        ("暂停服务", 64),
        ("欢迎光临热情服务", 128),
        ("3号窗口 综合业务", 128),
        ("", 0),
        ("q\u0301\u200b", 8),
    ],
)
@pytest.mark.req("M2")
def test_widths(text: str, width: int) -> None:
    assert width_px(text) == width


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_frames_are_as_they_were_looked_at(name: str) -> None:
    text, width = GOLDEN[name]
    assert drawn(fit(text, panel_w_px=width)) == (STRIPS / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_the_pictures_beside_the_frames_show_the_same_dots(name: str) -> None:
    with Image.open(STRIPS / f"{name}.png") as picture:
        red, stride = picture.getchannel("R").tobytes(), picture.width
    middles = [red[at : at + stride][DOT_PX // 2 :: DOT_PX] for at in range(0, len(red), stride)][DOT_PX // 2 :: DOT_PX]
    seen = ["".join("#" if middle > 200 else "." for middle in line) for line in middles]
    assert seen == (STRIPS / f"{name}.txt").read_text().split()


def test_an_accent_goes_onto_its_letter_or_is_reported() -> None:
    assert strip_panel("e\u0301").bits == strip_panel("\u00e9").bits
    assert missing("e\u0301 q\u0301") == ["\u0301"]


def test_a_missing_font_is_said_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "FOLDER", tmp_path)
    with pytest.raises(FontMissingError, match="apt-get install fonts-unifont"):
        glyphs._fonts.__wrapped__()


def test_a_character_that_no_font_has_is_shown_as_a_stand_in_and_reported() -> None:
    assert missing("请𠮷女士𠮷") == ["𠮷"]
    assert glyph("𠮷") == glyph(STAND_IN)


def test_every_character_of_gb2312_has_a_glyph() -> None:
    every = [bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    assert len([char for char in every if char]) == 6763
    assert missing("".join(every)) == []


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("系统故障 请听从引导员安排", 128, ["系统故障", "请听从引导员安排"]),
        ("请A012号到3号窗口办理", 72, ["请A012号", "到3号窗口", "办理"]),
        ("请A0123号", 64, ["请", "A0123号"]),
        ("请您到A012号窗口", 64, ["请您到", "A012号", "窗口"]),
        ("请您稍候，正在办理", 64, ["请您稍", "候，正", "在办理"]),
        ("", 64, [""]),
    ],
)
def test_pages_break_between_words(text: str, width: int, expected: list[str]) -> None:
    assert pages(text, width) == expected


TEXTS = st.text(st.sampled_from("请到窗口号暂停服务办理 A012B3，9"), max_size=30)


@given(text=TEXTS, columns=st.integers(8, 16))
@settings(max_examples=150, deadline=None)
def test_no_character_is_ever_cut_and_none_is_lost(text: str, columns: int) -> None:
    width = columns * 8
    panel = fit(text, panel_w_px=width)
    assert panel.w % width == 0
    picture = image(panel)
    read = [
        read_text([[int(bool(picture.getpixel((x, y)))) for x in range(left, left + width)] for y in range(panel.h)])
        for left in range(0, panel.w, width)
    ]
    assert "".join("".join(read).split()) == "".join(text.split())


HAN = st.text(st.sampled_from("请到窗口号暂停服务办理，"), max_size=9)


@given(number=st.from_regex(r"[A-D][0-9]{3,4}", fullmatch=True), before=HAN, after=HAN, columns=st.integers(5, 16))
@settings(max_examples=150, deadline=None)
def test_a_number_stays_in_one_piece_and_never_scrolls(number: str, before: str, after: str, columns: int) -> None:
    text = f"{before}{number}{after}办理业务谢谢您的配合"
    panel = fit(text, panel_w_px=columns * 8, overflow="scroll")
    assert panel.motion == "flip"
    assert any(number in page for page in pages(text, columns * 8))


@pytest.mark.parametrize(("text", "width"), [("请A012号", 24), ("请", 8)])
def test_a_panel_too_narrow_for_a_number_is_refused(text: str, width: int) -> None:
    with pytest.raises(SmallPanelError, match="give its board a wider panel"):
        fit(text, panel_w_px=width)


def test_a_long_notice_scrolls_when_asked_to() -> None:
    panel = fit("办理身份证请带户口本原件", panel_w_px=128, overflow="scroll")
    assert (panel.motion, panel.w, panel.pace_ms) == ("scroll", 128 + 12 * 16, 30)
    assert [shown_at(panel, step) for step in (0, 128, 319, 320)] == ["", "办理身份证请带户", "", ""]


def shown_at(panel: Panel, step: int) -> str:
    """Return what a panel 128 wide shows after so many steps; a glyph that has not left or come wholly counts not."""
    bits, _ = window(panel, w=128, h=16, elapsed_ms=step * panel.pace_ms)
    return read_text(dots(Panel(w=128, h=16, bits=bits))).strip("\ufffd")


@pytest.mark.parametrize(("text", "height"), [("请" * 129, 16), ("请" * 65, 16), ("请" * 40, 32)])
def test_what_no_message_can_hold_is_refused(text: str, height: int) -> None:
    with pytest.raises(TooLongError, match="at most"):
        fit(text, panel_w_px=128, panel_h_px=height)


def test_the_largest_picture_goes_into_a_view() -> None:
    panel = fit("请" * 64, panel_w_px=128)
    view = View(v=2**53 - 1, turn=1, ack=(1, 1), panel=panel, stale=strip_panel("系统离线"))
    assert decode_view(encode(view)) == view


def test_a_strip_stands_in_the_middle_of_a_higher_panel() -> None:
    assert read_text(dots(fit("暂停服务", panel_w_px=64, panel_h_px=32))) == "暂停服务"
    with pytest.raises(ValueError, match="give its board a higher panel"):
        fit("暂停服务", panel_w_px=64, panel_h_px=8)


@pytest.mark.parametrize(
    ("motion", "pace_ms", "elapsed_ms", "left", "changes_ms"),
    [
        ("still", 0, 5000, 0, None),
        ("flip", 100, 0, 0, 100),
        ("flip", 100, 99, 0, 100),
        ("flip", 100, 100, 8, 200),
        ("flip", 100, 200, 0, 300),
        ("scroll", 10, 35, 3, 40),
        ("scroll", 10, 160, 0, 170),
        ("blink", 50, 0, 0, 50),
        ("blink", 50, 50, None, 100),
    ],
)
def test_motion(motion: Motion, pace_ms: int, elapsed_ms: int, left: int | None, changes_ms: int | None) -> None:
    panel = Panel(w=16, h=1, bits=b"\xa5\x0f", motion=motion, pace_ms=pace_ms)
    strip = 0xA50F << 16
    expected = 0 if left is None else strip << left >> 24 & 0xFF
    assert window(panel, w=8, h=1, elapsed_ms=elapsed_ms) == (bytes([expected]), changes_ms)


def test_a_narrow_picture_is_centred() -> None:
    assert window(Panel(w=8, h=1, bits=b"\xff"), w=24, h=3, elapsed_ms=0) == (bytes(4) + b"\xff" + bytes(4), None)
    assert window(None, w=8, h=1, elapsed_ms=0) == (b"\0", None)


def test_a_strip_is_as_wide_as_its_text() -> None:
    assert (strip_panel("离线").w, strip_panel("").w) == (32, 8)


@given(text=st.text(st.sampled_from("请到窗口暂停服务一丨A012lI，。"), min_size=1, max_size=6), left=st.integers(0, 24))
@settings(max_examples=150, deadline=None)
def test_a_reader_finds_the_text_wherever_it_begins(text: str, left: int) -> None:
    shown = Image.new("1", (128, 16))
    shown.paste(image(strip_panel(text)), (left, 0))
    assert read_text(dots(Panel(w=128, h=16, bits=shown.tobytes()))) == text


def test_dots_that_are_no_glyph_are_said_to_be_unreadable() -> None:
    rows = dots(fit("暂停服务", panel_w_px=64))
    rows[3] = [1] * 64
    assert "\ufffd" in read_text(rows)
