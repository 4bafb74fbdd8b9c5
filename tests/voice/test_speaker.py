"""A voice from its jobs to its files: none cut, none overlapping, none twice; and what it says when it cannot (S8)."""

import asyncio
import contextlib
import itertools
import shutil
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from displays.voice import espeak, output
from displays.voice.clips import clip_path, make_clips, missing_clips, wrong_clips
from displays.voice.espeak import speech
from displays.voice.output import AlsaOutput, FileOutput, OutputError, Spoken
from displays.voice.phrases import TONGUES, caption_of, takes_s
from displays.voice.sound import RATE_HZ, SoundError, at_volume, chime, from_wav, length_s, silence, to_wav
from displays.voice.speaker import Speaker, open_speaker
from displays.voice.utterance import Maker, Utterance
from hardware.agent_voice import VoiceDesk
from hardware.contract import Why
from hardware.speech import Speak
from hardware.voice_board import AlsaVoice, FileVoice
from tests.contract.waiting import until

CALLS = 20
WITHIN_S = 10.0


def call(number: int, *, counter: int = 0, phrase: Any = "call", **more: Any) -> Speak:
    return Speak(
        do="speak",
        id=f"20261123-s{number:08}",
        phrase=phrase,
        number=f"A{number % 1000:03}",
        counter=counter or (number - 1) % 5 + 1,
        **more,
    )


class FastTime:
    """A clock that goes as fast as its sleepers want, and lets everybody else work before it goes on."""

    def __init__(self) -> None:
        self.now_s = 0.0

    async def sleep(self, seconds: float) -> None:
        until_s = self.now_s + max(0.0, seconds)
        while self.now_s < until_s:
            self.now_s = min(until_s, self.now_s + 0.05)
            await asyncio.sleep(0)


async def quick(job: Speak) -> Utterance:
    """Return an utterance of the right length and no sound."""
    return Utterance(id=job.id, text=caption_of(job), langs=job.langs * job.repeats, samples=silence(takes_s(job)))


class Voice:
    """A voice at work with what it has said."""

    def __init__(
        self, folder: Path, make: Callable[[Speak], Awaitable[Utterance]], time: FastTime | None = None
    ) -> None:
        self.folder = folder
        fast = {"sleep": time.sleep, "clock_s": lambda: time.now_s} if time else {}
        self.begun: list[Spoken] = []
        self.out = FileOutput(folder, on_begin=self.begun.append, **fast)
        self.part = Speaker(make=make, output=self.out, clock_s=(lambda: time.now_s) if time else None)
        self.answers: list[tuple[str, Why | None]] = []
        self.alerts: list[Why | None] = []
        self.lamps: list[bool] = []
        self.desk = VoiceDesk(
            part=self.part,
            answer=lambda job, why: self.answers.append((job, why)),
            set_alert=self.alerts.append,
            on_change=lambda: self.lamps.append(bool(self.desk.lamps)),
        )

    def records(self) -> list[Spoken]:
        lines = (self.folder / "spoken.jsonl").read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Spoken) for line in lines]


@contextlib.asynccontextmanager
async def at_work(voice: Voice) -> AsyncIterator[Voice]:
    working = asyncio.create_task(voice.desk.run())
    try:
        yield voice
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        voice.part.close()
        voice.part.close()


@pytest.mark.req("S8")
async def test_twenty_calls_within_ten_seconds_are_all_said_in_order_and_none_overlaps(tmp_path: Path) -> None:
    time = FastTime()
    voice = Voice(tmp_path, quick, time)
    jobs = [call(n, langs=("zh", "yue"), repeats=2, chime=True) for n in range(1, CALLS + 1)]
    async with at_work(voice):
        for at, job in enumerate(jobs):
            while time.now_s < at * WITHIN_S / CALLS:
                await asyncio.sleep(0)
                if not voice.begun or len(voice.answers) == len(voice.begun):
                    time.now_s += 0.05
            voice.desk.hear(job, None)
            voice.desk.hear(job, None)
        await until(lambda: len(voice.answers) == CALLS)
    said = voice.records()
    assert [one.id for one in said] == [job.id for job in jobs]
    assert voice.answers == [(job.id, None) for job in jobs]
    assert all(before.ends_s <= after.begins_s for before, after in itertools.pairwise(said))
    assert said[-1].langs == ("zh", "yue", "zh", "yue"), "who is the last keeps nobody waiting"
    assert {one.langs for one in said[5:-2]} == {("zh",)}
    assert voice.lamps == [True, False] * CALLS


@pytest.mark.req("S8")
async def test_calls_are_said_in_mandarin_and_then_in_cantonese_by_the_real_program(tmp_path: Path) -> None:
    voice = Voice(tmp_path, Maker().make)
    jobs = [call(12, counter=3, langs=("zh", "yue"), rate=300), call(13, counter=4, langs=("yue",), rate=300)]
    async with at_work(voice):
        for job in jobs:
            voice.desk.hear(job, None)
        await until(lambda: len(voice.answers) == len(jobs), limit_s=30)
    first, second = voice.records()
    assert (first.text, first.langs) == ("请A012号到3号窗口办理", ("zh", "yue"))
    assert (second.text, second.langs) == ("请A013号到4号窗口办理", ("yue",))
    assert first.ends_s <= second.begins_s
    for one in (first, second):
        with wave.open(str(tmp_path / f"{one.number:06}.wav")) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
            assert abs(file.getnframes() / RATE_HZ - (one.ends_s - one.begins_s)) < 0.2
            assert any(file.readframes(file.getnframes()))
    assert voice.alerts == [None, None]


async def test_a_recall_of_a_call_that_was_replaced_is_not_said(tmp_path: Path) -> None:
    time = FastTime()
    voice = Voice(tmp_path, quick, time)
    first, again, second = call(1, counter=3), call(1, counter=3, phrase="recall"), call(2, counter=3)
    again = msgspec.structs.replace(again, id="20261123-s00000100")
    async with at_work(voice):
        for job in (first, again, second):
            voice.desk.hear(job, None)
        await until(lambda: len(voice.answers) == 3)
    assert [one.text for one in voice.records()] == ["请A001号到3号窗口办理", "请A002号到3号窗口办理"]
    assert dict(voice.answers) == {first.id: None, second.id: None, again.id: "late"}


async def test_a_job_is_answered_again_and_said_once(tmp_path: Path) -> None:
    time = FastTime()
    voice = Voice(tmp_path, quick, time)
    async with at_work(voice):
        voice.desk.hear(call(1), None)
        await until(lambda: voice.answers)
        voice.desk.hear(call(1), None)
        assert voice.answers == [(call(1).id, None)] * 2
    assert len(voice.records()) == 1


async def test_what_came_through_a_frozen_cable_is_too_old(tmp_path: Path) -> None:
    voice = Voice(tmp_path, quick, FastTime())
    async with at_work(voice):
        voice.desk.hear(call(1, at=1_000_000, max_age_s=60), 1_000_000 + 61_000)
        await until(lambda: voice.answers == [(call(1).id, "late")])


def test_a_device_without_a_voice_says_so() -> None:
    answers: list[tuple[str, Why | None]] = []
    desk = VoiceDesk(
        part=None, answer=lambda *one: answers.append(one), set_alert=lambda _why: None, on_change=lambda: None
    )
    desk.hear(call(1), None)
    desk.show([("A001", 1)])
    assert answers == [(call(1).id, "unsupported")]


async def test_a_missing_program_is_an_answer_and_an_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="apt install espeak-ng"):
        await speech("请", "yue")
    voice = Voice(tmp_path / "out", Maker().make)
    async with at_work(voice):
        voice.desk.hear(call(1), None)
        await until(lambda: voice.answers == [(call(1).id, "no-answer")])
    assert voice.alerts == ["no-answer"]
    with pytest.raises(OutputError, match="apt install alsa-utils"):
        await AlsaOutput("default").play(await quick(call(1)))


async def test_a_language_that_espeak_does_not_have_is_said() -> None:
    with pytest.raises(OSError, match="says nothing in nowhere"):
        await speech("请", "nowhere")


async def test_a_folder_that_cannot_be_written_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    voice = Voice(tmp_path / "file", quick, FastTime())
    async with at_work(voice):
        voice.desk.hear(call(1), None)
        await until(lambda: voice.answers == [(call(1).id, "in-doubt")])


FAKE_APLAY = """#!/bin/sh
# A fake of aplay: keeps what it is given, and fails where its device is called broken.
test "$3" = broken && { echo "aplay: audio open error: No such device" >&2; exit 1; }
cat > "$APLAY_HEARD"
"""


async def test_alsa_gets_a_wav_file_and_its_troubles_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "aplay"
    program.write_text(FAKE_APLAY)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("APLAY_HEARD", str(tmp_path / "heard"))
    said = await quick(call(1))
    await AlsaOutput("plughw:0,0").play(said)
    assert from_wav((tmp_path / "heard").read_bytes(), "heard") == said.samples
    with pytest.raises(OutputError, match="broken does not play: aplay: audio open error: No such device; aplay -L"):
        await AlsaOutput("broken").play(said)


async def test_a_call_that_has_begun_is_said_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "aplay"
    program.write_text('#!/bin/sh\ntouch "$APLAY_HEARD.begun"\nsleep 0.3\ncat > "$APLAY_HEARD"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("APLAY_HEARD", str(tmp_path / "heard"))
    playing = asyncio.create_task(AlsaOutput("default").play(await quick(call(1))))
    await until(lambda: (tmp_path / "heard.begun").exists())
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert (tmp_path / "heard").read_bytes()


async def test_a_sound_card_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "aplay"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(output, "PATIENCE_S", 0.2)
    with pytest.raises(OutputError, match="hangs; look after its cable"):
        await AlsaOutput("default").play(Utterance(id="x", text="", langs=(), samples=silence(0.05)))


async def test_a_program_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(espeak, "LIMIT_S", 0.2)
    with pytest.raises(OSError, match="did not end within"):
        await speech("请", "yue")


def wav_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.wav"))


async def test_old_files_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "KEPT_FILES", 2)
    time = FastTime()
    out = FileOutput(tmp_path, sleep=time.sleep, clock_s=lambda: time.now_s)
    for number in range(1, 5):
        await out.play(await quick(call(number)))
    assert wav_files(tmp_path) == ["000003.wav", "000004.wav"]


async def test_the_voice_of_a_board_is_opened(tmp_path: Path) -> None:
    for voice in (AlsaVoice(device="hw:1"), FileVoice(folder=str(tmp_path))):
        open_speaker(voice, None).close()


async def test_recorded_clips_go_first_and_espeak_says_what_is_missing(tmp_path: Path) -> None:
    tone = {clip: silence(0.1) + bytes([n + 1, 0]) * 100 for n, clip in enumerate(TONGUES["zh"].clips)}
    for clip, samples in tone.items():
        path = clip_path(tmp_path, "zh", clip)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(to_wav(samples))
    job = call(12, counter=3)
    said = (await Maker(tmp_path).make(job)).samples
    clips = ("qing", "a", "0", "1", "2", "hao-dao", "3", "hao-chuangkou", "banli")
    recorded = b"".join(tone[clip] for clip in clips)
    assert said[: len(recorded)] == recorded
    clip_path(tmp_path, "zh", "1").unlink()
    mixed = (await Maker(tmp_path).make(job)).samples
    assert mixed.startswith(b"".join(tone[clip] for clip in ("qing", "a", "0")))
    assert len(mixed) == len(said) - len(tone["1"]) + len(await speech("一", TONGUES["zh"].voice))


def test_sound_is_made_softer_and_what_is_no_clip_is_said() -> None:
    loud = chime()
    assert 1.0 < length_s(loud) < 1.5
    assert at_volume(loud, 100) == loud
    assert at_volume(loud, 0) == bytes(len(loud))
    assert max(at_volume(loud, 50)[1::2]) <= max(loud[1::2])
    with pytest.raises(SoundError, match="no WAV file"):
        from_wav(b"RIFFnothing", "x.wav")
    with pytest.raises(SoundError, match="1 channel of 16 bits at 22050 Hz"):
        from_wav(to_wav(silence(0.1)).replace((22050).to_bytes(4, "little"), (44100).to_bytes(4, "little"), 1), "x.wav")


async def test_missing_and_wrong_clips_are_listed_and_missing_ones_made(tmp_path: Path) -> None:
    count = len(TONGUES["zh"].clips)
    path = clip_path(tmp_path, "yue", "qing")
    path.parent.mkdir()
    path.write_bytes(b"no sound")
    assert len(list(missing_clips(tmp_path))) == 2 * count - 1
    assert [sentence.split(":")[0] for sentence in wrong_clips(tmp_path)] == [str(path)]
    shutil.rmtree(tmp_path / "yue")
    made = await make_clips(tmp_path, ["yue"])
    assert len(made) == count
    assert list(missing_clips(tmp_path, ["yue"])) == []
    assert list(wrong_clips(tmp_path)) == []
    said = await Maker(tmp_path).make(call(12, counter=3, langs=("yue",)))
    assert said.length_s > 3
