"""``lintel uninstall``: takes Lintel away from a computer, which is then as it was before."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.installing.machine import Folder, Machine
from hub.installing.removal import Removal

EPILOG = """example:
  lintel uninstall --plan
  sudo lintel uninstall
  sudo lintel uninstall --with-journal

The hall's file, its journal and its secrets are moved to /var/backups/lintel-DATE.tar.gz; with --with-journal they go
too, for ever. Packages that the installation brought are removed, those that were there before stay."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "uninstall",
        help="take Lintel away from this computer",
        description="Remove everything that lintel install has made.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--plan", action="store_true", help="only say what would go")
    parser.add_argument("--with-journal", action="store_true", help="the hall's file, journal and secrets go for ever")
    parser.add_argument("--root", type=Path, metavar="FOLDER", help="take it away from a folder; call no program")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Remove, or say what would go; 1 where something is left."""
    removal = Removal(Folder(args.root.resolve()) if args.root else Machine(), print)
    if args.plan:
        print("\n".join(removal.words()))
        return 0
    left = removal.carry_out(now=datetime.now().astimezone(), with_journal=args.with_journal)
    for sentence in left:
        print(f"left: {sentence}")
    print("some things are left; mend what is said, and call it again" if left else "Lintel is gone")
    return 1 if left else 0
