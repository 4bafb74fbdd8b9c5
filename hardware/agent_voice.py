"""Hands what is to be said to a device's voice, each job once, and says what became of it (S8)."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from hardware.agent_parts import VoicePart
from hardware.contract import Lamp, Why
from hardware.speech import Speak

CALL_LAMP = "call"
"""The lamp that blinks while something is said, for those who cannot hear it."""
JOBS_REMEMBERED = 64
OF_THE_VOICE: frozenset[Why | None] = frozenset({None, "no-answer", "error", "in-doubt"})
"""Answers to a job that say how the voice is."""
_DARK: Mapping[str, Lamp] = MappingProxyType({})
_CALLING: Mapping[str, Lamp] = MappingProxyType({CALL_LAMP: "blink"})


class VoiceDesk:
    """The voice of a device and whatever waits for it.

    part: None is a device without one, whose jobs are answered with ``unsupported``. answer: told of every job's end,
    and why it was not said or None; also when a job that has ended is asked for again. set_alert: told what is wrong
    with the voice, None when it is well. on_change: told when `lamps` changes.
    """

    def __init__(
        self,
        *,
        part: VoicePart | None,
        answer: Callable[[str, Why | None], None],
        set_alert: Callable[[Why | None], None],
        on_change: Callable[[], None],
    ) -> None:
        self._part = part
        self._answer = answer
        self._set_alert = set_alert
        self._on_change = on_change
        self._waiting: set[str] = set()
        self._answers: dict[str, Why | None] = {}
        self.lamps: Mapping[str, Lamp] = _DARK

    def hear(self, job: Speak, hall_time_ms: int | None) -> None:
        """Queue a job that is not known yet. hall_time_ms: None is not known, and the job as new as can be."""
        if self._part is None:
            self._answer(job.id, "unsupported")
        elif job.id in self._answers:
            self._answer(job.id, self._answers[job.id])
        elif job.id not in self._waiting:
            self._waiting.add(job.id)
            self._part.hear(job, max(0, (hall_time_ms or job.at) - job.at) / 1000 if job.at else 0.0)

    def show(self, calls: Iterable[tuple[str, int]] | None) -> None:
        """Take note of the calls of a view; None where it tells of none."""
        if self._part and calls is not None:
            self._part.set_calls(calls)

    async def run(self) -> None:
        """Work until cancelled; what is being said then is said to its end."""
        if self._part:
            await self._part.run(self._ended, self._speaking)
        else:
            await asyncio.Event().wait()

    def _ended(self, job_id: str, why: Why | None) -> None:
        self._waiting.discard(job_id)
        self._answers[job_id] = why
        if len(self._answers) > JOBS_REMEMBERED:
            del self._answers[next(iter(self._answers))]
        if why in OF_THE_VOICE:
            self._set_alert(why)
        self._answer(job_id, why)

    def _speaking(self, is_speaking: bool) -> None:
        self.lamps = _CALLING if is_speaking else _DARK
        self._on_change()
