"""``lintel authority``: shows by what tablets and devices know the hub, and when each certificate ends."""

import argparse
from datetime import UTC, datetime
from typing import Any

from hub.cli.options import add_state_option, default_state
from hub.config import load_hall
from hub.endings import endings, files_of

EPILOG = """example:
  lintel authority hall.toml
  lintel authority hall.toml --state /var/lib/lintel

Compare the fingerprint with what a tablet shows when it installs the certificate from http://HUB:PORT/trust.
Exit code 1: one ends in less than 30 days; docs/security.md says what to do."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "authority",
        help="show the hall's certificates: fingerprints, names, when they end",
        description="Show the certificates that a hall's hub has made or was given. It changes nothing.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print them; return 1 where one ends soon."""
    hall = load_hall(args.file)
    folder = args.state or default_state(hall)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: no such folder; name the hub's own with --state, or start the hub once")
    found, now = list(endings(files_of(hall, folder))), datetime.now(UTC)
    if not found:
        print(f"{hall.name}: no certificate; a hub that listens at its own computer alone needs none")
    for one in found:
        print(f"{one.what}: {one.path}")
        print(f"  SHA-256 {one.fingerprint}")
        print(f"  for     {', '.join(one.names)}")
        print(f"  ends    {one.ends:%Y-%m-%d}{', which is soon: see docs/security.md' if one.is_near(now) else ''}")
    return 1 if any(one.is_near(now) for one in found) else 0
