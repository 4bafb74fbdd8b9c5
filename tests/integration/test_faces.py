"""Faces whose words are longer than any panel: something is always on show."""

from displays.face_table import Cell, picture


def test_words_that_no_panel_takes_are_cut_visibly() -> None:
    panel = picture(Cell(text="{words}"), {"words": "空岗" * 200}, panel_w_px=128, panel_h_px=16)
    assert panel.text.startswith("空岗")
    assert panel.text.endswith("…")


def test_a_number_that_has_no_room_is_not_shown_in_part() -> None:
    panel = picture(Cell(text="请{number}号", small="{number}"), {"number": "A012"}, panel_w_px=16, panel_h_px=8)
    assert panel.text == "-"
