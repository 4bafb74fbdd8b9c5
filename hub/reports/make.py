"""Makes a report of a hall's journal: what pages, files and the command ``lintel report`` show."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from hub.as_owner import as_owner
from hub.config import Hall, kept_hall
from hub.reports.answer import DeviceLine, Line, Point, Report, Sums, Windows
from hub.reports.days import CellBy
from hub.reports.fill import Reading, begun, fill
from hub.reports.heap import Heap, Limits
from hub.reports.lines import name_of, sorted_keys
from hub.reports.question import By, Question, Span
from hub.reports.store import DamagedError, Grain, Of, Store, throw_away
from hub.rules.alerts import windows_wanted
from hub.rules.fault_log import HUB
from hub.rules.tally import Figures
from hub.upkeep import SELF_SERVICE

STORE = "reports.db"
JOURNAL = "journal.db"
T = TypeVar("T")
DAYS_IN_COURSE = 92
"""A longer span is drawn by months."""


class View(Struct, frozen=True, kw_only=True):
    """Where a report's lines come from. key_of: from day or month, key and service to the key of a line. of: which of
    the last two it looks at; what nobody looks at is added up by SQL.
    """

    by: CellBy
    key_of: Callable[[int, str, str], str]
    grain: Grain = "all"
    of: Of = frozenset()


KEY: Of = frozenset(("key",))
SERVICE: Of = frozenset(("service",))
TOTAL = View(by="service", key_of=lambda *_: "")
DAYS = View(by="service", key_of=lambda day, *_: str(day), grain="day")
MONTHS = View(by="service", key_of=lambda month, *_: str(month), grain="month")
HOURS = View(by="hour", key_of=lambda _day, key, _service: key, of=KEY)


def make_report(folder: Path, hall_file: Path, question: Question) -> Report:
    """Return a report. folder: the hub's state folder, in which its journal is; the store is made beside it.

    Raises HallError, JournalError or StoreError. It may take seconds, and minutes where the store of a journal of many
    years is made: for another thread or process than the hub's own.
    """
    return Reports(folder, hall_file).make(question)


class Reports:
    """Makes one report after another; what is new since the last one is all that is read of the journal."""

    def __init__(self, folder: Path, hall_file: Path) -> None:
        self._folder, self._hall_file = folder, hall_file
        self._reading: Reading | None = None

    def make(self, question: Question) -> Report:
        """Return a report; raise what `make_report` raises."""
        return self._with_store(lambda store, hall: self._make(store, hall, question))

    def catch_up(self, days: int) -> bool:
        """Read so many days of the journal, about, if that many are new; return whether nothing is left to be read."""
        return self._with_store(lambda store, hall: self._read(store, hall, days))

    def _with_store(self, work: Callable[[Store, Hall], T]) -> T:
        hall = kept_hall(self._hall_file)
        if not (self._folder / JOURNAL).is_file():
            raise FileNotFoundError(f"{self._folder}: no {JOURNAL} is there; name a hub's state folder")
        with as_owner(self._folder):  # who runs the command as root leaves no file that the hub cannot write
            try:
                with closing(Store(self._folder / STORE)) as store:
                    return work(store, hall)
            except DamagedError:
                throw_away(self._folder / STORE)
                with closing(Store(self._folder / STORE)) as store:
                    return work(store, hall)

    def _make(self, store: Store, hall: Hall, question: Question) -> Report:
        reading, self._reading = self._reading, None
        self._reading = fill(store, self._folder / JOURNAL, hall, reading)
        store.begin()
        place = store.place()
        return _Making(store, hall, question).report(place.last_at if place else 0)

    def _read(self, store: Store, hall: Hall, days: int) -> bool:
        """What breaks off in the middle is of no use."""
        reading, self._reading = begun(store, self._folder / JOURNAL, hall, self._reading), None
        is_done = reading.read(store, days)
        self._reading = reading
        return is_done


class _Making:
    """One report under way."""

    def __init__(self, store: Store, hall: Hall, question: Question) -> None:
        self._store, self._hall, self._question = store, hall, question
        services = hall.plan.services
        self._found: dict[tuple[View, Span, bool], dict[str, Heap]] = {}
        self._units = {code: service.unit for code, service in services.items()}
        if question.unit is not None and question.unit not in self._units.values():
            known = "、".join(sorted({unit for unit in self._units.values() if unit})) or "none"
            raise ValueError(f"{question.unit!r} is no unit of this hall; there are: {known}")
        self._limits = Limits(
            wait_ms=hall.plan.alerts.average_wait_ms,
            usual_ms={code: service.usual_ms for code, service in services.items()},
            unrated_as_basic=hall.file.report.unrated_as_basic,
        )

    def report(self, as_of: int) -> Report:
        """Return it. as_of: until when the journal was read, ms."""
        span, by = self._question.span, self._question.by
        before = span.before()
        lines = self._lines(by, span, before)
        whole = self._heaps(TOTAL, span)
        total = self._line("", whole, self._heaps(TOTAL, before))
        days = self._heaps(DAYS, span, lengths=False)
        numbers = self._numbers(span)
        on_days = [one for one in days.values() if one.figures.taken]
        overtime = self._store.days(*numbers)
        return Report(
            hall=self._hall.name,
            span=span,
            before=before,
            by=by,
            unit=self._question.unit,
            zone=self._hall.zone.key,
            total=total,
            lines=lines,
            hours=self._points(self._heaps(HOURS, span, lengths=False)),
            course=self._points(days if span.days <= DAYS_IN_COURSE else self._heaps(MONTHS, span, lengths=False)),
            devices=tuple(self._devices(span)),
            business_days=len(on_days),
            slow_days=sum(self._is_slow(one) for one in on_days),
            wait_limit_ms=self._limits.wait_ms,
            overtime_ms=sum(one for _, one, _ in overtime),
            late_closings=sum(one for _, _, one in overtime),
            windows=self._windows(total.now.taken, len(on_days)),
            as_basic=whole[""].figures.unrated if self._limits.unrated_as_basic and whole else 0,
            as_of=as_of,
        )

    def _lines(self, by: By, span: Span, before: Span) -> tuple[Line, ...]:
        """Days have no counterpart in the span before; whoever had figures then only has a line too."""
        view = self._view(by)
        now = self._heaps(view, span)
        then = {} if view.grain != "all" else self._heaps(view, before)
        keys = sorted_keys(by, {*now, *then}, self._hall)
        return tuple(self._line(key, now, then, name_of(by, key, self._hall)) for key in keys)

    def _line(self, key: str, now: dict[str, Heap], then: dict[str, Heap], name: str = "合计") -> Line:
        return Line(key=key, name=name, now=self._sums(now.get(key)), before=self._sums(then.get(key)))

    def _sums(self, heap: Heap | None) -> Sums:
        return heap.sums(self._limits) if heap else Sums()

    def _view(self, by: By) -> View:
        if by == "unit":
            return View(by="service", key_of=lambda _day, _key, service: self._units.get(service, ""), of=SERVICE)
        if by == "day":
            return DAYS
        if by == "week":
            return View(by="service", key_of=lambda day, *_: _week(day), grain="day")
        if by == "month":
            return MONTHS
        return View(by=by, key_of=lambda _day, key, _service: key, of=KEY)

    def _heaps(self, view: View, span: Span, *, lengths: bool = True) -> dict[str, Heap]:
        """Return figures by key; lengths: with every length of time, for medians. Nothing is added up twice."""
        for known in ((view, span, lengths), (view, span, True)):
            if known in self._found:
                return self._found[known]
        found = self._found[view, span, lengths] = self._added_up(view, span, lengths=lengths)
        return found

    def _added_up(self, view: View, span: Span, *, lengths: bool) -> dict[str, Heap]:
        found: dict[str, Heap] = {}
        of = view.of if self._question.unit is None else view.of | SERVICE
        where = (view.by, *self._numbers(span), view.grain)
        for group in self._store.sums(*where, of=of):
            if self._is_asked(group.service):
                found.setdefault(view.key_of(group.when, group.key, group.service), Heap()).add(group.figures)
        if not lengths:
            return found
        for when, key, service, waits, services in self._store.lengths(*where):
            if self._is_asked(service):
                usual_ms = self._limits.usual_ms.get(service)
                found[view.key_of(when, key, service)].add_lengths(waits, services, usual_ms)
        return found

    def _is_asked(self, service: str) -> bool:
        return self._question.unit is None or self._units.get(service, "") == self._question.unit

    def _numbers(self, span: Span) -> tuple[int, int]:
        return int(span.first.strftime("%Y%m%d")), int(span.last.strftime("%Y%m%d"))

    def _points(self, heaps: dict[str, Heap]) -> tuple[Point, ...]:
        return tuple(_point(key, heaps[key].figures) for key in sorted(heaps, key=int))

    def _is_slow(self, heap: Heap) -> bool:
        waits, limit_ms = heap.figures.waits, self._limits.wait_ms
        return bool(limit_ms and waits.count and waits.mean_ms > limit_ms)

    def _windows(self, taken: int, days: int) -> Windows | None:
        """What one unit's numbers want of a hall that all units share cannot be said."""
        if not days or self._question.unit is not None:
            return None
        counters = len(self._hall.plan.counters)
        return Windows(volume=taken // days, wanted=windows_wanted(counters, taken // days), counters=counters)

    def _devices(self, span: Span) -> Iterable[DeviceLine]:
        kinds = {device.name: device.kind for device in self._hall.devices}
        for one in self._store.devices(*self._numbers(span)):
            yield DeviceLine(
                device=one.device,
                name="主控机" if one.device == HUB else self._hall.device_words(one.device),
                is_self_service=kinds.get(one.device) in SELF_SERVICE,
                percent=one.up_ms * 1000 // one.known_ms / 10 if one.known_ms else None,
                known_ms=one.known_ms,
                faults=one.faults,
            )


def _point(key: str, figures: Figures) -> Point:
    return Point(
        at=key,
        taken=figures.taken,
        called=figures.called,
        served=figures.served,
        no_show=figures.no_show,
        wait_ms=figures.waits.mean_ms if figures.waits.count else None,
    )


def _week(day: int) -> str:
    year, week, _ = date(day // 10_000, day // 100 % 100, day % 100).isocalendar()
    return f"{year}{week:02}"
