"""``lintel wiring``: draws how a node is wired and lists what to buy for it, from its board file."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from hardware.board import Board, BoardError, decode_board, load_board
from hardware.kinds import kind_words
from hardware.wiring.bill import bill_csv, bill_lines, bill_markdown
from hardware.wiring.diagrams import Choice, Diagrams
from hardware.wiring.folder import shipped, write
from hardware.wiring.parts import parts
from hub.config import Hall, load_hall

LINES = ("rs232", "ttl")


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "wiring",
        help="draw how nodes are wired, and list what to buy",
        description="Draw the wiring of a board, or of every board of a hall, as SVG and PNG, with a page, the WireViz "
        "document and a bill of materials; for a hall also one bill for all of it.",
        epilog="example:\n  lintel wiring dispenser-pico --out wiring\n  lintel wiring hall.toml --out wiring",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", help="a board's name or file, or a hall's file")
    parser.add_argument("--out", type=Path, default=Path("wiring"), help="the folder to write into (default wiring)")
    parser.add_argument("--list", action="store_true", help="list the boards that come with Lintel")
    parser.add_argument("--printer", choices=LINES, help="the printer's line (default as its profile is usually sold)")
    parser.add_argument("--reader", choices=LINES, help="the card reader's line (default ttl)")
    parser.add_argument("--text", action="store_true", help="no pictures, so neither wireviz nor Graphviz is needed")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files and print their names; a mistake in a board or a hall is a ValueError or LookupError."""
    if args.list:
        for name in shipped():
            print(f"{name}  {parts().kind(name)}")
        return 0
    if not args.what:
        raise ValueError("name a board or a hall's file; lintel wiring --list shows the boards")
    if args.out.exists() and not args.out.is_dir():
        raise FileExistsError(f"--out {args.out}: that is a file; name a folder")
    path = Path(args.what)
    hall = load_hall(path) if path.suffix == ".toml" else None
    kinds = _kinds(hall) if hall else {}
    boards = {device.board: hall.boards[device.name] for device in hall.devices} if hall else _board(path)
    choice = Choice(printer=args.printer, reader=args.reader, kinds=kinds)
    drawn = write(boards, args.out, choice, () if args.text else ("svg", "png"), f"lintel wiring {path.name}")
    for one in drawn:
        print(f"{args.out / one.name}.md  {one.title}")
    if hall:
        print(_bill(drawn, Counter(device.board for device in hall.devices), args.out))
    return 0


def _board(path: Path) -> dict[str, Board]:
    """Return a shipped board by its name, or the one in a file; raise BoardError."""
    if path.suffix == ".json":
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BoardError(f"{path}: cannot be read: {error.strerror}; name a board file") from error
        return {path.stem: decode_board(data, str(path))}
    return {str(path): load_board(str(path))}


def _kinds(hall: Hall) -> dict[str, str]:
    """Return what the devices with each board are, by the hall's file: one board may serve for several kinds."""
    found: dict[str, dict[str, None]] = {}
    for device in hall.devices:
        found.setdefault(device.board, {})[kind_words(device.kind)] = None
    return {board: "、".join(kinds) for board, kinds in found.items()}


def _bill(drawn: list[Diagrams], counts: Counter[str], folder: Path) -> str:
    """Write the whole hall's bill and say how long it is."""
    goods: Counter[str] = Counter()
    for one in drawn:
        for key, count in one.goods.items():
            goods[key] += count * counts[one.name]
    (folder / "bill.csv").write_text(bill_csv(goods), "utf-8")
    (folder / "bill.md").write_text(f"# What to buy for the whole hall\n\n{bill_markdown(goods)}\n", "utf-8")
    return f"{folder / 'bill.csv'}  lines {len(bill_lines(goods))}, devices {counts.total()}"
