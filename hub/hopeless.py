"""Why a form need not be begun: what it comes to cannot change by typing, so it is said before and not after."""

from hub.forms import NOTICES
from hub.rules.case import Case, Refusal, barred

_WITH_TICKET = ("transfer", "finish", *NOTICES)
_AT_WORK = ("pause", "special", *_WITH_TICKET)


def hopeless(case: Case, counter: int, action: str) -> Refusal | None:
    """Return why a counter's form would be refused however it is filled in, None where that depends."""
    if action not in _AT_WORK:
        return None
    if refusal := barred(case, counter):
        return refusal
    ticket = case.counter(counter).ticket
    if action == "pause":
        return Refusal("busy") if ticket else None
    return Refusal("no-ticket") if action in _WITH_TICKET and ticket is None else None
