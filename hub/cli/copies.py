"""``lintel copies``: copies of a hall to a stick or another host, every second that something changed."""

import argparse
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.as_owner import as_owner, give
from hub.cli.options import add_state_option, default_state
from hub.config import Hall, load_hall
from hub.copies.code import code_of
from hub.copies.gather import Source
from hub.copies.trouble import CopyError

EPILOG = """example:
  lintel copies code hall.toml --state /var/lib/lintel
  lintel copies accept hall.toml /media/lintel-copy
  lintel copies run hall.toml --state /var/lib/lintel
  lintel copies show hall.toml --state /var/lib/lintel

Where copies go stands in the hall's file: [copies] to = ["/media/lintel-copy"]. The recovery code is shown once:
write it down, for without it a copy gives back the journal and nothing else. See docs/copies.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "copies",
        help="copy the journal and the hall's folder to a stick or another host, every second",
        description="Make copies of a hall, accept a stick for them, show how they are and the recovery code.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    for name, words, do in (
        ("run", "make copies until told to stop", _run),
        ("accept", "let a new stick be one of this hall's copies", _accept),
        ("code", "make the recovery code and show it, once", _code),
        ("show", "show how far each copy is whole", _show),
    ):
        one = what.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        one.add_argument("file", help="the hall's file, hall.toml")
        add_state_option(one, "the hub's state folder")
        if name == "accept":
            one.add_argument("folder", type=Path, help="the folder, such as /media/lintel-copy")
            one.add_argument("--anew", action="store_true", help="put aside what stands there, whosever copy it is")
        if name == "code":
            one.add_argument("--again", action="store_true", help="show a code that was shown before")
        one.set_defaults(run=do)


def _source(args: argparse.Namespace) -> tuple[Hall, Source]:
    hall = load_hall(args.file)
    state = args.state or default_state(hall)
    return hall, Source(hall=hall.id, file=Path(args.file).absolute(), state=state)


def _run(args: argparse.Namespace) -> int:
    from hub.copies.running import Copies  # the cryptography library, which other commands need not load

    hall, source = _source(args)
    if not hall.file.copies.to:
        raise ValueError(f'{args.file}: [copies] names no folder; say for example to = ["/media/lintel-copy"]')
    code, is_new = code_of(source.state)
    to, stamp = hall.file.copies.to, source.file.stat().st_mtime_ns

    def is_wanted() -> bool:
        """A hall's file that has changed is read anew by the next start of this program, at once."""
        try:
            return source.file.stat().st_mtime_ns == stamp or load_hall(args.file).file.copies.to == to
        except (OSError, ValueError):
            return True

    copies = Copies(source, [Path(one) for one in to], code, is_wanted)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: copies.stop())
    if is_new:
        print(f"a recovery code was made; show it, and write it down: {_again(args)}", flush=True)
    copies.run(on_ready=lambda: print("ready", flush=True))
    return 0


def _accept(args: argparse.Namespace) -> int:
    from hub.copies.folder import MARK, accept

    hall, source = _source(args)
    accept(args.folder, hall.id, anew=args.anew)
    give(source.state, args.folder, args.folder / MARK)
    print(f"{args.folder} is a copy of the hall {hall.id} from now on")
    if source.state.is_dir() and args.folder.stat().st_dev == source.state.stat().st_dev:
        print("it is on the same disk as the hall itself, and lost with it: take a stick or another host")
    return 0


def _code(args: argparse.Namespace) -> int:
    """Once: who finds the hub's screen open later reads no code there by chance."""
    _hall, source = _source(args)
    with as_owner(source.state):
        code, is_new = code_of(source.state)
    if not (is_new or args.again):
        raise CopyError("source", f"the recovery code was shown before; to see it again: {_again(args)}")
    print(code)
    print("Write it down, and keep the paper neither at the hub nor with the stick.")
    return 0


def _again(args: argparse.Namespace) -> str:
    return f"lintel copies code {args.file} --again"


def _show(args: argparse.Namespace) -> int:
    from hub.copies.known import told_in

    hall, source = _source(args)
    told = told_in(source.state)
    if told is None:
        raise CopyError("silent", "nobody has made a copy yet: lintel copies run, or systemctl start lintel-copies")
    for one in told.copies:
        at = f"{datetime.fromtimestamp(one.at / 1000, hall.zone):%Y-%m-%d %H:%M:%S}" if one.at else "never"
        print(f"{one.folder}  row {one.row} at {at}  {one.words or 'well'}")
    return 1 if any(one.kind for one in told.copies) else 0
