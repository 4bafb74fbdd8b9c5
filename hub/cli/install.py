"""``lintel install``: puts Lintel on a computer of its own, so that it runs from the next start on and for ever."""

import argparse
import ipaddress
from pathlib import Path
from typing import Any

from hub.config import load_hall
from hub.installing.carrying_out import install
from hub.installing.machine import Folder, InstallError, Machine
from hub.installing.plan import Wish

EPILOG = """example:
  lintel install hall.toml --plan
  sudo lintel install hall.toml
  sudo lintel install hall.toml --from /media/stick/lintel --lan 192.168.10.0/24
  sudo lintel install hall.toml --no-hub --agent lintel-3

For Debian 12 and Raspberry Pi OS made from it. Without --from packages come from the network. Called again it changes
what is different now and nothing else; lintel uninstall takes everything away. docs/installing.md goes step by step."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "install",
        help="put Lintel on a computer of its own",
        description="Make packages, users, units, firewall, hall screen and the hall's file on this computer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml, with what belongs beside it")
    parser.add_argument("--plan", action="store_true", help="only say what would be made")
    parser.add_argument(
        "--from", dest="bundle", type=Path, metavar="FOLDER", help="a folder of lintel bundle: no network"
    )
    parser.add_argument("--root", type=Path, metavar="FOLDER", help="write the files into a folder; call no program")
    parser.add_argument("--replace", action="store_true", help="take this hall's file for the one that is installed")
    parser.add_argument("--no-hub", action="store_true", help="the hub is another computer; this one has devices")
    parser.add_argument("--no-kiosk", action="store_true", help="no hall screen at this computer")
    parser.add_argument("--no-firewall", action="store_true", help="leave the firewall alone")
    parser.add_argument(
        "--agent", action="append", default=[], metavar="DEVICE", help="run a device here; again for more"
    )
    parser.add_argument(
        "--lan", action="append", default=[], metavar="NETWORK", help="only this network reaches the hall"
    )
    parser.add_argument("--ntp", action="append", default=[], metavar="SERVER", help="a server of time in the network")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Install, or say what would be done; nothing is touched before the hall's file was found sound."""
    machine = Folder(_folder(args.root)) if args.root else Machine()
    changes = install(wish_of(args), machine, print, is_only_plan=args.plan)
    if not changes:
        print("nothing to change")
    elif args.plan:
        print(f"{changes} to make; nothing was touched")
    else:
        print(f"done: {changes} made or changed")
    return 0


def wish_of(args: argparse.Namespace) -> Wish:
    """Return what a command line wants; raise HallError or InstallError where it cannot be."""
    for network in args.lan:
        try:
            ipaddress.IPv4Network(network)
        except ValueError:
            raise InstallError(f"--lan {network}: give a network, such as 192.168.10.0/24") from None
    return Wish(
        hall=load_hall(args.file),
        bundle=args.bundle,
        hub=not args.no_hub,
        kiosk=not args.no_kiosk,
        firewall=not args.no_firewall,
        agents=tuple(args.agent),
        ntp=tuple(args.ntp),
        lan=tuple(args.lan),
        is_replaced=args.replace,
    )


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise InstallError(f"--root {path}: there is no such folder; make it first")
    return path.resolve()
