"""Speech from the program espeak-ng, which needs neither network nor a fast computer."""

import asyncio
import contextlib

from displays.voice.phrases import USUAL_RATE
from displays.voice.sound import SoundError, from_wav

LIMIT_S = 15.0


class NoSpeechError(OSError):
    """espeak-ng is not there or does not work; the sentence says what to do."""


async def speech(text: str, voice: str, rate: int = USUAL_RATE) -> bytes:
    """Return the samples of a text. voice: espeak-ng's name of it; rate: words a minute. Raises NoSpeechError."""
    words = ["espeak-ng", "-v", voice, "-s", str(rate), "--stdout", "--", text]
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise NoSpeechError(f"espeak-ng cannot be started ({error}); install it: apt install espeak-ng") from error
    data, said = await _ended(process)
    if process.returncode or not data:
        raise NoSpeechError(f"espeak-ng says nothing in {voice}: {said.decode(errors='replace').strip()}; reinstall it")
    try:
        return from_wav(data, f"espeak-ng's {voice}")
    except SoundError as error:
        raise NoSpeechError(str(error)) from error


async def _ended(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """Return what a program has written; one that does not end is ended, and so is one that nobody waits for any more.

    What it has written by then is read: a pipe that is full does not tell that its other end is closed.
    """
    try:
        async with asyncio.timeout(LIMIT_S):
            return await process.communicate()
    except TimeoutError as error:
        raise NoSpeechError(f"espeak-ng did not end within {LIMIT_S:g} s; the computer is too busy") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.communicate()
