"""``lintel paper``: turns ESC/POS bytes back into what a printer puts out, and says what it could not read."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from sim.errors import SimError
from sim.paper.lexer import Code
from sim.paper.reader import read_slips
from sim.paper.slip import Slip
from sim.paper.stack import stacked

WIDTHS = {58: 384, 80: 576}
"""Dots of a line, by the paper's width in mm."""
EPILOG = """example:
  lintel paper ticket.bin -o ticket.png
  lintel paper day.bin -o slips/day.png --each --width 80
  lintel paper ticket.bin --text --code gbk

Exit code 1: some of the bytes were not understood, or could not be done; each is named with its place."""


class PaperFileError(SimError, OSError):
    """The file of bytes cannot be read; the sentence names it."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "paper",
        help="turn ESC/POS bytes back into paper",
        description="Read ESC/POS as a thermal printer with Chinese does, and draw what comes out.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the bytes that a printer gets; - reads them from standard input")
    parser.add_argument("-o", "--output", type=Path, help="the picture, a PNG file")
    parser.add_argument("--each", action="store_true", help="one picture a slip: NAME-1.png, NAME-2.png")
    parser.add_argument("--width", type=int, default=58, help="58 or 80 mm, or the dots of a line (default: 58)")
    parser.add_argument("--text", action="store_true", help="print what can be read on every slip")
    parser.add_argument("--code", choices=get_args(Code), default="gb18030", help="its Chinese (default: gb18030)")
    parser.add_argument("--latin", action="store_true", help="a printer that is not in Chinese mode when switched on")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, draw, and return 1 where something was not understood.

    Raises PaperFileError, and ValueError where nothing was printed or an option cannot be.
    """
    if not (args.output or args.text):
        raise ValueError("give -o FILE.png for a picture, --text for the words, or both")
    data = _read(args.file)
    width_dots = WIDTHS.get(args.width, args.width)
    if not 96 <= width_dots <= 2048:
        raise ValueError(f"--width {args.width}: give 58, 80, or 96 to 2048 dots")
    slips = read_slips(data, width_dots=width_dots, code=args.code, is_chinese=not args.latin)
    if args.output:
        _draw(slips, args.output, is_each=args.each)
    if args.text:
        print("\n\n".join("\n".join(_lines(slip)) for slip in slips))
    reports = [report for slip in slips for report in slip.reports]
    for report in reports:
        print(f"{args.file}: {report}", file=sys.stderr)
    return 1 if reports else 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise PaperFileError(
            f"{file}: {error.strerror}; name a file of ESC/POS bytes, or - for standard input"
        ) from None


def _draw(slips: Sequence[Slip], output: Path, *, is_each: bool) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    if not is_each or not slips:
        stacked(slips).save(output, "PNG")
        print(f"{output}: {len(slips)} slips")
        return
    for number, slip in enumerate(slips, 1):
        path = output.with_name(f"{output.stem}-{number}{output.suffix or '.png'}")
        slip.image.save(path, "PNG")
        print(path)


def _lines(slip: Slip) -> list[str]:
    codes = [f"[QR] {text}" for text in slip.qr] + [f"[bars] {text}" for text in slip.bars]
    return [*slip.text, *codes, "-- cut --" if slip.is_cut else "-- torn off --"]
