"""What a report says, as plain values that a page, a file or a terminal sets; see docs/reports.md for every figure."""

from msgspec import Struct

from hub.reports.question import By, Span

LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
CONTENT = (5, 4, 3)
"""不满意 and 非常不满意 are 差评; the others are not."""


class Times(Struct, frozen=True, kw_only=True):
    """Lengths of time. median_s: at least half of them are no longer; p90_s: at least nine in ten are no longer.

    over: how many were longer than they should be. None where there was none.
    """

    count: int = 0
    mean_ms: int | None = None
    median_s: int | None = None
    p90_s: int | None = None
    longest_ms: int | None = None
    over: int = 0

    @property
    def over_rate(self) -> float | None:
        """超时率."""
        return _share(self.over, self.count)


class Sums(Struct, frozen=True, kw_only=True):
    """The figures of a line or of everything; what is counted is said in `hub.rules.tally.Figures`."""

    taken: int = 0
    called: int = 0
    served: int = 0
    no_show: int = 0
    recalled: int = 0
    transferred: int = 0
    parked: int = 0
    cancelled: int = 0
    left: int = 0
    waits: Times = Times()
    services: Times = Times()
    ratings: dict[int, int] = {}
    unrated: int = 0
    notices: int = 0
    oral: int = 0

    @property
    def served_rate(self) -> float | None:
        """办理率: of the calls, how many led to a service."""
        return _share(self.served, self.called)

    @property
    def no_show_rate(self) -> float | None:
        """弃号率: of the calls, how many ended with the number given up."""
        return _share(self.no_show, self.called)

    @property
    def rated(self) -> int:
        """How many ratings there are."""
        return sum(self.ratings.values())

    @property
    def content_rate(self) -> float | None:
        """满意率: of the ratings, how many are no 差评."""
        return _share(sum(self.ratings.get(level, 0) for level in CONTENT), self.rated)


class Line(Struct, frozen=True, kw_only=True):
    """One counter, person and so on. key: as the journal has it. before: of the span before, for the trend (S14)."""

    key: str
    name: str
    now: Sums
    before: Sums

    @property
    def more_served(self) -> int:
        """How many more were served than in the span before."""
        return self.now.served - self.before.served

    @property
    def growth(self) -> float | None:
        """环比: the same as a share of the span before."""
        return _share(self.more_served, self.before.served)


class Point(Struct, frozen=True, kw_only=True):
    """A place on a picture: an hour of the day, 0 to 23 (S28), or a day or month, 2026-11-20, 2026-11."""

    at: str
    taken: int = 0
    called: int = 0
    served: int = 0
    no_show: int = 0
    wait_ms: int | None = None


class DeviceLine(Struct, frozen=True, kw_only=True):
    """A device (M34). is_self_service: citizens use it. percent: of 24 hours a day usable, rounded down to tenths.

    None: nothing is known. known_ms: of how much time. faults: that began.
    """

    device: str
    name: str
    is_self_service: bool
    percent: float | None
    known_ms: int
    faults: int


class Windows(Struct, frozen=True, kw_only=True):
    """Advice how many windows to open (S13). volume: numbers given on an average business day, rounded down."""

    volume: int
    wanted: int
    counters: int


class Report(Struct, frozen=True, kw_only=True):
    """All of it. total, lines: of the span. hours: every hour of the day in which something happened.

    course: day by day, or month by month where the span is long. business_days: on which numbers were given;
    slow_days: of those, with an average wait over the threshold, wait_limit_ms (S11; 0: none is set). overtime_ms,
    late_closings: M28. as_basic: how many that were not rated count as 基本满意, where the hall has it so.
    as_of: the journal's last moment, ms; 0: it is empty.
    """

    hall: str
    span: Span
    before: Span
    by: By
    unit: str | None
    zone: str
    total: Line
    lines: tuple[Line, ...]
    hours: tuple[Point, ...]
    course: tuple[Point, ...]
    devices: tuple[DeviceLine, ...]
    business_days: int
    slow_days: int
    wait_limit_ms: int
    overtime_ms: int
    late_closings: int
    windows: Windows | None
    as_basic: int
    as_of: int

    @property
    def is_slow(self) -> bool:
        """Whether the average wait of the span is over the threshold (S11)."""
        mean = self.total.now.waits.mean_ms
        return bool(self.wait_limit_ms and mean is not None and mean > self.wait_limit_ms)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
