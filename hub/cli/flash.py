"""``lintel flash``: makes nodes of boards that are plugged in, looks what is on them, tests their parts."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hardware.chip import chip_named
from hub.cli.options import add_state_option, address_of, default_state
from hub.clock import wall_ms
from hub.config import Hall, load_hall
from hub.flashing.check import Report
from hub.flashing.contents import reached
from hub.flashing.label import check_place, label_of, write_labels
from hub.flashing.many import Crew, Done, Wish
from hub.flashing.micropython import HOW, check_file, put_uf2, volumes, wait_for_ports
from hub.flashing.ports import Ask, AssignError, Seen, assign, explicit, first_left, found_ports, look, none_left
from hub.flashing.progress import Progress
from hub.flashing.record import made_boards

EPILOG = """example:
  lintel flash hall.toml --all --host 192.168.10.2
  lintel flash hall.toml pad-1 lintel-1 --host 192.168.10.2 --label labels.pdf
  lintel flash hall.toml pad-1=/dev/ttyACM0 --host 192.168.10.2 --firmware W5500_EVB_PICO.uf2
  lintel flash hall.toml --all --host 192.168.10.2 --check

A board that was pulled out in the middle is simply flashed again. A board that is one of the hall's devices already
stays that one. Passwords and keys come from the hub's state folder: run this where the hub runs, as its user."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "flash",
        help="make nodes of boards that are plugged in",
        description="Put a hall's nodes on boards that are plugged in by USB: MicroPython where it lacks, credentials, "
        "board file, firmware; verify every file, test the parts, print labels.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    parser.add_argument(
        "devices", nargs="*", default=(), metavar="DEVICE[=PORT]", help="which devices the boards become"
    )
    parser.add_argument("--all", action="store_true", help="all nodes of the hall that no board was flashed for")
    parser.add_argument("--port", action="append", default=[], help="a board's serial port (default: all by USB)")
    parser.add_argument("--host", help="the hub's name or address as nodes see it (default: [broker] host)")
    parser.add_argument("--broker", help="HOST:PORT instead of the hall's file's [broker]")
    parser.add_argument("--ca", type=Path, help="certificate of the authority that nodes trust (default: the hall's)")
    add_state_option(parser, "folder of the hub's secrets")
    parser.add_argument("--check", action="store_true", help="only say what is on the boards against what should be")
    parser.add_argument("--firmware", type=Path, metavar="UF2|BIN", help="MicroPython, for boards that have none")
    parser.add_argument("--no-self-test", action="store_true", help="do not try lamps, panel, tone, printer and keys")
    parser.add_argument("--label", type=Path, help="write labels: a .png, a .pdf, or a printer such as /dev/usb/lp0")
    parser.add_argument("--forget-tickets", action="store_true", help="also where another device's tickets are lost")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Flash or check; return 0 where every device that was asked for is what it should be, else 1."""
    hall = load_hall(args.file)
    state: Path = args.state or default_state(hall)
    wanted = _wanted(hall, args)
    if args.firmware:
        check_file(args.firmware)
    if args.label:
        check_place(args.label)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    to = reached(hall, state, address_of(hall, args.broker), host=args.host, ca=args.ca)
    seen = _seen([*args.port, *filter(None, wanted.values())], args.firmware)
    for one in seen:
        if one.error:
            print(one.error)
    made = set(made_boards(state)) if args.all else set()
    known = [device.name for device in hall.devices]
    boards = assign(seen, wanted, known=known, made=made, hall=hall.id, ask=_who_asks(args))
    _say_left(seen, boards, hall.id)
    wish = Wish(
        hall=hall,
        state=state,
        to=to,
        micropython=args.firmware,
        has_self_test=not args.no_self_test,
        forget_tickets=args.forget_tickets,
        ask=_ask_yes if _has_person() else None,
    )
    crew = Crew(wish, Progress({name: one.port for name, one in boards.items()}, sys.stdout), wall_ms)
    is_well = _checked(crew.check(boards)) if args.check else _flashed(hall, crew.flash(boards), args.label)
    return 0 if _all_there(boards, set(wanted) - made, is_bag=args.all) and is_well else 1


def _wanted(hall: Hall, args: argparse.Namespace) -> dict[str, str]:
    """Return device to port, empty where any may be it; raise AssignError or HallError."""
    boards = {device.name: hall.boards[device.name] for device in hall.devices}
    nodes = [name for name, board in boards.items() if chip_named(board.chip).runs == "firmware"]
    if args.devices and args.all:
        raise AssignError("name devices, or say --all, not both")
    if args.all:
        return dict.fromkeys(nodes, "")
    if not args.devices:
        raise AssignError(f"name the devices, or say --all; {hall.path} has {', '.join(nodes)}")
    wanted = explicit(args.devices)
    for name in wanted:
        if hall.device(name).name not in nodes:
            raise AssignError(
                f"{name} has the board {hall.device(name).board}, which runs no firmware; see lintel agent"
            )
    return wanted


def _seen(ports: list[str], file: Path | None) -> list[Seen]:
    """Return the boards on these ports, or on all; those that wait for MicroPython's file get it first."""
    before = found_ports() if not ports else []
    drives = volumes()
    new: list[str] = []
    if file and file.suffix.lower() == ".uf2" and drives:
        for drive in drives:
            print(f"{drive}: gets {file.name}", flush=True)
            put_uf2(file, drive)
        new = wait_for_ports(found_ports, before or found_ports(), len(drives))
    elif drives:
        print(f"{len(drives)} boards wait for MicroPython ({drives[0]}): {HOW}")
    every = list(dict.fromkeys([*(ports or before), *new]))
    if not every:
        raise AssignError(f"no board is plugged in; plug one in by USB, or name its port with --port. A new one: {HOW}")
    with ThreadPoolExecutor(max_workers=len(every)) as pool:
        return list(pool.map(look, every))


def _say_left(seen: Sequence[Seen], boards: dict[str, Seen], hall: str) -> None:
    """Say which boards are left as they are, and why."""
    taken = {one.port for one in boards.values()}
    for one in seen:
        if one.port not in taken and not one.error:
            owner = one.about.owner if one.about else None
            what = (
                f"it is {'/'.join(owner)}" if owner else "no device is left for it; to replace a board, name its device"
            )
            hint = f"; to make it another: DEVICE={one.port}" if owner and owner[0] == hall else ""
            print(f"{one.port}: left as it is: {what}{hint}")


def _all_there(boards: dict[str, Seen], wanted: set[str], *, is_bag: bool) -> bool:
    """Say which devices got no board; with --all that is no fault, since a bag is flashed in several goes."""
    left = sorted(wanted - boards.keys())
    if left:
        print(f"no board for {', '.join(left)}: plug one in and run the same command again")
    return bool(boards) and (is_bag or not left)


def _flashed(hall: Hall, done: list[Done], label: Path | None) -> bool:
    for one in done:
        if one.error:
            print(f"{one.device}: {one.error}")
        for result in one.results:
            sign = {True: "ok", False: "FAILED", None: "look"}[result.is_well]
            print(f"{one.device}  {result.part}: {sign}{' - ' if result.words else ''}{result.words}")
    if label:
        write_labels(label, [label_of(hall, hall.device(one.device)) for one in done if not one.error])
        print(f"labels: {label}")
    return all(one.is_well for one in done)


def _checked(reports: dict[str, Report | str]) -> bool:
    for device, report in reports.items():
        if isinstance(report, str):
            print(f"{device}: {report}")
            continue
        state = "differs from what should be" if report.wrong else "as it should be"
        chip = f"MicroPython {report.about.version} on {report.about.machine}"
        print(f"{device}: {state}; slot {report.slot or 'none'}, firmware {report.version}; {chip}")
        for words in report.wrong:
            print(f"  differs: {words}")
        for words in report.notes:
            print(f"  {words}")
    return all(isinstance(report, Report) and not report.wrong for report in reports.values())


def _who_asks(args: argparse.Namespace) -> Ask:
    """Return who says which device a board becomes that is none yet; where all are checked, it is none."""
    if args.check and args.all:
        return none_left
    return _ask_which if _has_person() and not args.check else first_left


def _has_person() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask_which(seen: Seen, left: Sequence[str]) -> str:
    what = seen.about.machine if seen.about else "no MicroPython yet"
    while True:
        said = input(f"{seen.port} ({what}): which device? [{left[0]}, - for none] ").strip() or left[0]
        if said == "-":
            return ""
        if said in left:
            return said
        print(f"one of {', '.join(left)}")


def _ask_yes(words: str) -> bool:
    return input(f"{words} [Y/n] ").strip().lower() in ("", "y", "yes", "j", "ja")
