"""``lintel voice clips`` and ``lintel voice make``: which recorded words a folder lacks, and making them."""

import argparse
import asyncio
from pathlib import Path
from typing import Any, get_args

from displays.voice.clips import make_clips, missing_clips, wrong_clips
from displays.voice.phrases import TONGUES
from hardware.speech import Language

CLIPS_EPILOG = """example:
  lintel voice clips clips
  lintel voice clips clips --language zh

A clip is FOLDER/LANGUAGE/NAME.wav, one channel of 16 bits at 22050 Hz. Name the folder in the hall's file, as clips in
[voice]. What is missing there is said by espeak-ng, so a hall may record the words one after another.
Exit code 1 where a clip is missing or wrong."""
MAKE_EPILOG = """example:
  lintel voice make clips
  lintel voice make clips --language yue

Clips that are there already, such as recorded ones, are left alone."""


def add_clips(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register ``lintel voice clips``."""
    words = "list the recorded words that a folder lacks"
    _add(
        parsers, "clips", words, "List the clips that are missing in a folder, by language, and the wrong ones."
    ).set_defaults(run=list_clips)


def add_make(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register ``lintel voice make``."""
    words = "make the missing words with espeak-ng"
    _add(parsers, "make", words, "Make the clips that a folder lacks with espeak-ng.").set_defaults(run=make)


def list_clips(args: argparse.Namespace) -> int:
    """Print what is missing or wrong; return 1 where something is."""
    languages = args.languages or list(TONGUES)
    wrong = list(wrong_clips(args.folder, languages))
    missing = list(missing_clips(args.folder, languages))
    for language, clip, text in missing:
        print(f"missing {language}/{clip}.wav  {text}")
    for sentence in wrong:
        print(f"wrong {sentence}")
    for language in languages:
        lacks = sum(one == language for one, _clip, _text in missing)
        print(f"{language}: {lacks} of {len(TONGUES[language].clips)} missing")
    return 1 if missing or wrong else 0


def make(args: argparse.Namespace) -> int:
    """Make what is missing; raise OSError where espeak-ng or the folder does not work."""
    made = asyncio.run(make_clips(args.folder, args.languages or TONGUES))
    for path in made:
        print(f"made {path}")
    print(f"{len(made)} clips made")
    return 0


def _add(parsers: "argparse._SubParsersAction[Any]", name: str, words: str, text: str) -> argparse.ArgumentParser:
    parser = parsers.add_parser(
        name,
        help=words,
        description=text,
        epilog=CLIPS_EPILOG if name == "clips" else MAKE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="the folder of the clips")
    parser.add_argument(
        "--language",
        dest="languages",
        action="append",
        choices=get_args(Language),
        help="only this language; may be given more than once (default: all)",
    )
    return parser  # type: ignore[no-any-return]
