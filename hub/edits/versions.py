"""What the hall makes public has a version and a day from which it holds (M21): both follow a change of the content."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from hub.edits.differences import BYTE_ORDER_MARK
from hub.edits.kinds import Put

_COUNTED = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)
_OF_A_YEAR = re.compile(r"(\d{4})-\d+\Z")
_META = ("version", "effective", "title")


def next_version(version: str, year: int) -> str:
    """Return the version after one: 2026-2 becomes 2026-3, in a new year 2027-1; none becomes the year's first."""
    of_year = _OF_A_YEAR.match(version)
    counted = _COUNTED.match(version)
    if not version or (of_year and int(of_year[1]) < year):
        return f"{year}-1"
    return f"{counted[1]}{int(counted[2]) + 1:0{len(counted[2])}}" if counted else f"{version}-2"


def version_edits(before: str, after: str, today: str) -> Iterator[Put]:
    """Yield what counts the versions on of guides and pages whose content is another. today: YYYY-MM-DD, of the hall.

    Whoever has named another version, or another day, himself keeps his.
    """
    old, new = (tomllib.loads(text.removeprefix(BYTE_ORDER_MARK)) for text in (before, after))
    of_screen = new.get("screen", {}).get("version", "")
    guides = {one.get("code"): one.get("guide") for one in old.get("services", [])}
    for one in new.get("services", []):
        if guide := one.get("guide"):
            place = ("services", one["code"], "guide")
            yield from _counted(place, guides.get(one["code"]) or {}, guide, of_screen, today)
    pages = {one.get("title"): one for one in old.get("screen", {}).get("pages", [])}
    for one in new.get("screen", {}).get("pages", []):
        if known := pages.get(one.get("title")):
            yield from _counted(("screen", "pages", one["title"]), known, one, "", today)


def _counted(
    place: tuple[str, ...], old: dict[str, Any], new: dict[str, Any], otherwise: str, today: str
) -> Iterator[Put]:
    if _content(old) == _content(new) or new.get("version", "") != old.get("version", ""):
        return
    version = next_version(new.get("version") or otherwise, int(today[:4]))
    yield Put(at=(*place, "version"), value=version)
    if new.get("effective", "") == old.get("effective", ""):
        yield Put(at=(*place, "effective"), value=today)


def _content(table: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in table.items() if key not in _META}
