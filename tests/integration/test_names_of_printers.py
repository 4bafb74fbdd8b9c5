"""What people read of a printer or a key: never a name from the hall's file where there are words."""

import shutil
from pathlib import Path

from hub.config import load_hall
from hub.rules.alerts import PRINTER_WRONG
from hub.words import alerts_of
from sim.labels import keys_of

FULL = Path(__file__).parents[2] / "examples" / "full-hall.toml"


def test_alerts_name_a_printer_as_people_do() -> None:
    hall = load_hall(FULL)
    out = PRINTER_WRONG.index("paper-out")
    assert alerts_of({("printer", "dispenser-1"): out}, (), hall.place_of) == ["1号取号机 缺纸"]
    assert hall.place_of("pad-2") == "2号窗打印机"


def test_a_device_that_the_file_no_longer_has_keeps_its_name() -> None:
    assert load_hall(FULL).place_of("dispenser-9") == "dispenser-9"


def test_a_key_that_prints_a_guide_says_so(tmp_path: Path) -> None:
    claims = 'D = { service = "A", class = "elderly", claim = true }'
    text = FULL.read_text(encoding="utf-8").replace(claims, 'D = { guide = "A" }')
    file = tmp_path / "hall.toml"
    file.write_text(text, encoding="utf-8")
    shutil.copytree(FULL.parent / "photos", tmp_path / "photos")
    hall = load_hall(file)
    assert [key.label for key in keys_of(hall, hall.device("dispenser-1"))] == ["户籍", "出入境", "取证", "户籍指南"]
