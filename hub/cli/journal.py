"""``lintel journal``: verifies a journal's chain, and shows what it tells."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from hub.journal import Row, Seal, read_rows, seals_of, verify

EXAMPLE = "example:\n  lintel journal {} ~/.local/state/lintel/donghu/journal.db"


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "journal",
        help="verify or show a journal",
        description="Verify or show a journal.",
        epilog=f"{EXAMPLE.format('verify')}\n\nEach has help of its own: lintel journal WHAT --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whats = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    for name, run, words in (
        ("verify", run_verify, "say whether every row follows from the one before it"),
        ("show", run_show, "print every row: number, time, device, what came and what followed"),
    ):
        what = whats.add_parser(
            name,
            help=words,
            description=words.capitalize() + ".",
            epilog=EXAMPLE.format(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        what.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
        what.set_defaults(run=run)


def run_verify(args: argparse.Namespace) -> int:
    """Print what was removed after archiving, and every break of the chain; 0 when there is none."""
    problems = 0
    for seal in seals_of(args.file):
        print(_sealed(seal))
    for problem in verify(args.file):
        problems += 1
        print(problem)
    rows = sum(1 for _ in read_rows(args.file))
    print(f"{args.file}: {rows} rows, {'whole' if not problems else f'{problems} breaks'}")
    return 1 if problems else 0


def run_show(args: argparse.Namespace) -> int:
    """Print one line a row."""
    for row in read_rows(args.file):
        print(_line(row))
    return 0


def _sealed(seal: Seal) -> str:
    at = datetime.fromtimestamp(seal.at / 1000, UTC).date()
    by = f" by {seal.by}" if seal.by else ""
    rows = f"rows {seal.first} to {seal.last} ({seal.count})"
    return f"{rows} were removed{by} on {at} after archiving, manifest {seal.manifest}"


def _line(row: Row) -> str:
    at = datetime.fromtimestamp(row.at / 1000, UTC).isoformat(timespec="milliseconds")
    body = row.content()
    said = msgspec.json.encode(body.message).decode() if body.message else body.note
    followed = f"refused: {body.refused}" if body.refused else " ".join(map(_words, body.facts))
    return f"{row.row:>6} {at} {row.device or '-':<12} {said} {followed}".rstrip()


def _words(fact: msgspec.Struct) -> str:
    return msgspec.json.encode(fact).decode()
