"""The table of faces: what a kind of device shows in each state, and how it moves; faces.toml has the usual ones."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from displays.card_text import card_panel
from displays.glyphs import width_px
from displays.layout import Moves, lay, tall_strip
from displays.strip import SmallPanelError, TooLongError
from hardware.contract import Panel

Template = Annotated[str, Meta(min_length=1, max_length=60)]
FIELDS: dict[str, tuple[str, ...]] = {
    "lintel": ("counter", "service", "number", "arrow", "reason", "back", "phone", "opens", "person"),
    "table": ("counter", "service", "number", "arrow", "reason", "back", "phone", "opens", "person"),
    "face": ("counter", "service", "number", "reason", "back", "phone", "opens", "person", "title", "police"),
    "pad": ("counter", "number", "waiting", "by", "words"),
    "rating": ("counter", "person", "police", "words"),
    "dispenser": ("number", "minutes", "place", "opens", "words"),
    "guide": ("number", "waiting", "words"),
    "duty": ("waiting", "words"),
}
"""What a face can name, by kind of device; all of them may name ``device`` too. No class, no citizen (M40)."""
_PIECE = re.compile(r"\[(?P<optional>[^\[\]]*)\]|\{(?P<field>[a-z]+)\}|(?P<plain>[^\[\]{}]+)")


NOTHING = "-"


class FaceError(ValueError):
    """A face that cannot be shown; the sentence says what is wrong with it and what there is instead."""


class Cell(Struct, frozen=True, forbid_unknown_fields=True, cache_hash=True):
    """What is shown in one state. text: the fullest first. small: on panels lower than 16 px.

    moves: whether it scrolls where it does not fit. blink_s: for how many seconds it blinks at first.
    """

    text: Template | Annotated[tuple[Template, ...], Meta(min_length=1, max_length=6)]
    small: Annotated[str, Meta(max_length=20)] = ""
    moves: Literal["still", "scroll"] = "still"
    blink_s: Annotated[float, Meta(ge=0, le=30)] = 0.0

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, the fullest first."""
        return (self.text,) if isinstance(self.text, str) else self.text


Written = Template | Annotated[tuple[Template, ...], Meta(min_length=1, max_length=6)] | Cell
"""A cell as files have it: a text, several, or a table."""
Faces = dict[str, dict[str, Cell]]
"""Kind of device to state to what is shown."""


@lru_cache(maxsize=1)
def shipped_faces() -> Faces:
    """Return the usual faces."""
    data = (resources.files("displays") / "faces.toml").read_text(encoding="utf-8")
    written: dict[str, dict[str, Cell | str | tuple[str, ...]]] = msgspec.convert(
        tomllib.loads(data), dict[str, dict[str, Written]]
    )
    return {kind: {state: _cell(one) for state, one in states.items()} for kind, states in written.items()}


def with_face(faces: Faces, kind: str, state: str, written: object) -> Faces:
    """Return the faces with one of a hall's own in its place.

    written: a text, a list of texts or a table, as a TOML file has it. Raises FaceError where it is none of these, or
    for a state that no such device has, or a field that it does not know.
    """
    if kind not in faces:
        raise FaceError(f"no kind of device {kind!r} has a face; there is {', '.join(faces)}")
    if state not in faces[kind]:
        raise FaceError(f"a {kind} has no state {state!r}; it has {', '.join(faces[kind])}")
    try:
        own = msgspec.convert(written, Written)
    except msgspec.ValidationError as error:
        raise FaceError(f"the face {state} of a {kind}: {str(error).partition(' - at')[0]}") from error
    cell = own if isinstance(own, Cell) else msgspec.structs.replace(faces[kind][state], text=own)
    _check(kind, cell)
    return faces | {kind: faces[kind] | {state: cell}}


def words(cell: Cell, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the texts of a cell with its fields filled in, without those of which nothing is left."""
    filled = (_fill(text, fields).strip() for text in cell.texts)
    return tuple(text for text in filled if text) or ("",)


def picture(cell: Cell, fields: Mapping[str, str], *, panel_w_px: int, panel_h_px: int, is_new: bool = False) -> Panel:
    """Return what a panel shows. is_new: the state has just begun, so it blinks if the cell says so.

    Words that no panel takes are cut, visibly: something must be on show. A dash is, where the panel is too small.
    """
    return _picture(cell, tuple(fields.items()), panel_w_px, panel_h_px, is_new)


def card_picture(cell: Cell, fields: Mapping[str, str], *, panel_w_px: int) -> Panel:
    """Return what a strip card shows, which draws its text itself: the fullest text that needs the fewest pages."""
    return _on_card(cell, tuple(fields.items()), panel_w_px)


@lru_cache(maxsize=64)
def stale_picture(cell: Cell, *, panel_w_px: int, panel_h_px: int) -> Panel:
    """Return what a device keeps to show while the hub is lost, when nobody can fill a field in.

    It stands still: the first of its texts that a line of the panel has room for, or else the last.
    """
    texts = words(cell, {})
    fitting = next((text for text in texts if width_px(text) <= panel_w_px), texts[-1])
    return tall_strip(fitting, _fill(cell.small, {}), panel_h_px=panel_h_px)


# Every device is looked at after every press, and most show what they showed.
@lru_cache(maxsize=1024)
def _picture(cell: Cell, fields: tuple[tuple[str, str], ...], panel_w_px: int, panel_h_px: int, is_new: bool) -> Panel:
    moves: Moves = "blink" if is_new and cell.blink_s else cell.moves
    texts, small = words(cell, dict(fields)), _fill(cell.small, dict(fields))
    while True:
        try:
            return lay(texts, small=small, panel_w_px=panel_w_px, panel_h_px=panel_h_px, moves=moves)
        except TooLongError:
            texts = _cut(texts)
        except SmallPanelError:
            return _nothing(panel_w_px, panel_h_px)


@lru_cache(maxsize=1024)
def _on_card(cell: Cell, fields: tuple[tuple[str, str], ...], panel_w_px: int) -> Panel:
    texts = words(cell, dict(fields))
    while True:
        try:
            return min((card_panel(" ".join(text.split()), panel_w_px) for text in texts), key=lambda panel: panel.w)
        except TooLongError:
            texts = _cut(texts)


def _cut(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{text[: len(text) * 3 // 4].rstrip('…')}…" for text in texts)


def _nothing(panel_w_px: int, panel_h_px: int) -> Panel:
    """Return a dash, which goes onto every panel: a number is shown whole or not at all."""
    return lay([], small=NOTHING, panel_w_px=panel_w_px, panel_h_px=panel_h_px)


def _cell(written: Written) -> Cell:
    return written if isinstance(written, Cell) else Cell(text=written)


def _check(kind: str, cell: Cell) -> None:
    for text in (*cell.texts, cell.small):
        if left := _PIECE.sub("", text):
            raise FaceError(f"{text!r} has {left[0]!r} without its other half; write {{field}} or [part]")
        known = (*FIELDS[kind], "device")
        for field in re.findall(r"\{([^}]*)\}", text):
            if field not in known:
                raise FaceError(f"{text!r}: a {kind} knows no {{{field}}}; it knows {', '.join(known)}")


def _fill(template: str, fields: Mapping[str, str]) -> str:
    """Fill in the fields; a part in brackets is left out where one of its own is empty."""
    found = []
    for optional, plain, field in _pieces(template):
        if optional is not None:
            whole = all(fields.get(name) for _, _, name in _pieces(optional) if name)
            found.append(_fill(optional, fields) if whole else "")
        else:
            found.append(fields.get(field, "") if field else plain)
    return "".join(found)


@lru_cache(maxsize=512)
def _pieces(template: str) -> tuple[tuple[str | None, str, str], ...]:
    """Return a template as parts that may be left out, plain words and fields, one of the three at a time."""
    return tuple((one["optional"], one["plain"] or "", one["field"] or "") for one in _PIECE.finditer(template))
