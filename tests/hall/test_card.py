"""An identity card on the reader of a simulated dispenser: real firmware and hub, from the card to the paper."""

from pathlib import Path

import pytest

from sim import Hall
from sim.errors import NoSuchThingError

NUMBER = "45010319900307123X"
FILE = """[hall]
id = "cards"
name = "小厅"

[[services]]
code = "A"
name = "户籍"
real_name = true

[[counters]]
number = 1

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-id-pico"

[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1
"""


@pytest.mark.req("S9", "M40")
async def test_a_card_on_the_reader_becomes_paper_and_its_number_is_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(FILE, encoding="utf-8")
    async with Hall(file, state=tmp_path / "state", at="2026-11-23T09:20:00") as hall:
        with pytest.raises(NoSuchThingError, match="pad-1 has no card reader"):
            hall.card("pad-1", NUMBER)
        await hall.press("dispenser-1", "A")
        await hall.panel("dispenser-1", "身份证")
        hall.card("dispenser-1", NUMBER)
        slip = await hall.paper("dispenser-1")
        hall.card("dispenser-1", None)
        assert slip.text[1] == "A001"
        assert NUMBER not in hall.device("dispenser-1").said
        kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
        assert [path.name for path in kept if NUMBER.encode() in path.read_bytes()] == []
