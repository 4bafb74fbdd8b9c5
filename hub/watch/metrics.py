"""The hub's metrics in Prometheus' text format; they are put together when somebody asks, and only then.

prometheus-client is loaded at the first question: it takes 1 MB, and nobody but a monitoring system asks.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hardware.contract import KeyPressed
from hardware.version import VERSION
from hub.rules import events
from hub.rules.lane import Place
from hub.upkeep import kind_of
from hub.watch.counts import Histogram
from hub.watch.hub_now import HubNow
from hub.watch.watched import Watched

Samples = dict[tuple[str, ...], float]
Given = Mapping[Any, float]
"""Values of the labels, in their order, to the value."""


def metrics_text(watched: Watched, now: HubNow) -> bytes:
    """Return all metrics of a hub as they are now; none of them names a person or a ticket."""
    registry = CollectorRegistry()
    registry.register(_Found(watched, now))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Found(Collector):
    """What is found at one question."""

    def __init__(self, watched: Watched, now: HubNow) -> None:
        self._watched, self._now = watched, now

    def describe(self) -> list[Metric]:
        """Nothing is found before it is asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        for part in (_work, _queues, _devices, _messages, _journal, _clocks):
            yield from part(self._watched)
        yield from _computer(self._now)


def _work(watched: Watched) -> Iterator[Metric]:
    counts = watched.works.desk.counts
    info = {(VERSION, watched.works.hall.id): 1.0}
    yield _gauge("lintel_info", "The running version and the hall.", info, "version", "hall")
    yield _counter("lintel_presses", "New presses of keys.", {(): counts.heard[KeyPressed]})
    yield _counter("lintel_resent_events", "Events that devices sent again though they were known.", {(): counts.again})
    yield _counter("lintel_refusals", "Presses and orders that were refused.", _by(counts.refused), "reason")
    yield _counter("lintel_tickets", "Numbers that were taken.", {(): counts.facts[events.TicketTaken]})
    yield _counter("lintel_calls", "Numbers that were called.", {(): counts.facts[events.TicketCalled]})
    facts = {(kind.__name__,): float(count) for kind, count in counts.facts.items()}
    yield _counter("lintel_facts", "Facts that were written down, by their kind.", facts, "kind")
    words = "From hearing a message to publishing its answer, in seconds."
    yield _histogram("lintel_answer_seconds", words, counts.answered)
    alerts = Counter(kind for kind, _subject in watched.works.desk.state.alerts)
    yield _gauge("lintel_alerts", "What the duty officer is told now.", _by(alerts), "alert")


def _queues(watched: Watched) -> Iterator[Metric]:
    state, now = watched.works.desk.state, watched.clock.now()
    waiting: Samples = {(code,): 0.0 for code in watched.works.hall.plan.services}
    oldest = dict(waiting)
    for lane in state.waiting.values():
        for place in lane:
            service, waited_s = _waits(watched, place, now)
            waiting[service,] = waiting.get((service,), 0.0) + 1
            oldest[service,] = max(oldest.get((service,), 0.0), waited_s)
    yield _gauge("lintel_waiting", "Tickets that wait.", waiting, "service")
    yield _gauge("lintel_oldest_wait_seconds", "How long the longest has waited.", oldest, "service")


def _waits(watched: Watched, place: Place, now: int) -> tuple[str, float]:
    ticket = watched.works.desk.state.tickets[place[2]]
    return ticket.service, max(0, now - ticket.taken_at) / 1000


def _devices(watched: Watched) -> Iterator[Metric]:
    works, now = watched.works, watched.clock.now()
    states: Counter[str] = Counter()
    ready: Samples = {}
    drift: Samples = {}
    for device in works.hall.devices:
        state = works.desk.state.report(device.name).state
        states[state] += 1
        ready[device.name, device.kind] = float(state == "ready")
        drift_ms = works.maintenance.known.health(device.name, now).drift_ms
        if drift_ms is not None:
            drift[device.name,] = drift_ms / 1000
    yield _gauge("lintel_devices", "Devices of the hall's file.", _by(states), "state")
    yield _gauge("lintel_device_ready", "1 where a device is there.", ready, "device", "kind")
    yield _gauge("lintel_device_drift_seconds", "How far a node's clock goes astray in 5 minutes.", drift, "device")
    faults = Counter(kind_of(fault) for fault in works.maintenance.upkeep.present())
    yield _gauge("lintel_faults", "Faults that are not over, by their kind.", _by(faults), "kind")
    counts = works.desk.counts
    yield _counter("lintel_failed_jobs", "Print jobs that a device could not do.", _by(counts.failed), "why")
    yield _counter("lintel_resent_jobs", "Jobs that were sent again.", {(): counts.resent})
    owed = {(): float(len(works.desk.state.jobs))}
    yield _gauge("lintel_owed_jobs", "Print jobs of tickets without an answer.", owed)


def _messages(watched: Watched) -> Iterator[Metric]:
    works, link = watched.works, watched.link
    bad = works.service.refused.counts
    yield _counter("lintel_bad_input", "Messages that are none of the contract.", _by(bad), "device")
    repelled = {(kind,): float(many) for kind, many in works.maintenance.repelled.counts.items()}
    yield _counter("lintel_repelled", "What was tried and nobody may do; of topic, bytes.", repelled, "kind")
    yield _gauge("lintel_link_up", "1 while the broker is reached.", {(): float(link.is_up)})
    yield _counter("lintel_link_ups", "How often the broker was reached.", {(): works.desk.counts.link_ups})
    yield _gauge("lintel_unconfirmed", "Messages that the broker has not confirmed yet.", {(): link.unconfirmed})
    restarts = watched.broker.restarts if watched.broker else 0
    yield _counter("lintel_broker_restarts", "How often the broker ended and was started again.", {(): restarts})
    yield _gauge("lintel_screens", "Screens and pages that follow the hall.", {(): works.feed.watchers})


def _journal(watched: Watched) -> Iterator[Metric]:
    journal = watched.journal
    is_kept = {(): float(not watched.works.service.trouble)}
    yield _gauge("lintel_journal_writable", "0 while nothing is kept, so nothing is called.", is_kept)
    yield _gauge("lintel_journal_rows", "Number of the journal's last row.", {(): journal.last_row})
    yield _histogram("lintel_sync_seconds", "How long the disk took to keep a commit, in seconds.", journal.settled)


def _clocks(watched: Watched) -> Iterator[Metric]:
    apart_s = {(): watched.clock.apart_ms / 1000}
    yield _gauge("lintel_clock_apart_seconds", "How far hall time is ahead of the computer's clock.", apart_s)
    yield _histogram("lintel_loop_late_seconds", "How late the hub's loop came, in seconds.", watched.pulse.late)


def _computer(now: HubNow) -> Iterator[Metric]:
    yield _gauge("lintel_up_seconds", "Since the hub's start.", {(): now.up_s})
    yield _gauge("lintel_disk_free_bytes", "Room on the disk of the state folder.", {(): now.free_bytes})
    yield _gauge("lintel_journal_bytes", "Size of the journal's file.", {(): now.journal_bytes})
    yield _gauge("lintel_disk_bytes", "Size of that disk.", {(): now.disk_bytes})
    yield _gauge("lintel_memory_available_bytes", "Memory that the computer has left.", {(): now.available_bytes})
    days: Samples = {(name,): float(left) for name, left in now.days.items()}
    yield _gauge("lintel_certificate_days", "Days until a certificate ends.", days, "certificate")
    if now.copies:
        told = {(): now.copies.at / 1000}
        yield _gauge("lintel_copies_told_timestamp_seconds", "When copies were last looked after.", told)
        well: Samples = {(one.folder,): float(one.kind is None) for one in now.copies.copies}
        yield _gauge("lintel_copy_well", "1 where a copy is whole and goes on.", well, "folder")
        rows: Samples = {(one.folder,): float(one.row) for one in now.copies.copies}
        yield _gauge("lintel_copy_row", "Last row of the journal that a copy has.", rows, "folder")
    if now.drill:
        yield _gauge("lintel_drill_timestamp_seconds", "When a copy was last tried.", {(): now.drill.at / 1000})
        yield _gauge("lintel_drill_well", "1 where the hall came up from it.", {(): float(now.drill.is_well)})


def _by(counts: Counter[Any]) -> Samples:
    return {(name,): float(count) for name, count in counts.items()}


def _gauge(name: str, words: str, samples: Given, *labels: str) -> Metric:
    return _filled(GaugeMetricFamily, name, words, samples, labels)


def _counter(name: str, words: str, samples: Given, *labels: str) -> Metric:
    return _filled(CounterMetricFamily, name, words, samples, labels)


def _filled(
    family: Callable[..., GaugeMetricFamily | CounterMetricFamily],
    name: str,
    words: str,
    samples: Given,
    labels: tuple[str, ...],
) -> Metric:
    metric = family(name, words, labels=labels)
    for values, value in samples.items():
        metric.add_metric(values, value)
    return metric


def _histogram(name: str, words: str, histogram: Histogram) -> Metric:
    metric = HistogramMetricFamily(name, words)
    metric.add_metric([], histogram.up_to(), histogram.sum_s)
    return metric
