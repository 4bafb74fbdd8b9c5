"""Files with what is private: readable by their owner only, written whole, and of days that are forgotten in time."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from hardware.logs import Log

log = Log(__name__)

T = TypeVar("T")


def read_private(path: Path, kind: type[T]) -> dict[str, T]:
    """Return what a file holds, key to value; nothing where it is not there or cannot be read, which is logged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, kind])  # type: ignore[valid-type]
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        log.error("private-file-lost", f"{path} cannot be read, so what it held is lost", why=error)
        return {}


def first_kept(day: str, keep_days: int) -> str:
    """Return the first day, YYYYMMDD, whose private things are still kept on a day, YYYYMMDD."""
    return (date.fromisoformat(day) - timedelta(days=keep_days)).strftime("%Y%m%d")


def too_old(days: Iterable[tuple[str, str]], day: str, keep_days: int) -> list[str]:
    """Return the keys, of (key, its day), that have been kept long enough on a day."""
    first = first_kept(day, keep_days)
    return [key for key, kept in days if kept < first]
