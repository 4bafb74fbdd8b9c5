"""Where everything stands in the pictures of a report: the hours (S28), the course with its waits (S11, S14), ratings.

Nothing is told by colour alone: what is compared differs by pattern, mark or line, has its number beside it where there
is room, and all numbers stand in a table.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from msgspec import Struct

from hub.reports.answer import LEVELS, Point, Sums
from hub.reports.columns import point_words, time_words

WIDTH, HEIGHT = 860, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 24, 32
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
STEPS = 4
LABELS_MAX = 16
"""More numbers than this do not fit beside each other."""
TICKS_MAX = 12
BAR_MAX = 34
ROUND = (1, 2, 3, 5, 6, 8)
RATING_HEIGHT, RATING_LEFT, RATING_WIDTH = 34, 110, 560
MINUTE_MS = 60_000


class Mark(Struct, frozen=True, kw_only=True):
    """A bar or a dot. x, y: of its middle, and of its top. words: what it says to whoever points at it; label: beside
    it, empty where there is no room. over: more than the threshold.
    """

    x: float
    y: float
    words: str
    label: str = ""
    over: bool = False


class Row(Struct, frozen=True, kw_only=True):
    """Marks of one kind. path: the line through them."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)


class Tick(Struct, frozen=True):
    """A word beside an axis, and where it stands on it."""

    at: float
    words: str


class Picture(Struct, frozen=True, kw_only=True):
    """A picture with two axes. said: all of it in a sentence. bar: width of a bar. limit_y: where the threshold is."""

    name: str
    said: str
    rows: tuple[Row, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    bar: float = 0.0
    limit_y: float | None = None
    limit: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


class Rating(Struct, frozen=True, kw_only=True):
    """A bar of the ratings; unrated is a value of its own. share: of all that could be rated."""

    words: str
    count: int
    share: str
    y: int
    width: float
    is_unrated: bool


def hours_picture(points: Sequence[Point]) -> Picture | None:
    """Return how many came and were served in every hour of the day, those in between in which nothing was included."""
    known = {int(point.at): point for point in points if point.taken or point.served}
    if not known:
        return None
    every = [known.get(hour, Point(at=str(hour))) for hour in range(min(known), max(known) + 1)]
    top = _top(max(max(point.taken, point.served) for point in every))
    step = PLOT_WIDTH / len(every)
    bar = min(BAR_MAX, step * 0.4)
    busiest = max(every, key=lambda point: point.taken)
    return Picture(
        name="时段分布",
        said=f"{point_words(every[0].at)}至{point_words(every[-1].at)}；取号最多的是{point_words(busiest.at)}，{busiest.taken}个。",
        rows=(
            _bars("取号量", [(point.at, point.taken) for point in every], -bar / 2, top),
            _bars("办理量", [(point.at, point.served) for point in every], bar / 2, top),
        ),
        across=tuple(Tick(_x(at, len(every)), point_words(point.at)) for at, point in enumerate(every)),
        up=_counts_up(top),
        bar=bar,
    )


def course_picture(points: Sequence[Point]) -> Picture | None:
    """Return how many came and were served day by day; None where there is but one day."""
    if len(points) < 2:
        return None
    top = _top(max(max(point.taken, point.served) for point in points))
    busiest = max(points, key=lambda point: point.taken)
    return Picture(
        name="业务量走势",
        said=f"{point_words(points[0].at)}至{point_words(points[-1].at)}；取号最多的是{point_words(busiest.at)}，{busiest.taken}个。",
        rows=(
            _dots("取号量", points, [(point.taken, str(point.taken)) for point in points], top),
            _dots("办理量", points, [(point.served, str(point.served)) for point in points], top, labels=False),
        ),
        across=_across(points),
        up=_counts_up(top),
    )


def waits_picture(points: Sequence[Point], limit_ms: int) -> Picture | None:
    """Return the mean wait day by day beside the threshold (S11); days without a wait have no mark."""
    waited = [point for point in points if point.wait_ms is not None]
    if len(waited) < 2:
        return None
    top_ms = _top(ceil(max(limit_ms, *(point.wait_ms or 0 for point in waited)) / MINUTE_MS)) * MINUTE_MS
    limit = f"{limit_ms / MINUTE_MS:g}分钟" if limit_ms else ""
    over = [point for point in waited if limit_ms and (point.wait_ms or 0) > limit_ms]
    longest = max(waited, key=lambda point: point.wait_ms or 0)
    said = f"平均等待最长的是{point_words(longest.at)}，{time_words(longest.wait_ms)}。"
    row = _dots("平均等待", points, [(point.wait_ms, time_words(point.wait_ms)) for point in points], top_ms, limit_ms)
    return Picture(
        name="平均等待走势",
        said=said + (f"超过{limit}的有{len(over)}处。" if limit else ""),
        rows=(row,),
        across=_across(points),
        up=tuple(
            Tick(_y(top_ms * at // STEPS, top_ms), f"{top_ms * at / STEPS / MINUTE_MS:g}分") for at in range(STEPS + 1)
        ),
        limit_y=_y(limit_ms, top_ms) if limit_ms else None,
        limit=limit,
    )


def ratings_of(sums: Sums) -> tuple[Rating, ...]:
    """Return the bars of the ratings, none where nothing could be rated."""
    counts = [(words, sums.ratings.get(level, 0)) for level, words in LEVELS.items()]
    counts.append(("未评价", sums.unrated))
    whole, most = sum(count for _, count in counts), max(count for _, count in counts)
    return tuple(
        Rating(
            words=words,
            count=count,
            share=f"{count / whole:.1%}",
            y=at * RATING_HEIGHT,
            width=RATING_WIDTH * count / most,
            is_unrated=at == len(LEVELS),
        )
        for at, (words, count) in enumerate(counts)
        if whole
    )


def _bars(name: str, counts: Sequence[tuple[str, int]], aside: float, top: int) -> Row:
    has_room = len(counts) <= LABELS_MAX
    return Row(
        name=name,
        marks=tuple(
            Mark(
                x=_x(at, len(counts)) + aside,
                y=_y(count, top),
                words=f"{point_words(hour)} {name} {count}",
                label=str(count) if has_room and count else "",
            )
            for at, (hour, count) in enumerate(counts)
        ),
    )


def _dots(
    name: str,
    points: Sequence[Point],
    values: Iterable[tuple[int | None, str]],
    top: int,
    limit: int = 0,
    *,
    labels: bool = True,
) -> Row:
    has_room = labels and len(points) <= LABELS_MAX
    return Row(
        name=name,
        marks=tuple(
            Mark(
                x=_x(at, len(points)),
                y=_y(value, top),
                words=f"{point_words(point.at)} {name} {words}",
                label=words if has_room or 0 < limit < value else "",
                over=0 < limit < value,
            )
            for at, (point, (value, words)) in enumerate(zip(points, values, strict=True))
            if value is not None
        ),
    )


def _across(points: Sequence[Point]) -> tuple[Tick, ...]:
    """A year stands on the picture only where there is more than one."""
    step = ceil(len(points) / TICKS_MAX)
    is_one_year = points[0].at[:4] == points[-1].at[:4]
    return tuple(
        Tick(_x(at, len(points)), point_words(points[at].at)[5 if is_one_year else 0 :])
        for at in range(0, len(points), step)
    )


def _counts_up(top: int) -> tuple[Tick, ...]:
    return tuple(Tick(_y(top * at // STEPS, top), str(top * at // STEPS)) for at in range(STEPS + 1))


def _x(at: int, count: int) -> float:
    return LEFT + PLOT_WIDTH * (at + 0.5) / count


def _y(value: int, top: int) -> float:
    return TOP + PLOT_HEIGHT * (1 - value / top)


def _top(most: int) -> int:
    """Return a round number, of which quarters are whole, that is not less."""
    size = 4
    while True:
        for times in ROUND:
            if size * times >= most:
                return size * times
        size *= 10
