"""Codes of the hall's own lists: reasons, counted from 1."""

from hub.rules.case import Case


def has_code(case: Case, of: str, code: str) -> bool:
    """Return whether a code is one of the hall's list; where the hall has no list, none is asked for."""
    count = case.plan.reasons.get(of, 0)
    return not count or (code.isdecimal() and 1 <= int(code) <= count)
