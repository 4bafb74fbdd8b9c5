"""The lines as a guide sees them: how many wait for each service, how long, and what to tell people before a ticket."""

from collections.abc import Mapping

from msgspec import Struct

from hub.config import Hall
from hub.offers import offer
from hub.rules.forecast import expected_minutes
from hub.rules.order import ahead_of
from hub.rules.state import State


class LineNow(Struct, frozen=True, kw_only=True):
    """A service. waiting: for it; ahead: of who came now, whatever for. wait: how long, in words.

    offer: how else it is had, empty where that need not be said (S10).
    """

    code: str
    name: str
    real_name: bool
    waiting: int
    ahead: int
    wait: str
    offer: str


def lines_now(hall: Hall, state: State, waits: Mapping[str, int | None], now: int) -> list[LineNow]:
    """Return every service with what somebody who came now would meet. waits: as `hub.staff.waits` has them."""
    return [_line(hall, state, waits, one.code, now) for one in hall.services]


def _line(hall: Hall, state: State, waits: Mapping[str, int | None], code: str, now: int) -> LineNow:
    expected_ms = waits.get(code)
    return LineNow(
        code=code,
        name=hall.service_name(code),
        real_name=hall.plan.services[code].real_name,
        waiting=sum(len(lane) for line, lane in state.waiting.items() if line[1] == code),
        ahead=ahead_of(state, hall.plan, code, now),
        wait=wait_words(expected_ms) if code in waits else "",
        offer=offer(hall, code, expected_ms),
    )


def wait_words(expected_ms: int | None) -> str:
    """Return a wait as it is told to people."""
    if expected_ms is None:
        return "暂无窗口办理"
    minutes = expected_minutes(expected_ms)
    return f"约等{minutes}分钟" if minutes else "无需等候"
