"""A panel shows its view dot by dot, in the middle, or the part of a moving picture that has its turn."""

import pytest

from hardware.contract import Motion, Panel, View
from sim.changes import PanelNow
from sim.theatre.pictures import shows

PANEL_W = 16


def view(rows: list[str], motion: Motion = "still") -> View:
    return View(v=1, turn=1, ack=(0, 0), panel=Panel(w=len(rows[0]), h=len(rows), bits=packed(rows), motion=motion))


def packed(rows: list[str]) -> bytes:
    return b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in rows)


def panel(rows: list[str]) -> PanelNow:
    return PanelNow(w=PANEL_W, h=len(rows), bits=packed(rows), text="")


@pytest.mark.parametrize(
    ("told", "motion", "shown", "is_right"),
    [
        (["1" * 16], "still", ["1" * 16], True),
        (["1" * 16], "still", ["1" * 15 + "0"], False),
        (["1" * 8], "still", ["0000" + "1" * 8 + "0000"], True),
        (["1" * 8], "still", ["1" * 8 + "0" * 8], False),
        (["1" * 16], "still", ["0" * 16, "1" * 16, "0" * 16], True),
        (["1" * 16 + "10" * 8], "flip", ["10" * 8], True),
        (["1" * 16 + "10" * 8], "flip", ["1" * 8 + "10" * 4], False),
        (["1" * 16 + "10" * 8], "scroll", ["1" * 8 + "10" * 4], True),
        (["1" * 16], "still", ["0" * 16], False),
        (["1" * 16], "blink", ["0" * 16], True),
    ],
)
def test_what_a_panel_shows_of_its_view(told: list[str], motion: Motion, shown: list[str], is_right: bool) -> None:
    assert shows(panel(shown), view(told, motion)) is is_right


def test_without_a_view_it_shows_none() -> None:
    assert not shows(panel(["0" * 16]), None)
