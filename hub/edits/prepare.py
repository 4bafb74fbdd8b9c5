"""From what is wanted of the hall's file to a hall that was found sound, before anything of it is done.

Slow enough (some ten milliseconds) to be done beside the loop: nothing here touches what the hub works with.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from hub.config import HallError, hall_of
from hub.edits.differences import Difference, differences
from hub.edits.kinds import Edit, NoSuchPlaceError, Place
from hub.edits.ready import NotChangedError, Prepared
from hub.edits.record import Record
from hub.edits.summary import details, summary
from hub.edits.text import CannotWriteError, edited
from hub.edits.undo import CannotUndoError, undone
from hub.edits.versions import version_edits
from hub.edits.written import UnwritableError

FIXED: tuple[Place, ...] = (
    ("hall", "id"),
    ("hall", "timezone"),
    ("broker",),
    ("web", "host"),
    ("web", "port"),
    ("day",),
    ("interface", "readers"),
)
"""What a hub that runs cannot change: topics, sockets, and what its days are cut by."""
_LINE = re.compile(r":(\d+): ")


def prepare_edits(path: Path, before: str, edits: Sequence[Edit], today: str) -> Prepared:
    """Return what edits of a text come to; raise NotChangedError. today: YYYY-MM-DD, from which new versions hold."""
    after = before
    try:
        for edit in edits:
            after = edited(after, edit)
        for edit in list(version_edits(before, after, today)):
            after = edited(after, edit)
    except (NoSuchPlaceError, UnwritableError, CannotWriteError) as error:
        raise NotChangedError(f"未修改：{error}") from error
    if after == before:
        raise NotChangedError("未修改：内容与现在相同")
    return prepare_text(path, before, after)


def prepare_undo(path: Path, present: str, record: Record) -> Prepared:
    """Return what taking back a change comes to; raise NotChangedError."""
    try:
        after = undone(record.before, record.after, present)
    except CannotUndoError as error:
        raise NotChangedError(f"不能撤销：第{record.number}次修改之后，{error.at} 又被改过；请直接修改") from error
    if after == present:
        raise NotChangedError("不能撤销：内容已与修改前相同")
    ready = prepare_text(path, present, after)
    return Prepared(before=present, after=after, hall=ready.hall, words=f"撤销第{record.number}次修改：{ready.words}")


def prepare_text(path: Path, before: str, after: str) -> Prepared:
    """Return what another text comes to, which may have been written by hand; raise NotChangedError."""
    try:
        hall = hall_of(path, after.encode())
    except HallError as error:
        raise NotChangedError(f"未修改：{_on_its_line(str(error), path)}") from error
    found = differences(before, after)
    for one in found:
        if any(one.at[: len(place)] == place for place in FIXED):
            name = ".".join(map(str, one.at))
            raise NotChangedError(f"未修改：{name} 不能在运行中修改；请停止中枢，改好文件后再启动")
    return Prepared(before=before, after=after, hall=hall, words=words_of(found, before, after))


def words_of(found: Sequence[Difference], before: str, after: str) -> str:
    """Return in words what is different between two texts."""
    return summary(found, _namer(before, after))


def details_of(before: str, after: str) -> list[str]:
    """Return all that is different between two texts in words, a line for each; that another PIN holds, not which."""
    return details(differences(before, after), _namer(before, after))


def _namer(before: str, after: str) -> Callable[[str, str | int], str]:
    names = _names(differences("", before)) | _names(differences("", after))

    def name_of(array: str, which: str | int) -> str:
        return names.get((array, which), f"{which}号" if array == "counters" else str(which))

    return name_of


def _names(of: Iterable[Difference]) -> dict[tuple[str, str | int], str]:
    """Return what people call the elements of arrays: services and people with their names, devices by their labels."""
    named = {}
    for one in of:
        if len(one.at) == 3 and (one.at[0], one.at[2]) in (("services", "name"), ("people", "name")):
            named[str(one.at[0]), one.at[1]] = f"{one.at[1]} {one.after}"
        elif len(one.at) == 3 and (one.at[0], one.at[2]) in (
            ("devices", "label"),
            ("results", "name"),
            ("classes", "name"),
        ):
            named[str(one.at[0]), one.at[1]] = f"{one.after}"
    return named


def _on_its_line(sentence: str, path: Path) -> str:
    """A page shows no folder of the computer, and calls a line what it is."""
    return _LINE.sub(r"第\1行 ", sentence.replace(str(path), path.name), count=1)
