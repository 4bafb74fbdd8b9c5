"""``lintel forms``: copies the shipped templates of papers to a hall's folder, where a station changes them."""

import argparse
from pathlib import Path
from typing import Any

from printers.forms import FORM_FIELDS, shipped_text

FOLDER = "forms"
FOR_NOTEPAD = "utf-8-sig"
"""An older Notepad knows UTF-8 by its mark only, and lines by CR LF."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "forms",
        help="copy the templates of papers to a hall's folder, to be changed there",
        description="Copy the templates of tickets and slips into the folder forms beside a hall's file. Change what "
        "is to be changed, remove the rest: what is not there is printed as shipped. Then run lintel check.",
        epilog="example:\n  lintel forms hall\n  lintel forms hall ticket notice",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="the folder of the hall's file")
    parser.add_argument("names", nargs="*", metavar="FORM", help="which ones (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy them; ValueError for a form that is not known or that is there already, and then nothing is copied."""
    names = args.names or sorted(FORM_FIELDS)
    unknown = [name for name in names if name not in FORM_FIELDS]
    if unknown:
        raise ValueError(f"no form {unknown[0]!r}; there are {', '.join(sorted(FORM_FIELDS))}")
    if not args.folder.is_dir():
        raise ValueError(f"{args.folder}: no such folder; name the one in which the hall's file lies")
    target = args.folder / FOLDER
    there = [name for name in names if (target / f"{name}.txt").exists()]
    if there:
        path = target / f"{there[0]}.txt"
        raise ValueError(f"{path}: is there already; remove it first, or name only the forms that are to be copied")
    target.mkdir(exist_ok=True)
    for name in dict.fromkeys(names):
        (target / f"{name}.txt").write_text(shipped_text(name), encoding=FOR_NOTEPAD, newline="\r\n")
        print(target / f"{name}.txt")
    return 0
