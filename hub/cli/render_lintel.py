"""``lintel render lintel``: draws a text as a lintel shows it."""

import argparse
from pathlib import Path
from typing import Any

from PIL import Image

from displays.glyphs import missing
from displays.picture import glowing
from displays.strip import fit, image

GAP_DOTS = 2


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "lintel",
        help="draw a text as a lintel shows it",
        description="Draw a text as a lintel shows it; pages that flip stand one below the other.",
        epilog="example:\n  lintel render lintel 请A012号到3号窗 -o lintel.png",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", help="what to show")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the picture, a PNG file")
    parser.add_argument("--width", type=int, default=128, help="dots of the panel, a multiple of 8 (default 128)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw, and say which characters no font has."""
    if args.width % 8 or not 16 <= args.width <= 256:
        raise ValueError(f"--width {args.width}: give a multiple of 8 from 16 to 256")
    strip = image(fit(args.text, panel_w_px=args.width))
    glowing(_pages(strip, args.width)).save(args.output, "PNG")
    if lacking := missing(args.text):
        print(f"no font has {' '.join(lacking)}; a stand-in is shown")
    print(args.output)
    return 0


def _pages(strip: Image.Image, width: int) -> Image.Image:
    """Put pages that stand side by side one below the other."""
    count = -(-strip.width // width)
    sheet = Image.new("1", (width, count * (strip.height + GAP_DOTS) - GAP_DOTS))
    for page in range(count):
        cut = strip.crop((page * width, 0, min((page + 1) * width, strip.width), strip.height))
        sheet.paste(cut, (0, page * (strip.height + GAP_DOTS)))
    return sheet
