"""What a check has found: one sentence, and what to do about it."""

from typing import Literal

from msgspec import Struct

How = Literal["ok", "wrong", "unknown"]


class Finding(Struct, frozen=True, kw_only=True):
    """One line. check: what was looked at. remedy: what to do, empty where there is nothing to do."""

    check: str
    how: How
    says: str
    remedy: str = ""


def ok(check: str, says: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check=check, how="ok", says=says)


def wrong(check: str, says: str, remedy: str) -> Finding:
    """Return that something is not as it should be."""
    return Finding(check=check, how="wrong", says=says, remedy=remedy)


def unknown(check: str, says: str, remedy: str = "") -> Finding:
    """Return that nobody can tell from here."""
    return Finding(check=check, how="unknown", says=says, remedy=remedy)
