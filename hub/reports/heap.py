"""Adds up what the store has, and makes the figures of a report's line from it."""

import msgspec
from msgspec import Struct

from hub.reports.answer import Sums, Times
from hub.reports.cells import LEVELS, PLAIN
from hub.reports.lengths import Lengths, Ranked, over
from hub.rules.tally import Figures, Spans


class Limits(Struct, frozen=True, kw_only=True):
    """What is too long. wait_ms: 0 for nothing. usual_ms: of a service, by its code. unrated_as_basic: as the hall has
    it: who gave no rating counts as 基本满意.
    """

    wait_ms: int
    usual_ms: dict[str, int]
    unrated_as_basic: bool


class Heap(Struct, kw_only=True):
    """Figures that are being added up. waits, services: every one."""

    figures: Figures = msgspec.field(default_factory=Figures)
    waits: Lengths = msgspec.field(default_factory=Lengths)
    services: Lengths = msgspec.field(default_factory=Lengths)
    slow_services: int = 0

    def add(self, figures: Figures) -> None:
        """Add figures of a part."""
        own = self.figures
        for name in PLAIN:
            setattr(own, name, getattr(own, name) + getattr(figures, name))
        for level, count in figures.ratings.items():
            own.ratings[level] = own.ratings.get(level, 0) + count
        _add(own.waits, figures.waits)
        _add(own.services, figures.services)

    def add_lengths(self, waits: bytes, services: bytes, usual_ms: int | None) -> None:
        """Add every length of a part, which is of one service. usual_ms: of it, None: not known any more."""
        self.waits.add(waits)
        self.services.add(services)
        if usual_ms is not None:
            self.slow_services += over(services, usual_ms)

    def sums(self, limits: Limits) -> Sums:
        """Return the figures."""
        figures = self.figures
        ratings = {level: figures.ratings[level] for level in LEVELS if figures.ratings.get(level)}
        unrated = figures.unrated
        if limits.unrated_as_basic and unrated:
            ratings, unrated = ratings | {3: ratings.get(3, 0) + unrated}, 0
        waits = self.waits.ranked()
        slow_waits = waits.over(limits.wait_ms) if limits.wait_ms else 0
        return Sums(
            **{name: getattr(figures, name) for name in PLAIN if name != "unrated"},
            waits=_times(figures.waits, waits, slow_waits),
            services=_times(figures.services, self.services.ranked(), self.slow_services),
            ratings={level: ratings[level] for level in LEVELS if level in ratings},
            unrated=unrated,
        )


def _add(own: Spans, spans: Spans) -> None:
    own.count += spans.count
    own.total_ms += spans.total_ms
    own.longest_ms = max(own.longest_ms, spans.longest_ms)


def _times(spans: Spans, lengths: Ranked, slow: int) -> Times:
    if not spans.count:
        return Times()
    return Times(
        count=spans.count,
        mean_ms=spans.mean_ms,
        median_s=lengths.least(50),
        p90_s=lengths.least(90),
        longest_ms=spans.longest_ms,
        over=slow,
    )
