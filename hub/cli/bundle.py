"""``lintel bundle``: makes the folder from which a computer without network is installed."""

import argparse
from pathlib import Path
from typing import Any

from hub.installing.bundle import SCRIPT, make_bundle
from hub.installing.debs import MIRROR
from hub.installing.machine import Machine
from hub.installing.wheels import MACHINES

EPILOG = """example:
  lintel bundle /media/stick/lintel
  lintel bundle lintel-for-pc --arch amd64 --no-kiosk

Needs network, and a Debian or Raspberry Pi OS of any kind to run on; nothing of that computer is changed. Then, at the
computer of the hall: sudo sh /media/stick/lintel/install.sh hall.toml"""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "bundle",
        help="make a folder that installs Lintel without network",
        description="Fetch Lintel's wheels and Debian's packages for Debian 12 into a folder, with their sums.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--arch", choices=sorted(MACHINES), default="arm64", help="arm64: a Raspberry Pi (default)")
    parser.add_argument("--no-kiosk", action="store_true", help="without a browser: 100 MB less")
    parser.add_argument("--mirror", default=MIRROR, help=f"where Debian's archive is (default: {MIRROR})")
    parser.add_argument(
        "--source", action="append", default=[], metavar="LINE", help="a further archive: deb URL SUITE main"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make it and say how to go on."""
    mirror: str = args.mirror.rstrip("/")
    size = make_bundle(Machine(), args.folder, args.arch, kiosk=not args.no_kiosk, mirror=mirror, sources=args.source)
    print(f"{args.folder}: {size // 1_000_000} MB for {args.arch}")
    print(f"at the computer of the hall: sudo sh {args.folder}/{SCRIPT} hall.toml")
    return 0
