"""A device's voice: its queue, its sound and its loudspeaker put together, one utterance at a time (S8)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from displays.voice.output import AlsaOutput, FileOutput, Output, OutputError
from displays.voice.phrases import caption_of, takes_s
from displays.voice.queue import SpeechQueue
from displays.voice.utterance import Maker, Utterance
from hardware.contract import Why
from hardware.logs import Log
from hardware.speech import Speak
from hardware.voice_board import AlsaVoice, FileVoice

log = Log(__name__)


class Speaker:
    """What the agent needs of a voice (`hardware.agent_parts.VoicePart`).

    make: turns a job into sound, or raises OSError. clock_s: seconds that only grow; None is the event loop's.
    """

    def __init__(
        self,
        *,
        make: Callable[[Speak], Awaitable[Utterance]],
        output: Output,
        clock_s: Callable[[], float] | None = None,
    ) -> None:
        self._make = make
        self._output = output
        self._clock_s = clock_s or asyncio.get_running_loop().time
        self._queue = SpeechQueue(takes_s=takes_s)
        self._has_work = asyncio.Event()

    def hear(self, job: Speak, waited_s: float) -> None:
        """Queue what is to be said. waited_s: how long ago it was called."""
        self._queue.add(job, self._clock_s(), waited_s)
        self._has_work.set()

    def set_calls(self, calls: Iterable[tuple[str, int]]) -> None:
        """Take note of which numbers are being called now, with their counters; others are not said again."""
        self._queue.set_calls(calls)

    async def run(self, ended: Callable[[str, Why | None], None], speaking: Callable[[bool], None]) -> None:
        """Say what is queued, one thing after another, until cancelled."""
        while True:
            self._has_work.clear()
            while job := self._next(ended):
                ended(job.id, await self._say(job, speaking))
            await self._has_work.wait()

    def close(self) -> None:
        """Say nothing more of what is queued; may be called twice."""
        self._queue = SpeechQueue(takes_s=takes_s)

    def _next(self, ended: Callable[[str, Why | None], None]) -> Speak | None:
        job = self._queue.take(self._clock_s())
        for dropped in self._queue.dropped():
            log.info("not-said", "a call is no longer true, or has waited too long, and is not said", why=dropped)
            ended(dropped, "late")
        return job

    async def _say(self, job: Speak, speaking: Callable[[bool], None]) -> Why | None:
        try:
            said = await self._make(job)
        except OSError as error:
            log.error("voice-failed", "a call is not said", why=f"{caption_of(job)}: {error}")
            return "no-answer"
        speaking(True)
        try:
            await self._output.play(said)
        except OutputError as error:
            log.error("voice-failed", "a call is not said", why=f"{said.text}: {error}")
            return "in-doubt"
        finally:
            speaking(False)
        return None


def open_speaker(voice: AlsaVoice | FileVoice, clips: Path | None) -> Speaker:
    """Return the voice of a board. clips: folder of recorded words, None without. Needs a running event loop."""
    output: Output = AlsaOutput(voice.device) if isinstance(voice, AlsaVoice) else FileOutput(Path(voice.folder))
    return Speaker(make=Maker(clips).make, output=output)
