"""What people type into the fields of a page: made plain, or refused with one sentence."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from hub.staff.house import refused

PAGES_MAX = 1000
YEARS = range(2000, 2200)
T = TypeVar("T")


def plain(typed: str) -> str:
    """Return it without what an input method leaves behind: wide digits and letters, spaces around."""
    return unicodedata.normalize("NFKC", typed).strip()


def day_of(typed: str) -> str:
    """Return a day as YYYYMMDD, empty for none; raise Told where it is no day."""
    if not plain(typed):
        return ""
    try:
        found = date.fromisoformat(plain(typed))
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise refused("日期有误，请填写为 2026-11-21", 400)
    return f"{found:%Y%m%d}"


def days_of(first: str, last: str) -> tuple[str, str]:
    """Return the first and the last day, YYYYMMDD, empty: any; raise Told where they are none or out of order."""
    found = day_of(first), day_of(last)
    if all(found) and found[0] > found[1]:
        raise refused("起始日期晚于结束日期，请重新选择", 400)
    return found


def at_most(days: int, first: date, last: date) -> None:
    """Raise Told where a span has more days; who reads a journal for minutes holds everybody else up."""
    if (length := (last - first).days + 1) > days:
        raise refused(f"一次最多{days}天，所选为{length}天，请缩短日期范围", 400)


def date_of(day: str) -> str:
    """Return YYYYMMDD as a date field has it."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


def matching(typed: str, pattern: str, otherwise: str) -> str:
    """Return it in capitals if it is empty or all of it matches; raise Told with a sentence otherwise."""
    found = plain(typed).upper()
    if found and not re.fullmatch(pattern, found, re.ASCII):
        raise refused(otherwise, 400)
    return found


def whole(typed: str, most: int, otherwise: str) -> int:
    """Return a whole number from 1 to most, 0 for none; raise Told with a sentence otherwise."""
    found = matching(typed, r"\d{1,9}", otherwise)
    if found and not 1 <= int(found) <= most:
        raise refused(otherwise, 400)
    return int(found or 0)


def staff_of(typed: str) -> str:
    """Return somebody's number, empty for none; raise Told where it is none."""
    return matching(typed, r"\d{4,8}", "工号有误，请填写4至8位数字")


def page_of(typed: str) -> int:
    """Return which page is asked for, 1 the first; raise Told where it is none."""
    return whole(typed, PAGES_MAX, f"页码有误，请填写1至{PAGES_MAX}") or 1


class Links(Struct, frozen=True):
    """To the page before and the one after, empty where there is none."""

    at: int
    before: str
    after: str


def links_of(path: str, asked: Struct, page: int, *, is_last: bool) -> Links:
    """Return the links of a page of something that was asked for; asked has a field `page`."""

    def link(to: int) -> str:
        given = {name: getattr(asked, name) for name in asked.__struct_fields__ if getattr(asked, name)}
        return f"{path}?{urlencode(given | {'page': to})}"

    return Links(page, link(page - 1) if page > 1 else "", "" if is_last or page >= PAGES_MAX else link(page + 1))


def latest(found: Iterable[T], page: int, size: int) -> tuple[list[T], bool]:
    """Return a page of what comes in order, the latest first, and whether it is the last; keeps no more than needed."""
    newest = list(reversed(deque(found, maxlen=page * size + 1)))[(page - 1) * size :]
    return newest[:size], len(newest) <= size
