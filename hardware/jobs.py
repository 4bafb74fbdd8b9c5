"""Jobs of a device, each done once: parts put together, an order kept, answers remembered."""

import asyncio
from collections import deque
from collections.abc import Callable

from hardware.contract import JOB_PART_BYTES, JOB_WHOLE_BYTES, BadMessageError, Print, Why

JOBS_WAITING = 4
JOBS_REMEMBERED = 16


class Jobs:
    """What is to be done, what is under way and what was done (docs/protocol.md, "Jobs: done once").

    answer: told of every job's end by its id, and why it failed or None; also when a finished job is asked for again.
    """

    def __init__(self, *, answer: Callable[[str, Why | None], None]) -> None:
        self._answer = answer
        self._arriving: _Arriving | None = None
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._under_way: str | None = None
        self._answers: dict[str, Why | None] = {}
        self._has_work = asyncio.Event()

    def hear(self, job: Print) -> None:
        """Take a job or the next part of one; raise BadMessageError where its sizes make no sense."""
        if job.part > job.parts or len(job.data) > JOB_PART_BYTES:
            raise BadMessageError(f"job {job.id}: part {job.part} of {job.parts} with {len(job.data)} bytes")
        if job.id in self._answers:
            if job.part == job.parts:
                self._answer(job.id, self._answers[job.id])
        elif job.id != self._under_way and all(job.id != known for known, _ in self._waiting):
            self._collect(job)

    async def next(self, limit_s: float) -> tuple[str, bytes] | None:
        """Return id and bytes of the next job, which is then under way; None when none came within the limit."""
        try:
            async with asyncio.timeout(limit_s):
                await self._has_work.wait()
        except TimeoutError:
            return None
        self._under_way, data = self._waiting.popleft()
        if not self._waiting:
            self._has_work.clear()
        return self._under_way, data

    def finish(self, job_id: str, why: Why | None) -> None:
        """Remember how a job ended, and answer it."""
        if job_id == self._under_way:
            self._under_way = None
        self._answers[job_id] = why
        if len(self._answers) > JOBS_REMEMBERED:
            del self._answers[next(iter(self._answers))]
        self._answer(job_id, why)

    def _collect(self, job: Print) -> None:
        if job.part == 1:
            self._arriving = _Arriving(job.id, job.parts)
        arriving = self._arriving
        if arriving is None or not arriving.take(job):
            return
        if arriving.is_whole:
            self._arriving = None
            self._admit(job.id, bytes(arriving.data))

    def _admit(self, job_id: str, data: bytes) -> None:
        """Let a whole job wait its turn. One too many is ignored: the hub will repeat it."""
        if len(data) > JOB_WHOLE_BYTES:
            self.finish(job_id, "too-large")
        elif len(self._waiting) < JOBS_WAITING:
            self._waiting.append((job_id, data))
            self._has_work.set()


class _Arriving:
    """A job of which some parts are here."""

    def __init__(self, job_id: str, parts: int) -> None:
        self._id = job_id
        self._parts = parts
        self._taken = 0
        self.data = bytearray()

    @property
    def is_whole(self) -> bool:
        return self._taken == self._parts

    def take(self, job: Print) -> bool:
        """Add a part; return whether it was the one that comes next."""
        if (job.id, job.parts, job.part) != (self._id, self._parts, self._taken + 1):
            return False
        self._taken += 1
        self.data += job.data
        return True
