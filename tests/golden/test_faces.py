"""The table of faces: every cell as it was looked at, nothing cut on any panel, and a hall's own in their places."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from displays.face_table import FIELDS, FaceError, picture, shipped_faces, stale_picture, with_face, words
from displays.glyphs import glyph
from displays.layout import lay
from displays.motion import window
from displays.small_font import small_rows
from displays.strip import SmallPanelError, TooLongError
from hardware.contract import VIEW_BYTES, Panel, View, encode
from hub.cli.main import main
from hub.config import HallError, load_hall
from sim.reading import read_text
from tests.golden.face_sheets import FACES, SIZES, fields_for, sheet

ONE_COUNTER = (Path(__file__).parents[2] / "examples" / "one-counter.toml").read_text(encoding="utf-8")
KINDS = sorted(shipped_faces())
CELLS = [(kind, state) for kind in KINDS for state in shipped_faces()[kind]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.req("M2")
def test_every_face_is_as_it_was_looked_at(kind: str) -> None:
    with Image.open(FACES / f"{kind}.png") as stored:
        assert ImageChops.difference(sheet(kind), stored.convert("RGB")).getbbox() is None


def test_every_sheet_is_of_a_kind_that_there_is() -> None:
    assert sorted(path.stem for path in FACES.iterdir()) == KINDS


def shown(panel: Panel, w: int, h: int) -> str:
    """Return what a person reads on a panel, all pages of it."""
    read = []
    for page in range(-(-panel.w // w) if panel.motion == "flip" else 1):
        bits, _ = window(panel, w=w, h=h, elapsed_ms=page * panel.pace_ms)
        rows = [bits[at : at + w // 8] for at in range(0, len(bits), w // 8)]
        read.append(read_text([[byte >> 7 - x & 1 for byte in row for x in range(8)] for row in rows]))
    return " ".join(read)


@pytest.mark.parametrize(("kind", "state"), CELLS)
@pytest.mark.req("M2")
def test_every_face_can_be_read_whole_on_every_panel(kind: str, state: str) -> None:
    cell = shipped_faces()[kind][state]
    for w, h in SIZES:
        panel = picture(cell, fields_for(state), panel_w_px=w, panel_h_px=h)
        assert "".join(shown(panel, w, h).split()) == "".join(panel.text.split()) != ""


@pytest.mark.parametrize(("kind", "state"), CELLS)
def test_every_face_goes_into_a_view(kind: str, state: str) -> None:
    for w, h in SIZES:
        cells = shipped_faces()[kind]
        panel = picture(cells[state], fields_for(state), panel_w_px=w, panel_h_px=h)
        stale = stale_picture(cells["stale"], panel_w_px=w, panel_h_px=h)
        lamps = dict.fromkeys((f"key-{n}" for n in range(16)), "blink")
        view = View(v=2**53 - 1, turn=2**53 - 1, ack=(2**53 - 1,) * 2, lamps=lamps, panel=panel, stale=stale)
        assert len(encode(view)) <= VIEW_BYTES


TEXTS = st.lists(
    st.text(st.sampled_from("请到窗口号暂停服务办理一丨国 A012B3，9:-\n"), min_size=1, max_size=24),
    min_size=1,
    max_size=3,
)
PANELS = st.tuples(st.integers(1, 32).map(lambda columns: columns * 8), st.sampled_from((8, 16, 24, 32, 48, 64)))


@example(texts=["00-0"], size=(16, 32))
@given(texts=TEXTS, size=PANELS)
@settings(max_examples=2_000, deadline=None)
@pytest.mark.req("M2")
def test_no_lit_column_of_a_glyph_is_ever_outside_the_panel_or_missing(texts: list[str], size: tuple[int, int]) -> None:
    """Count the dots that all glyphs of the text have: the panel lights as many, or four times, where type is large."""
    w, h = size
    try:
        panel = lay(texts, small="A012", panel_w_px=w, panel_h_px=h)
    except (SmallPanelError, TooLongError):
        return
    lit = sum(byte.bit_count() for byte in panel.bits)
    read = "".join(shown(panel, w, h).split())
    assert read == "".join(panel.text.split()), "what is read is what was meant"
    if read not in ["".join(text.split()) for text in texts]:
        assert read == "A012"
        assert lit == sum(row.bit_count() for char in "A012" for row in small_rows(char)[1])
        return
    dots = sum(byte.bit_count() for char in read for byte in glyph(char))
    assert dots <= lit <= 4 * dots
    assert panel.h <= h
    assert panel.w % w == 0


@pytest.mark.parametrize(
    ("texts", "size", "expected"),
    [
        (["请A012号到3号窗", "请A012号"], (128, 16), ("请A012号到3号窗", "still")),
        (["请A012号到3号窗", "请A012号"], (64, 16), ("请A012号", "still")),
        (["请A012号到3号窗", "请A012号"], (128, 32), ("请A012号", "still")),
        (["请A0123号到12号窗", "请A0123号"], (64, 16), ("请A0123号到12号窗", "flip")),
        (["办理身份证请带户口本"], (128, 16), ("办理身份证请带户口本", "flip")),
    ],
)
def test_which_text_a_panel_takes(texts: list[str], size: tuple[int, int], expected: tuple[str, str]) -> None:
    panel = lay(texts, small="A012", panel_w_px=size[0], panel_h_px=size[1])
    assert (panel.text, panel.motion) == expected


def test_a_number_never_scrolls_and_a_notice_does_where_it_is_asked_to() -> None:
    notice = lay(["办理身份证请带户口本原件"], panel_w_px=128, panel_h_px=16, moves="scroll")
    call = lay(["请A0123号到12号窗口办理业务"], panel_w_px=128, panel_h_px=16, moves="scroll")
    assert (notice.motion, call.motion) == ("scroll", "flip")


@pytest.mark.parametrize(
    ("template", "fields", "expected"),
    [
        ("暂停服务[ {reason}][ {back}返回]", {"reason": "开会"}, ("暂停服务 开会",)),
        ("暂停服务[ {reason}][ {back}返回]", {"back": "10:15"}, ("暂停服务 10:15返回",)),
        (("[请{number}号{arrow}]", "请{number}号"), {"number": "A012"}, ("请A012号",)),
        (("[请{number}号{arrow}]", "请{number}号"), {"number": "A012", "arrow": "→"}, ("请A012号→", "请A012号")),
    ],
)
def test_fields_and_parts_that_may_be_left_out(
    template: object, fields: Mapping[str, str], expected: tuple[str, ...]
) -> None:
    assert words(with_face(shipped_faces(), "lintel", "idle", template)["lintel"]["idle"], fields) == expected


def test_the_shipped_faces_keep_to_their_own_rules() -> None:
    faces = shipped_faces()
    assert sorted(faces) == sorted(FIELDS)
    for kind, state in CELLS:
        cell = faces[kind][state]
        assert with_face(faces, kind, state, {"text": list(cell.texts), "small": cell.small})[kind][state].text


def test_the_first_seconds_of_a_call_blink_slower_than_three_times_a_second() -> None:
    called = shipped_faces()["lintel"]["called"]
    new = picture(called, fields_for("called"), panel_w_px=128, panel_h_px=16, is_new=True)
    assert (new.motion, new.pace_ms >= 167) == ("blink", True)
    assert picture(called, fields_for("called"), panel_w_px=128, panel_h_px=16).motion == "still"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('idel = "欢迎光临"', "a lintel has no state 'idel'; it has idle, called"),
        ('idle = "{nmber}"', "a lintel knows no {nmber}; it knows counter, service"),
        ('idle = "欢迎[光临"', "'欢迎[光临' has '[' without its other half"),
        ('idle = { text = "欢迎", blink_s = 99 }', "Expected `float` <= 30.0"),
        ('idle = { txt = "欢迎" }', "unknown field `txt`"),
        ("idle = 3", "Expected"),
    ],
)
def test_a_mistake_in_a_halls_own_face_is_refused_with_its_line(tmp_path: Path, written: str, why: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(f'{ONE_COUNTER}\n[faces.pad]\nidle = "空闲"\n[faces.lintel]\n{written}\n', encoding="utf-8")
    with pytest.raises(HallError) as refused:
        load_hall(path)
    assert why in str(refused.value)
    assert f"hall.toml:{len(path.read_text(encoding='utf-8').splitlines())}:" in str(refused.value)


def test_a_kind_without_a_face_is_refused() -> None:
    with pytest.raises(FaceError, match="no kind of device 'printer' has a face"):
        with_face(shipped_faces(), "printer", "idle", "x")


def test_the_page_about_faces_names_every_kind_state_and_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "faces.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    lines = {kind: row for row in rows for kind in KINDS if f"`{kind}`" in row[1]}
    for kind in KINDS:
        assert lines[kind][3].split() == list(FIELDS[kind])
        if kind != "face":
            assert sorted(lines[kind][2].split()) == sorted(shipped_faces()[kind])
    assert set(shipped_faces()["face"]) == set(shipped_faces()["lintel"])


@pytest.mark.req("M2")
def test_a_character_that_panels_lack_is_named_by_lintel_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(f'{ONE_COUNTER}\n[faces.lintel]\nidle = "请𠮷女士"\n', encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert "face idle of a lintel: no font has 𠮷; panels show 〓" in capsys.readouterr().out
