"""What the hall hears: calls, recalls, prompts, each from the right speaker, in the real hub's words; from outside."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from displays.voice.phrases import caption_of
from displays.voice.sound import silence
from displays.voice.speaker import Speaker
from displays.voice.utterance import Utterance
from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.speech import Speak
from hub.journal import read_rows
from tests.hall import staffed
from tests.hall.staffed import StaffedHall, device, lounge, staffed_hall

WORD_S = 0.02


class Loudspeaker:
    """A loudspeaker that remembers what it said, and how, and is quick about it."""

    def __init__(self) -> None:
        self.jobs: list[Speak] = []
        self.is_speaking = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def make(self, job: Speak) -> Utterance:
        self.jobs.append(job)
        return Utterance(id=job.id, text=caption_of(job), langs=job.langs * job.repeats, samples=silence(WORD_S))

    async def play(self, _said: Utterance) -> None:
        self.is_speaking.set()
        await self.goes_on.wait()
        self.is_speaking.clear()

    @property
    def said(self) -> list[str]:
        return [caption_of(job) for job in self.jobs]


class HallWithVoice:
    """A staffed hall and the agents of its speakers."""

    def __init__(self, hall: StaffedHall) -> None:
        self.hall = hall
        self.speakers = {one.name: Loudspeaker() for one in hall.plan.devices if one.kind == "speaker"}

    def parts(self, name: str) -> Parts:
        loud = self.speakers[name]
        return Parts(voice=Speaker(make=loud.make, output=loud), lamps=self.hall.lamps[name])

    async def said(self, name: str, *texts: str) -> None:
        """Wait until a speaker has said exactly this."""
        loud = self.speakers[name]
        await self.hall.until(lambda: len(loud.said) >= len(texts), f"{name} said {loud.said}, not {texts}")
        await self.hall.until(lambda: not self.hall.agents[name]._outbox.waiting, f"{name}: answers are not known")
        assert loud.said == [*texts]

    async def tick(self) -> None:
        """Let everything that the hub sends arrive: a press that is answered comes after it."""
        await self.hall.press("duty", "menu", "menu")


def journal_of(hall: StaffedHall) -> str:
    """Return all that the hub has written down."""
    return "".join(row.body for row in read_rows(hall.folder / "state" / "journal.db"))


def speaker(name: str, more: str = "") -> str:
    return device(name, "speaker", "speaker-pi", more)


@asynccontextmanager
async def voiced_hall(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, more: str, **rest: Any
) -> AsyncIterator[HallWithVoice]:
    """Run a hall whose speakers are ears of the test."""
    made: list[HallWithVoice] = []

    def agent(**fields: Any) -> Agent:
        name = fields["name"]
        if made and name in made[0].speakers:
            fields["parts"] = made[0].parts(name)
        return Agent(**fields)

    class Hall(StaffedHall):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(HallWithVoice(self))

    monkeypatch.setattr(staffed, "Agent", agent)
    monkeypatch.setattr(staffed, "StaffedHall", Hall)
    async with staffed_hall(folder, more=more, who=(), **rest):
        yield made[0]


@pytest.mark.req("S8")
async def test_calls_are_said_in_mandarin_and_then_in_cantonese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with voiced_hall(tmp_path, monkeypatch, more=speaker("speaker-1")) as voiced:
        hall, loud = voiced.hall, voiced.speakers["speaker-1"]
        await hall.ticket()
        await hall.press("pad-2", "next")
        await voiced.said("speaker-1", "请A001号到2号窗口办理")
        await hall.press("pad-2", "recall")
        await voiced.said("speaker-1", "请A001号到2号窗口办理", "请A001号到2号窗口办理")
        assert [(job.phrase, job.langs, job.chime) for job in loud.jobs] == [
            ("call", ("zh", "yue"), True),
            ("recall", ("zh", "yue"), False),
        ]
        await hall.press("pad-2", "finish")
        await voiced.tick()
        assert len(loud.said) == 2, "a finished service asks for a rating at its counter alone"


@pytest.mark.req("S8", "S2")
async def test_order_rate_repeats_and_the_volume_of_a_zone_are_the_halls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = speaker("speaker-1", 'zone = "等候区"') + speaker("speaker-2", 'zone = "办理区"') + speaker("speaker-3")
    more += (
        '[voice]\nlanguages = ["yue", "zh"]\nrepeats = 2\nrate = 140\nvolume = 70\nchime = false\n'
        'zones = { "等候区" = 95, "办理区" = 40 }\n'
    )
    async with voiced_hall(tmp_path, monkeypatch, more=more) as voiced:
        await voiced.hall.ticket()
        await voiced.hall.press("pad-1", "next")
        for name, volume in (("speaker-1", 95), ("speaker-2", 40), ("speaker-3", 70)):
            await voiced.said(name, "请A001号到1号窗口办理")
            (job,) = voiced.speakers[name].jobs
            assert (job.langs, job.repeats, job.rate, job.volume, job.chime) == (("yue", "zh"), 2, 140, volume, False)


@pytest.mark.req("M22")
async def test_after_the_service_the_counters_own_speaker_asks_once_for_a_rating(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = speaker("speaker-1") + speaker("prompt-1", "counter = 1") + speaker("prompt-2", "counter = 2")
    async with voiced_hall(tmp_path, monkeypatch, more=more) as voiced:
        await voiced.hall.ticket()
        await voiced.hall.press("pad-1", "next", "finish")
        await voiced.said("prompt-1", "请您评价本次服务")
        await voiced.said("speaker-1", "请A001号到1号窗口办理")
        await voiced.hall.press("rating-1", "r5")
        await voiced.tick()
        assert [voiced.speakers[name].said for name in ("prompt-1", "prompt-2")] == [["请您评价本次服务"], []]


@pytest.mark.req("S8")
async def test_a_recall_is_dropped_when_its_citizen_is_gone_and_the_next_call_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with voiced_hall(tmp_path, monkeypatch, more=speaker("speaker-1")) as voiced:
        hall, loud = voiced.hall, voiced.speakers["speaker-1"]
        for _ in range(2):
            await hall.ticket()
        loud.goes_on.clear()
        await hall.press("pad-1", "next")
        await hall.until(loud.is_speaking.is_set, "nothing is said")
        await hall.press("pad-1", "recall", "no-show")
        await hall.press("pad-1", "next")
        await voiced.tick()
        loud.goes_on.set()
        await voiced.said("speaker-1", "请A001号到1号窗口办理", "请A002号到1号窗口办理")


@pytest.mark.req("S8")
@pytest.mark.parametrize("end", ["no-show", "finish", "begin"])
async def test_a_recall_is_dropped_when_its_number_is_no_longer_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    async with voiced_hall(tmp_path, monkeypatch, more=speaker("speaker-1")) as voiced:
        hall, loud = voiced.hall, voiced.speakers["speaker-1"]
        await hall.ticket()
        loud.goes_on.clear()
        await hall.press("pad-1", "next")
        await hall.until(loud.is_speaking.is_set, "nothing is said")
        await hall.until(lambda: hall.agents["speaker-1"]._view.calls == (("A001", 1),), "the speaker is not told")
        await hall.press("pad-1", "recall")
        await (hall.do("pad-1", end) if end == "begin" else hall.press("pad-1", end))
        await hall.until(lambda: hall.agents["speaker-1"]._view.calls == (), "the speaker is not told")
        loud.goes_on.set()
        await hall.until(
            lambda: any("late" in row.body for row in read_rows(hall.folder / "state" / "journal.db")),
            "the recall is not over",
        )
        await voiced.said("speaker-1", "请A001号到1号窗口办理")


@pytest.mark.req("S8")
async def test_nothing_is_said_in_the_quiet_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = speaker("speaker-1") + '[voice]\nquiet = "12:00-14:00"\n'
    at = f"{staffed.MONDAY}12:30:00"
    async with voiced_hall(tmp_path, monkeypatch, more=more, at=at) as voiced:
        await voiced.hall.ticket()
        await voiced.hall.press("pad-1", "next")
        await voiced.hall.shows("lintel-1", "A001")
        await voiced.tick()
        assert voiced.speakers["speaker-1"].said == []
        await voiced.hall.go_on_at(f"{staffed.MONDAY}14:00:05")
        await voiced.hall.until(lambda: not voiced.hall.agents["pad-1"]._hub.is_lost, "the hub is back")
        await voiced.hall.press("pad-1", "recall")
        await voiced.said("speaker-1", "请A001号到1号窗口办理")


@pytest.mark.req("S1")
async def test_a_counter_of_a_reception_room_calls_without_a_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = speaker("speaker-1") + lounge(9)
    async with voiced_hall(tmp_path, monkeypatch, more=more) as voiced:
        for _ in range(2):
            await voiced.hall.ticket()
        await voiced.hall.press("pad-9", "next")
        await voiced.hall.shows("table-9", "A001")
        await voiced.hall.press("pad-1", "next")
        await voiced.said("speaker-1", "请A002号到1号窗口办理")


async def test_a_lamp_flashes_while_something_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with voiced_hall(tmp_path, monkeypatch, more=speaker("speaker-1")) as voiced:
        hall, loud = voiced.hall, voiced.speakers["speaker-1"]
        await hall.ticket()
        loud.goes_on.clear()
        await hall.press("pad-1", "next")
        for lit in (frozenset({"call"}), frozenset(), frozenset({"call"})):
            await hall.until(lambda lit=lit: hall.lamps["speaker-1"].lit == lit, f"the lamp is not {lit}")
        loud.goes_on.set()
        await hall.until(lambda: not loud.is_speaking.is_set() and not hall.lamps["speaker-1"].lit, "it stays lit")


@pytest.mark.req("M17")
async def test_who_leaves_is_announced_and_no_word_of_a_person_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listen to every job of the speakers while a favoured ticket is called: numbers and counters, nothing else."""
    more = speaker("speaker-1") + "\n"
    dispenser = '[devices.keys]\nD = { service = "A", class = "elderly" }'
    async with voiced_hall(tmp_path, monkeypatch, more=more, dispenser=dispenser) as voiced:
        hall, loud = voiced.hall, voiced.speakers["speaker-1"]
        await hall.ticket("D")
        await hall.press("pad-1", "next")
        await voiced.said("speaker-1", "请A001号到1号窗口办理")
        await hall.press("pad-1", "finish")
        await hall.do("pad-1", "pause", "1", "", "")
        await voiced.said("speaker-1", "请A001号到1号窗口办理", "1号窗口暂停服务，请到其他窗口办理")
        keys: set[str] = set()
        for job in loud.jobs:
            keys |= set(json.loads(msgspec.json.encode(job)))
        assert keys <= {"do", "id", "phrase", "number", "counter", "langs", "rate", "volume", "chime", "at"}
        assert "elderly" not in str(loud.jobs)


HOURS = '\n[hours]\nmon = "08:30-12:00 14:00-17:00"\nself_test_min = 10\n'


@pytest.mark.req("M28", "M30")
@pytest.mark.parametrize(
    ("at", "later", "text"),
    [
        ("08:10:00", "08:21:00", "语音测试"),
        ("11:59:00", "12:00:01", "现在暂停取号"),
        ("13:59:00", "14:00:01", "现在开始取号"),
        ("16:59:00", "17:00:01", "现在停止取号，已取号的群众请继续等候办理"),
    ],
)
async def test_the_hours_of_the_day_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, later: str, text: str
) -> None:
    more = speaker("speaker-1") + HOURS
    async with voiced_hall(tmp_path, monkeypatch, more=more, at=staffed.MONDAY + at) as voiced:
        if at == "16:59:00":
            await voiced.hall.ticket()
        await voiced.hall.go_on_at(staffed.MONDAY + later)
        loud = voiced.speakers["speaker-1"]
        await voiced.hall.until(lambda: text in loud.said, f"said: {loud.said}")


async def test_a_speaker_that_is_away_loses_the_call_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with voiced_hall(tmp_path, monkeypatch, more=speaker("speaker-1")) as voiced:
        hall = voiced.hall
        names = [one.name for one in hall.plan.devices]
        task = hall._tasks[names.index("speaker-1")]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        assert voiced.speakers["speaker-1"].said == []
