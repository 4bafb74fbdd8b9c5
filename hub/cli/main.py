"""The command ``lintel``: finds the commands that the packages bring, and runs one."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hardware.logs import Log, Style, set_up
from hardware.version import VERSION

log = Log(__name__)

GROUP = "lintel.commands"
EXAMPLE = """example:
  lintel check examples/five-counters.toml
  lintel sim

Every command has help of its own, with an example: lintel COMMAND --help"""
GROUPS = {
    "bench": ("measure speed and memory: a press, a frame, a ticket, a node, a forecast, a report", "press --json"),
    "render": ("draw what a lintel shows or a printer prints, as a picture", "lintel 请A012号到3号窗 -o lintel.png"),
    "voice": ("list or make the recorded words of the voice", "clips clips"),
}
"""What a command that has commands of its own is for, and an example of one of them."""

_Add = Callable[[Any], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 1 it failed, 2 it cannot be understood."""
    wanted = list(sys.argv[1:] if argv is None else argv)
    gc.disable()  # modules and parsers stay: nothing of them is garbage to be looked for
    parser = _parser(wanted)
    gc.enable()
    args = parser.parse_args(wanted)
    if not hasattr(args, "run"):
        parser.print_help()
        return 2
    style: Style = getattr(args, "log", "plain")
    set_up(style, sys.stderr)
    try:
        return int(args.run(args))
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _say(error, 1, style)
    except (ValueError, LookupError) as error:
        return _say(error, 2, style)
    except KeyboardInterrupt:
        return 130


def _say(error: Exception, code: int, style: Style) -> int:
    """Say a sentence, where a log is written there; of an error of the system the file first, and no number."""
    is_plain = isinstance(error, OSError) and error.filename and error.strerror and not error.filename2
    words = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and is_plain else str(error)
    if style == "plain":
        print(f"lintel: {words}", file=sys.stderr)
    else:
        log.critical("program-ended", words)
    return code


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """A command is an entry point; one that is named ``group.command`` goes into a group of its own."""
    parser = argparse.ArgumentParser(
        prog="lintel",
        description="The queue controller of a service hall.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"lintel {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for name, add in _wanted(argv):
        group, dot, _ = name.partition(".")
        if dot and group not in groups:
            groups[group] = _group(commands, group)
        add(groups[group] if dot else commands)
    return parser


def _group(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Register a command that only has commands of its own, and return where they go."""
    words, example = GROUPS.get(name, (f"commands of {name}", "--help"))
    parser = commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=f"example:\n  lintel {name} {example}\n\nEach has help of its own: lintel {name} WHAT --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser.add_subparsers(title="what", metavar="WHAT", required=True)


def _wanted(argv: Sequence[str]) -> list[tuple[str, _Add]]:
    """Return only the command that is asked for, since each brings its imports; all of them where help is asked for."""
    if argv and (own := _own(argv[0])):
        return [(argv[0], own)]
    from importlib.metadata import entry_points  # a tenth of a hub's start, for looking at every package there is

    every = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    asked = {argv[0], ".".join(argv[:2])} if argv else set()
    return [(point.name, point.load()) for point in [point for point in every if point.name in asked] or every]


def _own(name: str) -> _Add | None:
    """Return what registers a command, one word, that has a module of its name here; None where there is none."""
    module = f"{__package__}.{name}"
    if not name.isalpha() or not find_spec(module):
        return None
    add: _Add | None = getattr(import_module(module), "add", None)
    return add
