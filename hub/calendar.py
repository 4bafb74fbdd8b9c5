"""The hall's calendar: business days, opening spans, holidays and the working days that stand in for them (调休)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.clock import local
from hub.hall_file import HoursTable

Spans = tuple[tuple[int, int], ...]
LOOK_AHEAD_DAYS = 21
"""Longer than any row of holidays."""


def business_day(at_ms: int, zone: ZoneInfo, begins: str = "00:00") -> str:
    """Return the business day of a moment, YYYYMMDD; begins: the hour, HH:MM, at which a new one starts."""
    start = time.fromisoformat(begins)
    moment = local(at_ms, zone) - timedelta(hours=start.hour, minutes=start.minute)
    return moment.strftime("%Y%m%d")


def day_begin(day: str, zone: ZoneInfo, begins: str = "00:00") -> int:
    """Return when a business day begins, ms."""
    return _at(_date(day), begins, zone)


def day_end(day: str, zone: ZoneInfo, begins: str = "00:00") -> int:
    """Return when the next business day after this one begins, ms."""
    return _at(_date(day) + timedelta(days=1), begins, zone)


def schedule(day: str, hours: HoursTable | None, zone: ZoneInfo) -> Spans | None:
    """Return when tickets are given on a day, as (from, to) in ms; empty: closed all day. None: no hours, always."""
    if hours is None:
        return None
    found = _date(day)
    spans = tuple(_span(found, words, zone) for words in _words(found, hours).split())
    if len(spans) > 1 and hours.lunch == "tickets":
        return ((spans[0][0], spans[-1][1]),)
    return spans


def working_days(day: str, hours: HoursTable | None, count: int) -> tuple[str, ...]:
    """Return the next working days after a day, YYYYMMDD; without hours, Monday to Friday."""
    found: list[str] = []
    current = _date(day)
    for _ in range(count * 8 + 60):
        current += timedelta(days=1)
        if len(found) < count and (_words(current, hours) if hours else current.weekday() < 5):
            found.append(current.strftime("%Y%m%d"))
    return tuple(found)


def _words(day: date, hours: HoursTable) -> str:
    if day.isoformat() in hours.holidays:
        return ""
    usual = hours.weekly()[day.weekday()]
    return usual or hours.mon if day.isoformat() in hours.workdays else usual


def _span(day: date, words: str, zone: ZoneInfo) -> tuple[int, int]:
    first, last = (_at(day, hour, zone) for hour in words.split("-"))
    return first, last


def _at(day: date, hour: str, zone: ZoneInfo) -> int:
    moment = datetime.combine(day, time.fromisoformat(hour), zone)
    return round(moment.timestamp() * 1000)


def _date(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


def next_opening(at_ms: int, hours: HoursTable | None, zone: ZoneInfo, begins: str = "00:00") -> int | None:
    """Return when tickets are given next after a moment, in ms; None: within the next weeks never, or always."""
    day = business_day(at_ms, zone, begins)
    for _ in range(LOOK_AHEAD_DAYS):
        starts = [start for start, _end in schedule(day, hours, zone) or () if start > at_ms]
        if starts:
            return min(starts)
        day = (_date(day) + timedelta(days=1)).strftime("%Y%m%d")
    return None
