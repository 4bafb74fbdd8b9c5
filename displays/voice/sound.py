"""Sound as 16-bit samples of one channel: put together, made louder or softer, to and from WAV files."""

import io
import math
import wave
from array import array
from pathlib import Path

RATE_HZ = 22_050
"""What espeak-ng makes, and so what clips have to be."""
SAMPLE_BYTES = 2
_CHIME = ((784.0, 0.45), (587.3, 0.65))
"""Two falling tones, hertz and seconds."""
_CHIME_LEVEL = 9_000
_CHIME_PAUSE_S = 0.1


class SoundError(ValueError):
    """A WAV file that cannot be used; the sentence says what to do."""


def length_s(samples: bytes) -> float:
    """Return how long samples sound, in seconds."""
    return len(samples) / SAMPLE_BYTES / RATE_HZ


def silence(seconds: float) -> bytes:
    """Return so many seconds of nothing."""
    return bytes(round(seconds * RATE_HZ) * SAMPLE_BYTES)


def chime() -> bytes:
    """Return two bell-like tones and a short pause."""
    tones = b"".join(_bell(hertz, seconds) for hertz, seconds in _CHIME)
    return tones + silence(_CHIME_PAUSE_S)


def at_volume(samples: bytes, percent: int) -> bytes:
    """Return the samples at so many percent of their height."""
    if percent == 100:
        return samples
    heights = array("h", samples)
    return array("h", [height * percent // 100 for height in heights]).tobytes()


def to_wav(samples: bytes) -> bytes:
    """Return the samples as a WAV file."""
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE_HZ)
        file.writeframes(samples)
    return data.getvalue()


def from_wav(data: bytes, origin: str) -> bytes:
    """Return the samples of a WAV file; ``origin`` names it in a SoundError."""
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            found = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            samples = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise SoundError(f"{origin}: no WAV file ({error}); record it anew") from error
    if found != (1, SAMPLE_BYTES, RATE_HZ):
        raise SoundError(
            f"{origin}: {found[0]} channels of {found[1] * 8} bits at {found[2]} Hz; "
            f"save it with 1 channel of {SAMPLE_BYTES * 8} bits at {RATE_HZ} Hz"
        )
    return samples


def read_clip(path: Path) -> bytes:
    """Return the samples of a WAV file on disk; raise SoundError, or OSError where it cannot be read."""
    return from_wav(path.read_bytes(), str(path))


def _bell(hertz: float, seconds: float) -> bytes:
    count = round(seconds * RATE_HZ)
    heights = (
        _CHIME_LEVEL * math.exp(-4 * at / count) * math.sin(2 * math.pi * hertz * at / RATE_HZ) for at in range(count)
    )
    return array("h", [round(height) for height in heights]).tobytes()
