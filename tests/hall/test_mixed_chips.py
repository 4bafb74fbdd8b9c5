"""A hall whose devices run on five different boards, over cables and by radio, with a keypad of rows and columns."""

from pathlib import Path

from sim import Hall

ROOT = Path(__file__).parents[2]
BOARDS = {
    "dispenser-pico": ["dispenser-s3"],
    "pad-pico": ["desk-matrix-pico2", "pad-eth01"],
    "lintel-pico": ["lintel-picow", "lintel-eth01"],
}


async def test_one_hall_has_nodes_of_every_chip(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "two-counters.toml").read_text()
    for usual, others in BOARDS.items():
        for other in others:
            text = text.replace(f'"{usual}"', f'"{other}"', 1)
    (tmp_path / "hall.toml").write_text(text)
    async with Hall(str(tmp_path / "hall.toml")) as hall:
        for number in ("A001", "A002"):
            await hall.press("dispenser-1", "A")
            assert number in (await hall.paper("dispenser-1")).text
        for counter, number in ((1, "A001"), (2, "A002")):
            await hall.down(f"pad-{counter}", "next")
            await hall.panel(f"lintel-{counter}", number)
            await hall.up(f"pad-{counter}", "next")
