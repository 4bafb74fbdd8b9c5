"""The queue of what is to be said: in order, never too late, shortened when many wait (S8); pure, with a clock given.

First announcements are all said. What is said again waits its turn only while it is true and has not waited too long.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from hardware.speech import Speak

LONGEST_WAIT_S = 20.0


class Waiting(Struct, frozen=True):
    """A job, and since when it waits, in seconds of the caller's clock."""

    job: Speak
    since_s: float

    @property
    def is_again(self) -> bool:
        """Whether it says again what has been said or is about to be."""
        return self.job.phrase == "recall"


class SpeechQueue:
    """What waits for one voice.

    takes_s: about how long a job takes. longest_wait_s: from which on recalls are dropped, and what else waits is
    shortened: first to one repeat, then to one language without a chime.
    """

    def __init__(self, *, takes_s: Callable[[Speak], float], longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._takes_s = takes_s
        self._longest_wait_s = longest_wait_s
        self._waiting: list[Waiting] = []
        self._dropped: list[str] = []
        self._last_call: dict[int, str] = {}
        self._calls: frozenset[tuple[str, int]] | None = None

    def __len__(self) -> int:
        """How many jobs wait."""
        return len(self._waiting)

    def add(self, job: Speak, now_s: float, waited_s: float = 0.0) -> None:
        """Take a job that was called so many seconds ago; a recall of a call that was replaced since is dropped."""
        if job.phrase == "call":
            self._begin_call(job)
        if job.phrase in ("call", "recall"):
            self._drop(lambda one: one.is_again and (one.job.counter == job.counter or one.job.number == job.number))
        self._waiting.append(Waiting(job, now_s - waited_s))
        self._drop(lambda one: one.is_again and self._is_replaced(one.job))

    def set_calls(self, calls: Iterable[tuple[str, int]]) -> None:
        """Take note of which numbers are being called now, with their counters; others are not said again."""
        self._calls = frozenset(calls)

    def take(self, now_s: float) -> Speak | None:
        """Return what is to be said now, and as shortly as the others' waits ask for; None where nothing waits."""
        self._drop(lambda one: self._is_over(one, now_s))
        brief = self._brevity(now_s)
        if not self._waiting:
            return None
        job = brief(self._waiting.pop(0).job)
        return replace(job, repeats=1) if self._is_over_once_said(job) else job

    def dropped(self) -> tuple[str, ...]:
        """Return the ids of the jobs that were dropped since this was asked last."""
        ids, self._dropped = tuple(self._dropped), []
        return ids

    def _begin_call(self, job: Speak) -> None:
        """A call is known from its job on, which comes before the view that tells of it."""
        self._last_call[job.counter] = job.number
        if self._calls is not None:
            others = {call for call in self._calls if call[1] != job.counter}
            self._calls = frozenset(others | {(job.number, job.counter)})

    def _brevity(self, now_s: float) -> Callable[[Speak], Speak]:
        """Return the longest form in which nobody behind the next one waits too long; it may cost recalls."""
        if self._fits(_wholly, now_s):
            return _wholly
        while not self._fits(_once, now_s):
            again = next((one for one in self._waiting if one.is_again), None)
            if again is None:
                return _shortest
            self._drop(lambda one, again=again: one is again)  # type: ignore[misc]
        return _once

    def _fits(self, brief: Callable[[Speak], Speak], now_s: float) -> bool:
        begins_s = now_s
        for at, one in enumerate(self._waiting):
            if at and begins_s - one.since_s > self._longest_wait_s:
                return False
            begins_s += self._takes_s(brief(one.job))
        return True

    def _is_over(self, one: Waiting, now_s: float) -> bool:
        waited_s = now_s - one.since_s
        if waited_s > one.job.max_age_s:
            return True
        return one.is_again and (waited_s > self._longest_wait_s or not self._is_called(one.job))

    def _is_over_once_said(self, job: Speak) -> bool:
        return job.phrase == "call" and (self._is_replaced(job) or not self._is_called(job))

    def _is_called(self, job: Speak) -> bool:
        return self._calls is None or (job.number, job.counter) in self._calls

    def _is_replaced(self, job: Speak) -> bool:
        return self._last_call.get(job.counter, job.number) != job.number

    def _drop(self, is_bad: Callable[[Waiting], bool]) -> None:
        self._dropped += [one.job.id for one in self._waiting if is_bad(one)]
        self._waiting = [one for one in self._waiting if not is_bad(one)]


def _wholly(job: Speak) -> Speak:
    return job


def _once(job: Speak) -> Speak:
    return replace(job, repeats=1)


def _shortest(job: Speak) -> Speak:
    return replace(job, repeats=1, langs=job.langs[:1], chime=False)
