"""Speech from the program espeak-ng, which needs neither network nor a fast computer."""

import asyncio

from displays.voice.phrases import USUAL_RATE
from displays.voice.program import outcome
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
    try:
        data, said = await outcome(process, LIMIT_S)
    except TimeoutError as error:
        raise NoSpeechError(f"espeak-ng did not end within {LIMIT_S:g} s; the computer is too busy") from error
    if process.returncode or not data:
        raise NoSpeechError(f"espeak-ng says nothing in {voice}: {said.decode(errors='replace').strip()}; reinstall it")
    try:
        return from_wav(data, f"espeak-ng's {voice}")
    except SoundError as error:
        raise NoSpeechError(str(error)) from error
