"""Has the hall's speakers say what has happened: a job for each fact that has words (S8, M17, M22, M28, M30).

Nothing of it is kept: a speaker that is away loses the announcement, which the lintels show all the same.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from hardware.contract import Topics, encode
from hardware.link import Link
from hardware.speech import Phrase, Speak
from hub.clock import HallClock, local
from hub.config import Device, Hall
from hub.desk import Desk
from hub.rules.events import Fact
from hub.spoken import Words, words_of

WITH_CHIME: frozenset[Phrase] = frozenset({"call", "open", "pause", "closing"})
AT_THE_COUNTER: frozenset[Phrase] = frozenset({"rate"})
"""What only a speaker that stands at the counter says; all else is said by those that belong to no counter."""
MAX_AGE_S = 120
DAY_MS = 86_400_000


class Speaking:
    """Turns facts into jobs of the speakers."""

    def __init__(self, hall: Hall, desk: Desk, clock: HallClock) -> None:
        self._hall = hall
        self._desk = desk
        self._clock = clock
        self._topics = Topics(hall.id)
        self._link: Link | None = None
        self._last_id_ms = 0

    @property
    def _speakers(self) -> list[Device]:
        return [device for device in self._hall.devices if device.kind == "speaker"]

    @property
    def _lounges(self) -> set[int]:
        return {one.number for one in self._hall.counters if one.profile == "lounge"}

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    def follow(self, facts: Iterable[Fact]) -> None:
        """Have the new facts said, outside the quiet hours; counters of a 会客厅 call without a sound (S1)."""
        for fact in facts if self._speakers else ():
            words = words_of(fact, self._desk.state)
            if words and words.counter not in self._lounges and not self._is_quiet():
                self._say(words)

    def _say(self, words: Words) -> None:
        at_ms = self._clock.now()
        job_id = self._new_id(at_ms)
        for device in self._speakers:
            counter = words.counter if words.phrase in AT_THE_COUNTER else None
            if self._link and device.counter == counter:
                self._link.publish(self._topics.job(device.name), encode(self._job(job_id, device, words, at_ms)))

    def _job(self, job_id: str, device: Device, words: Words, at_ms: int) -> Speak:
        voice = self._hall.file.voice
        return Speak(
            do="speak",
            id=job_id,
            phrase=words.phrase,
            number=words.number,
            counter=words.counter,
            langs=voice.languages,
            repeats=voice.repeats if words.phrase in ("call", "recall") else 1,
            rate=voice.rate,
            volume=voice.zones.get(device.zone, voice.volume),
            chime=voice.chime and words.phrase in WITH_CHIME,
            at=at_ms,
            max_age_s=MAX_AGE_S,
        )

    def _new_id(self, at_ms: int) -> str:
        """Return an id that this hall has never given, over restarts too: hall time, which never goes back."""
        self._last_id_ms = max(self._last_id_ms + 1, at_ms)
        moment = datetime.fromtimestamp(self._last_id_ms // DAY_MS * DAY_MS // 1000, UTC)
        return f"{moment:%Y%m%d}-s{self._last_id_ms % DAY_MS:08}"

    def _is_quiet(self) -> bool:
        now = f"{local(self._clock.now(), self._hall.zone):%H:%M}"
        spans = (span.split("-") for span in self._hall.file.voice.quiet.split())
        return any(first <= now < last for first, last in spans)
