"""Where sound goes: a loudspeaker through ALSA's aplay, or a file for each utterance that takes as long to write."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from displays.voice.program import outcome
from displays.voice.sound import to_wav
from displays.voice.utterance import Utterance
from hardware.to_its_end import to_its_end

PATIENCE_S = 5.0
"""How much longer than its sound an utterance may take."""
KEPT_FILES = 50


class OutputError(OSError):
    """Sound that did not come out, or not wholly; the sentence says what to do."""


class Output(Protocol):
    """Something that makes sound."""

    async def play(self, said: Utterance) -> None:
        """Sound an utterance and return when it is over; raise OutputError where it was not heard."""


class AlsaOutput:
    """A sound card. device: a name that ``aplay -L`` shows."""

    def __init__(self, device: str) -> None:
        self._device = device

    async def play(self, said: Utterance) -> None:
        """Sound an utterance and return when it is over, also when cancelled: no call is cut (S8)."""
        await to_its_end(self._play(said))

    async def _play(self, said: Utterance) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *("aplay", "-q", "-D", self._device, "-"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise OutputError(f"aplay cannot be started ({error}); install it: apt install alsa-utils") from error
        try:
            _, words = await outcome(process, said.length_s + PATIENCE_S, to_wav(said.samples))
        except TimeoutError as error:
            raise OutputError(f"the sound device {self._device} hangs; look after its cable and its card") from error
        if process.returncode:
            why = words.decode(errors="replace").strip().replace("\n", "; ")
            raise OutputError(f"the sound device {self._device} does not play: {why}; aplay -L names those there are")


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What was said. number: of its file. begins_s, ends_s: by the event loop's clock."""

    number: int
    id: str
    text: str
    langs: tuple[str, ...]
    begins_s: float
    ends_s: float


class FileOutput:
    """A folder with a file for each utterance: 000001.wav, the latest `KEPT_FILES` of them, and spoken.jsonl.

    on_begin: told of an utterance when its file is there and its time begins. sleep: lets its time pass.
    """

    def __init__(
        self,
        folder: Path,
        *,
        on_begin: Callable[[Spoken], None] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock_s: Callable[[], float] | None = None,
    ) -> None:
        self._folder = folder
        self._on_begin = on_begin
        self._sleep = sleep
        self._clock_s = clock_s or asyncio.get_running_loop().time
        self._number = 0

    async def play(self, said: Utterance) -> None:
        """Write an utterance, and return when it would be over."""
        self._number += 1
        begins_s = self._clock_s()
        self._keep(said)
        spoken = Spoken(
            number=self._number,
            id=said.id,
            text=said.text,
            langs=said.langs,
            begins_s=begins_s,
            ends_s=begins_s + said.length_s,
        )
        if self._on_begin:
            self._on_begin(spoken)
        await self._sleep(spoken.ends_s - self._clock_s())
        with self._writing(), (self._folder / "spoken.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(msgspec.structs.replace(spoken, ends_s=self._clock_s())) + b"\n")

    def _keep(self, said: Utterance) -> None:
        with self._writing():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._path(self._number).write_bytes(to_wav(said.samples))
            self._path(self._number - KEPT_FILES).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"{self._folder}: cannot be written ({error}); make room, or name another") from error

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.wav"
