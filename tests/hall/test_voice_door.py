"""The voice of a simulated hall: the real agent in it, its sound on the page, its words written out."""

import io
import re
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sim import Hall
from sim.changes import Change
from sim.errors import NoSuchThingError
from sim.web import Page
from tests.hall.test_door_web import ask

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
SPEAKER = """
[[devices]]
name = "speaker-1"
kind = "speaker"
board = "speaker-pi"
zone = "等候区"

[rules]
call_pause_s = 0

[voice]
rate = 300
chime = false
"""


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    file = tmp_path / "hall.toml"
    file.write_text(ONE.read_text(encoding="utf-8") + SPEAKER, encoding="utf-8")
    async with Hall(file) as hall:
        yield hall


async def test_a_call_is_heard_as_a_wav_file_and_its_lamp_flashes(hall: Hall) -> None:
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-1", "next")
    said = await hall.spoken("speaker-1", "请A001号到1号窗口办理")
    assert (said.id, said.langs) == (1, ("zh", "yue"))
    assert await hall.until(lambda: hall.lamps("speaker-1") == {"call": True})
    with wave.open(io.BytesIO(hall.spoken_wav("speaker-1", 1))) as file:
        assert abs(file.getnframes() / file.getframerate() - said.length_s) < 0.01
    assert hall.snapshot().devices[-1].spoken == (said,)
    with pytest.raises(NoSuchThingError, match="has not said 2"):
        hall.spoken_wav("speaker-1", 2)
    with pytest.raises(NoSuchThingError, match="has not said 1"):
        hall.spoken_wav("pad-1", 1)
    for what in ("hangs", "panel-dark", "panel-upset"):
        with pytest.raises(NoSuchThingError, match="speaker-1 has no"):
            await hall.fault("speaker-1", what, True)  # type: ignore[arg-type]


async def test_a_speaker_loses_its_power_and_its_cable_as_all_do(hall: Hall) -> None:
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.power_cut("speaker-1")
    await hall.until(lambda: not hall.device("speaker-1").online)
    await hall.press("pad-1", "next")
    await hall.panel("lintel-1", "A001")
    await hall.power_on("speaker-1")
    await hall.until(lambda: hall.device("speaker-1").online)
    assert hall.device("speaker-1").spoken == (), "a call that came while it was away is not made up for"
    await hall.press("pad-1", "recall")
    await hall.spoken("speaker-1", "A001")


async def test_the_page_gets_words_and_sound(hall: Hall) -> None:
    async with Page(hall) as page:
        await hall.press("dispenser-1", "A")
        await hall.paper("dispenser-1")
        watching = hall.watch()
        await anext(watching)
        await hall.press("pad-1", "next")
        async for news in watching:
            if isinstance(news, Change) and news.spoken:
                assert [one.text for one in news.spoken] == ["请A001号到1号窗口办理"]
                break
        status, headers, sound = await ask(page, "GET", "/spoken/speaker-1/1.wav")
        assert (status, headers["content-type"], sound[:4]) == (200, "audio/wav", b"RIFF")
        assert headers["cache-control"] == "no-store"
        for path in ("/spoken/speaker-1/7.wav", "/spoken/nobody/1.wav"):
            status, _, words = await ask(page, "GET", path)
            assert status == 404
            assert re.search("speaker-1", words.decode())
