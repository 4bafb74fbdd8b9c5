"""``lintel archive``: exports records with their proof, verifies it, finds one, removes what was archived (M26)."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from hub.archive.checking import verify_archive
from hub.archive.export import Job, export
from hub.archive.finding import PAGE, Search, find_records
from hub.archive.manifest import ArchiveError, manifest_sum, read_manifest
from hub.archive.noting import NotAllowedError, note_alone, note_use
from hub.archive.removal import cutoff, remove
from hub.archive.rights import Act, is_open_to_all, roles_for
from hub.archive.span import day, month
from hub.archive.words import OUTCOMES, RATINGS, Table
from hub.cli.person import ask_person, refusal
from hub.clock import wall_ms
from hub.config import Hall, load_hall
from hub.lock import locked
from hub.orders import NoteUse
from hub.run import JOURNAL

EPILOG = """example:
  lintel archive ~/.local/state/lintel/donghu --hall hall.toml --month 2026-11 --to /mnt/usb/donghu-2026-11
  lintel archive --verify /mnt/usb/donghu-2026-11
  lintel archive ~/.local/state/lintel/donghu --hall hall.toml --find --day 20261123 --number A012
  lintel archive ~/.local/state/lintel/donghu --hall hall.toml --remove-old --archived /mnt/usb/donghu-2026-11

Asks for number and PIN: of a viewer (办件查看员) to export and to find, of a system administrator (系统管理员) to
remove. That is written into the journal first. To remove anything the hub has to be stopped. See docs/archive.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "archive",
        help="export records (办事档案) with their proof, verify them, find one, remove old rows",
        description="One record per ticket: export them, verify an export, find one, remove rows that were exported.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("state", type=Path, nargs="?", help="the hub's state folder, in which its journal is")
    parser.add_argument("--hall", type=Path, help="the hall's file: people and names stand in it")
    days = parser.add_argument_group("which days")
    days.add_argument("--month", metavar="YYYY-MM", help="a month")
    days.add_argument("--day", metavar="YYYYMMDD", help="a business day")
    days.add_argument("--first", metavar="YYYYMMDD", help="from this business day on")
    days.add_argument("--last", metavar="YYYYMMDD", help="until this business day")
    what = parser.add_argument_group("what to do").add_mutually_exclusive_group(required=True)
    what.add_argument("--to", type=Path, metavar="FOLDER", help="export into a new folder")
    what.add_argument("--verify", type=Path, metavar="FOLDER", help="verify an export; with STATE against its journal")
    what.add_argument("--find", action="store_true", help="show the records that fit")
    what.add_argument("--remove-old", action="store_true", help="remove the rows of old days that were exported")
    more = parser.add_argument_group("more of it")
    more.add_argument("--records-only", action="store_true", help="export: to hand on, without the journal's rows")
    more.add_argument("--keep-days", type=int, metavar="N", help="remove: days that stay (default: the hall's file)")
    more.add_argument("--archived", type=Path, nargs="+", default=[], metavar="FOLDER", help="remove: where they are")
    for name, words in (
        ("number", "find: what stands on the ticket"),
        ("paper", "find: serial of a notice or another paper"),
        ("service", "find: letter of a service"),
        ("counter", "find: number of a counter"),
        ("staff", "find: number of somebody who took part"),
        ("skip", "find: how many to pass over"),
    ):
        kind = int if name in ("counter", "skip") else str
        more.add_argument(f"--{name}", type=kind, default=kind(), metavar="X", help=words)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what is asked; ValueError or PermissionError with one sentence where it cannot be done."""
    if args.verify:
        return _verify(args)
    if args.state is None or args.hall is None:
        raise ValueError("name the hub's state folder and, with --hall, the hall's file")
    hall, journal = load_hall(args.hall), args.state / JOURNAL
    if args.find:
        return _find(args, hall, journal)
    return _remove(args, hall, journal) if args.remove_old else _export(args, hall, journal)


def _verify(args: argparse.Namespace) -> int:
    problems = list(verify_archive(args.verify, args.state / JOURNAL if args.state else None))
    for problem in problems:
        print(problem)
    if problems:
        return 1
    made = read_manifest(args.verify)
    print(f"{args.verify}: whole; {made.records} records of {made.first_day} to {made.last_day}, {made.hall_name}")
    print(f"manifest {manifest_sum(args.verify)}, rows {made.first_row} to {made.last_row}, last hash {made.last_hash}")
    return 0


def _export(args: argparse.Namespace, hall: Hall, journal: Path) -> int:
    first, last = _days(args)
    if not (first and last):
        raise ValueError("say which days: --month YYYY-MM, --day YYYYMMDD, or --first and --last")
    by = _noted(hall, journal, NoteUse(act="archive-export", subject=f"{first}-{last}"))
    job = Job(
        journal=journal,
        hall=hall,
        first=first,
        last=last,
        to=args.to,
        by=by,
        at=wall_ms(),
        has_rows=not args.records_only,
    )
    made = export(job)
    print(f"{args.to}: {made.records} records of {len(made.days)} days, manifest {manifest_sum(args.to)}")
    return 0


def _find(args: argparse.Namespace, hall: Hall, journal: Path) -> int:
    search = _search(args)
    _noted(hall, journal, NoteUse(act="archive-see", subject=search.words))
    page, table = find_records(journal, search, skip=max(0, args.skip)), Table(hall)
    for record in page.records:
        service, rating = hall.service_name(record.service), RATINGS.get(record.rating, record.rating)
        print(f"{record.day} {record.number}  {service}  {OUTCOMES[record.outcome]}  {rating}")
        for step in record.steps:
            print(f"    {table.step_words(step, record.day)}")
    rest = "" if page.is_last else f"；其余用 --skip {max(0, args.skip) + PAGE} 查看"
    gone = f"；较早的{page.removed}行日志已归档移除，请查档案" if page.removed else ""
    print(f"共显示{len(page.records)}件{rest}{gone}")
    return 0


def _search(args: argparse.Namespace) -> Search:
    first, last = _days(args)
    search = Search(
        first=first,
        last=last,
        number=args.number,
        own_serial=args.paper,
        service=args.service,
        counter=args.counter,
        staff=args.staff,
    )
    try:
        return msgspec.convert(msgspec.to_builtins(search), Search)
    except msgspec.ValidationError as error:
        raise ValueError(f"that cannot be looked for: {error}") from error


def _remove(args: argparse.Namespace, hall: Hall, journal: Path) -> int:
    keep_days = hall.file.archive.keep_days if args.keep_days is None else args.keep_days
    if not keep_days:
        print(
            "keep_days is 0, so everything is kept; say how much with --keep-days N or in [archive] of the hall's file"
        )
        return 0
    before = cutoff(hall, keep_days, wall_ms())
    with locked(args.state):
        person, pin = _who(hall)
        reply = note_alone(hall, journal, person, pin, "archive-remove", f"before {before}")
        if not reply.is_done:
            raise _not_allowed("archive-remove", reply.words)
        done = remove(journal, before, args.archived, by=person, at=wall_ms())
    for piece in done.pieces:
        print(f"rows {piece.first} to {piece.last} were removed, manifest {piece.manifest}")
    if not done.pieces:
        print(f"nothing is older than {before}")
    elif not done.is_compact:
        print("the disk has too little room to make the file smaller; new rows take the place of the old ones")
    return 0


def _noted(hall: Hall, journal: Path, order: NoteUse) -> str:
    """Return who asks; what he asks for is journalled."""
    if not journal.is_file():
        raise ArchiveError(f"{journal}: no journal is there; name the hub's state folder")
    person, pin = _who(hall)
    try:
        note_use(hall, journal, person, pin, order)
    except NotAllowedError as error:
        raise _not_allowed(order.act, str(error)) from error
    return person


def _who(hall: Hall) -> tuple[str, str]:
    return ("", "") if is_open_to_all(hall) else ask_person()


def _not_allowed(act: Act, words: str) -> NotAllowedError:
    return NotAllowedError(refusal(words, role=min(roles_for(act))))


def _days(args: argparse.Namespace) -> tuple[str, str]:
    """Return the first and the last day that are asked for, empty where that is left open."""
    if args.month:
        return month(args.month)
    if args.day:
        return day(args.day), day(args.day)
    return day(args.first) if args.first else "", day(args.last) if args.last else ""
