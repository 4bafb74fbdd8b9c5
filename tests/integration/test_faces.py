"""Faces whose words are longer than any panel: something is always on show."""

from hub.views import _panel


def test_words_that_no_panel_takes_are_cut_visibly() -> None:
    panel = _panel("空岗" * 200, 128, 16)
    assert panel.text.startswith("空岗")
    assert panel.text.endswith("…")
