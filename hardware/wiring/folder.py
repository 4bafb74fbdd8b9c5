"""Writes boards' pages with pictures, WireViz documents and bills into a folder; ``make docs`` writes docs/wiring.

Run as ``python -m hardware.wiring.folder`` it does so for the boards that come with Lintel.
"""

from collections.abc import Mapping
from pathlib import Path

from hardware.board import Board, load_board, shipped_boards
from hardware.wiring.bill import bill_csv
from hardware.wiring.diagrams import Choice, Diagrams, diagrams
from hardware.wiring.draw import Format, draw
from hardware.wiring.page import page
from hardware.wiring.parts import KINDS, parts

DOCS = Path("docs/wiring")
INDEX = """# Wiring

One page for each board file that comes with Lintel: pictures, pins, supply, what to buy. They are made from the board
files by `make docs`, so that no picture can disagree with the pins. For a hall's own boards: `lintel wiring HALL.toml
--out FOLDER`.

| kind | board | controller |
|---|---|---|
"""


def texts(board: Board, drawn: Diagrams, remake: str = "make docs") -> dict[str, str]:
    """Return the files of a board that are to be read, by their names."""
    return {f"{drawn.name}.md": page(board, drawn, remake), f"{drawn.name}.csv": bill_csv(drawn.goods)}


def write(
    boards: Mapping[str, Board], folder: Path, choice: Choice, formats: tuple[Format, ...], remake: str = "make docs"
) -> list[Diagrams]:
    """Write every board's files into a folder and return what was drawn.

    Raises DrawError without wireviz or Graphviz, HeaderError and PowerError for boards that cannot be wired.
    """
    drawn = [diagrams(name, board, choice) for name, board in boards.items()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in drawn:
        for name, text in texts(boards[one.name], one, remake).items():
            (folder / name).write_text(text, "utf-8")
    documents = {name: text for one in drawn for name, text in one.documents().items()}
    for name, text in documents.items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    if formats:
        draw(documents, folder, formats)
    return drawn


def shipped() -> dict[str, Board]:
    """Return the boards that come with Lintel, by name."""
    return {path.stem: load_board(path.stem) for path in sorted(shipped_boards().glob("*.json"))}


def index(drawn: list[Diagrams]) -> str:
    """Return the list of the pages."""
    order = list(KINDS.values())
    lines = []
    for one in sorted(drawn, key=lambda one: (order.index(parts().kind(one.name)), one.name)):
        controller = next(box.kind for box in one.signals.boxes if box.is_controller)
        lines.append(f"| {parts().kind(one.name)} | [{one.name}]({one.name}.md) | {controller} |")
    return INDEX + "\n".join(lines) + "\n"


if __name__ == "__main__":
    pages = write(shipped(), DOCS, Choice(), ("svg",))
    for document in DOCS.glob("*.yml"):  # they say nothing that the pictures do not
        document.unlink()
    (DOCS / "README.md").write_text(index(pages), "utf-8")
