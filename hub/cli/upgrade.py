"""``lintel upgrade``: a new version in a running hall, between two calls, and back again if it does not come up."""

import argparse
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from hub.config import load_hall

EPILOG = """example:
  lintel upgrade /media/usb/lintel-bundle
  lintel upgrade lintel-0.2.0-py3-none-any.whl --now
  lintel upgrade --back

The new version is made beside the old one, tried on a copy of everything, and switched to when nobody has pressed a key
for some seconds. Where it does not come up, or the devices do not come back, the old one works again with all that was
done meanwhile. --back does that by hand, after a power cut in the middle. See docs/upgrading.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "upgrade",
        help="bring a new version into a running hall, and go back if it does not come up",
        description="Upgrade an installed hub from a wheel, a folder of wheels or a bundle, without a network.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, nargs="?", help="wheel, folder of wheels, or folder of lintel bundle")
    parser.add_argument(
        "--hall", type=Path, default=Path("/etc/lintel/hall.toml"), help="the hall's file (%(default)s)"
    )
    parser.add_argument("--state", type=Path, default=Path("/var/lib/lintel"), help="the hub's folder (%(default)s)")
    parser.add_argument("--now", action="store_true", help="do not wait for a moment in which nobody presses a key")
    parser.add_argument("--back", action="store_true", help="go back after an upgrade that was cut off")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Upgrade; OSError with one sentence where the hall stays, or went back to, what it was."""
    from hub.upgrading.seat import Seat, UpgradeError
    from hub.upgrading.upgrade import QUIET_S, back, upgrade

    if args.source is None and not args.back:
        raise ValueError("name a wheel or a bundle's folder, or say --back")
    seat = Seat(args.hall, args.state)
    if seat.present and os.geteuid():
        raise UpgradeError("upgrading changes the computer and is root's; begin with sudo")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # who began it from elsewhere and is cut off leaves no hall half done
    if args.back:
        back(seat, _say)
        return 0
    quiet_s = 0 if args.now else QUIET_S
    version = upgrade(seat, args.source, hall=load_hall(args.hall).id, quiet_s=quiet_s, say=_say)
    _say(f"Lintel {version} works; the version before is still in {seat.programs}")
    return 0


def _say(words: str) -> None:
    """Say it at once; that nobody hears it any more must not end an upgrade in its middle."""
    with suppress(OSError):
        print(words, flush=True)
