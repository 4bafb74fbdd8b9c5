"""Turns what is to be said into sound: chime, recorded clips, and espeak-ng where a clip is missing (S8)."""

from pathlib import Path

from msgspec import Struct

from displays.voice.clips import find_clip
from displays.voice.espeak import speech
from displays.voice.phrases import SHORT_PAUSE_S, TONGUES, caption_of, clips_of, text_of
from displays.voice.sound import at_volume, chime, length_s, silence
from hardware.speech import Language, Speak


class Utterance(Struct, frozen=True, kw_only=True):
    """What is said in one go. text: as people write it. langs: in the order in which it is said. samples: its sound."""

    id: str
    text: str
    langs: tuple[Language, ...]
    samples: bytes

    @property
    def length_s(self) -> float:
        """How long it sounds."""
        return length_s(self.samples)


class Maker:
    """Makes utterances. clips: folder of recorded words; None has none, and espeak-ng says everything."""

    def __init__(self, clips: Path | None = None) -> None:
        self._clips = clips

    async def make(self, job: Speak) -> Utterance:
        """Return a job as sound; raise OSError where espeak-ng is needed and does not work."""
        once = b"".join([await self._in(language, job) + silence(SHORT_PAUSE_S) for language in job.langs])
        samples = (chime() if job.chime else b"") + once * job.repeats
        said = job.langs * job.repeats
        return Utterance(id=job.id, text=caption_of(job), langs=said, samples=at_volume(samples, job.volume))

    async def _in(self, language: Language, job: Speak) -> bytes:
        """A sentence without any recorded word is espeak-ng's as a whole, which sounds better than word by word."""
        tongue, clips = TONGUES[language], clips_of(job)
        found = {clip: find_clip(self._clips, language, clip) for clip in clips}
        if not any(found.values()):
            return await speech(text_of(job, language), tongue.voice, job.rate)
        for clip in [clip for clip, samples in found.items() if samples is None]:
            found[clip] = await speech(tongue.clips[clip], tongue.voice, job.rate)
        return b"".join(found[clip] or b"" for clip in clips)
