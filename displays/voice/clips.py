"""A folder of recorded words, a folder in it for each language: which are there, which are missing, which are wrong."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from displays.voice.espeak import speech
from displays.voice.phrases import TONGUES
from displays.voice.sound import SoundError, read_clip, to_wav
from hardware.logs import Log
from hardware.speech import Language

log = Log(__name__)


def clip_path(folder: Path, language: Language, clip: str) -> Path:
    """Return where a clip lies: zh/qing.wav."""
    return folder / language / f"{clip}.wav"


def missing_clips(folder: Path, languages: Iterable[Language] = TONGUES) -> Iterator[tuple[Language, str, str]]:
    """Yield language, name and text of every clip that is not there."""
    for language in languages:
        for clip, text in TONGUES[language].clips.items():
            if not clip_path(folder, language, clip).is_file():
                yield language, clip, text


def wrong_clips(folder: Path, languages: Iterable[Language] = TONGUES) -> Iterator[str]:
    """Yield a sentence for every clip that is there and cannot be used."""
    for language in languages:
        for clip in TONGUES[language].clips:
            path = clip_path(folder, language, clip)
            if path.is_file() and (wrong := _wrong(path)):
                yield wrong


async def make_clips(folder: Path, languages: Iterable[Language] = TONGUES) -> list[Path]:
    """Make the missing clips with espeak-ng and return their paths; raise OSError where that cannot be."""
    made = []
    for language, clip, text in list(missing_clips(folder, languages)):
        path = clip_path(folder, language, clip)
        samples = await speech(text, TONGUES[language].voice)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_wav(samples))
        made.append(path)
    return made


def find_clip(folder: Path | None, language: Language, clip: str) -> bytes | None:
    """Return the samples of a recorded clip; None where there is none that can be used."""
    if folder is None:
        return None
    try:
        return read_clip(clip_path(folder, language, clip))
    except FileNotFoundError:
        return None
    except (SoundError, OSError) as error:
        log.warning("clip-unreadable", "a recorded word is spoken by the computer instead", why=error)
        return None


def _wrong(path: Path) -> str:
    try:
        read_clip(path)
    except (SoundError, OSError) as error:
        return str(error)
    return ""
