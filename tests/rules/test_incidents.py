"""The record of incidents, from facts alone: what counts, whom it concerned, when it was over (M4, M42)."""

import pytest

from hub.rules import events
from hub.rules.incidents import Incident, incidents

OPENS, MINUTE = 1_795_393_800_000, 60_000
HOURS = ((OPENS, OPENS + 180 * MINUTE),)


def at(minute: float) -> int:
    return OPENS + round(minute * MINUTE)


def opened(
    minute: float = -30, spans: tuple[tuple[int, int], ...] | None = HOURS, day: str = "20261123"
) -> events.Fact:
    return events.DayOpened(day=day, spans=spans, at=at(minute))


def report(state: str = "ready", device: str = "d1", **alerts: str) -> events.Fact:
    return events.DeviceReported(device=device, state=state, boot=1, alerts=alerts)


def taken(serial: int, minute: float, number: str = "", *, by_hand: bool = False, device: str = "d1") -> events.Fact:
    return events.TicketTaken(
        serial=serial,
        number=number or f"A{serial:03}",
        service="A",
        klass="ordinary",
        dispenser="" if by_hand else device,
        boot=1,
        cap="A",
        job="",
        ahead=0,
        key=0,
        at=at(minute),
        is_reserve=by_hand,
    )


def done(serial: int, minute: float) -> events.Fact:
    return events.TicketFinished(serial=serial, counter=1, at=at(minute))


def found(*rows: tuple[float, events.Fact], dispensers: tuple[str, ...] | None = ("d1",)) -> list[Incident]:
    return incidents([(at(minute), [fact]) for minute, fact in ((-30, opened()), *rows)], dispensers)


FAULT = (10, events.FaultDeclared(device="guide", by="g", at=at(10)))
CLEARED = (20, events.FaultCleared(device="duty", by="p", at=at(20)))


@pytest.mark.req("M42")
def test_a_fault_has_begin_end_and_both_who_said_so() -> None:
    (one,) = found(FAULT, CLEARED)
    assert one == Incident(what="fault", since=at(10), until=at(20), device="guide", by="g", cleared_by="p")
    assert one.length_ms(at(30)) == 10 * MINUTE


def test_a_fault_that_lasts_over_midnight_is_one() -> None:
    again = events.FaultDeclared(device="guide", by="g", at=at(10))
    (one,) = found(FAULT, (600, opened(600, None, "20261124")), (600, again))
    assert (one.since, one.until) == (at(10), None)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(5, 7, True), (-20, -10, False), (-20, 1, True), (179, 400, True), (181, 400, False)],
    ids=["open", "before opening", "into the opening", "from the closing on", "after closing"],
)
def test_what_happens_while_the_hall_is_shut_is_no_incident(since: float, until: float, counts: bool) -> None:
    assert bool(found((until, events.OutageNoted(what="hub", since=at(since), at=at(until))))) is counts


@pytest.mark.parametrize(("minutes", "counts"), [(0.9, False), (1.0, True)])
@pytest.mark.req("M4")
def test_a_device_that_is_away_for_a_minute_is_reported(minutes: float, counts: bool) -> None:
    rows = found((5, report("lost", device="pad-1")), (5 + minutes, report(device="pad-1")))
    assert [(one.what, one.devices) for one in rows] == ([("lost", ("pad-1",))] if counts else [])


@pytest.mark.req("M4", "M42")
def test_the_only_dispenser_without_paper_means_no_numbers_for_anybody() -> None:
    rows = found(
        (1, taken(1, 1)),
        (5, report(printer="paper-out")),
        (6, report(printer="paper-out", panel="error")),
        (9, report()),
    )
    assert [(one.what, one.why, one.since, one.until, one.numbers) for one in rows] == [
        ("printer", "paper-out", at(5), at(9), ()),
        ("no-tickets", "", at(5), at(9), ("A001",)),
        ("panel", "error", at(6), at(9), ()),
    ]


def test_what_lasts_now_counts_although_nothing_was_written_since() -> None:
    rows = [(at(0), [opened(0)]), (at(5), [report("lost")])]
    assert [len(incidents(rows, ["d1"], now=at(minute))) for minute in (5.5, 7)] == [1, 2]


def test_paper_that_is_nearly_used_up_is_no_incident() -> None:
    assert found((5, report(printer="near-end")), (90, report())) == []


def test_one_of_two_dispensers_out_still_leaves_the_other() -> None:
    rows = found((5, report(printer="paper-out")), (9, report()), dispensers=("d1", "d2"))
    assert [one.what for one in rows] == ["printer"]


def test_without_the_hall_s_file_dispensers_are_those_that_gave_numbers() -> None:
    rows = found((1, taken(1, 1)), (5, report(printer="cutter")), (9, report()), dispensers=None)
    assert [one.what for one in rows] == ["printer", "no-tickets"]


@pytest.mark.req("M42")
def test_whom_it_concerned() -> None:
    """Who was gone before is not, who came during it is, and who got a number by hand is of the incident before it."""
    (fault, later) = found(
        (1, taken(1, 1)),
        (2, taken(2, 2)),
        (5, done(1, 5)),
        FAULT,
        (11, taken(3, 11)),
        CLEARED,
        (25, taken(4, 25)),
        (26, taken(5, 12, "H001", by_hand=True)),
        (27, taken(6, 27, "H002", by_hand=True)),
        (40, events.OutageNoted(what="broker", since=at(39), at=at(40))),
    )
    assert fault.numbers == ("A002", "A003", "H001", "H002")
    assert later.numbers == ("A002", "A003", "A004", "H001", "H002")


def test_of_a_printer_those_whose_paper_did_not_come_out() -> None:
    (printer, _none) = found(
        (1, taken(1, 1)),
        (5, report(printer="paper-out")),
        (5, taken(2, 5)),
        (5.5, events.TicketVoided(serial=2, why="paper-out", at=at(5.5))),
        (5.6, taken(3, 5.6, device="d2")),
        (5.7, events.PrintDoubted(serial=3, at=at(5.7))),
        (9, report()),
    )
    assert printer.numbers == ("A002",)
