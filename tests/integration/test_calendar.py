"""Business days, opening hours, holidays and 调休, and a clock that jumps."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.appointments import AppointmentError, read_appointments
from hub.calendar import business_day, schedule, working_days
from hub.clock import HallClock
from hub.hall_file import HoursTable

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = HoursTable(
    mon="08:30-12:00 14:00-17:30",
    tue="08:30-12:00 14:00-17:30",
    wed="08:30-12:00 14:00-17:30",
    thu="08:30-12:00 14:00-17:30",
    fri="08:30-12:00 14:00-17:00",
    holidays=("2026-10-01", "2026-10-02"),
    workdays=("2026-10-10",),
)


def ms(words: str) -> int:
    return round(datetime.fromisoformat(words).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "begins", "day"),
    [
        ("2026-11-21 00:00", "00:00", "20261121"),
        ("2026-11-20 23:59", "00:00", "20261120"),
        ("2026-11-21 03:59", "04:00", "20261120"),
        ("2026-11-21 04:00", "04:00", "20261121"),
    ],
)
def test_a_business_day_begins_at_the_hour_that_the_hall_chose(at: str, begins: str, day: str) -> None:
    assert business_day(ms(at), ZONE, begins) == day


@pytest.mark.req("M29", "S12")
def test_open_spans_holidays_and_the_days_worked_instead() -> None:
    assert schedule("20261123", None, ZONE) is None
    assert schedule("20261123", HOURS, ZONE) == (
        (ms("2026-11-23 08:30"), ms("2026-11-23 12:00")),
        (ms("2026-11-23 14:00"), ms("2026-11-23 17:30")),
    )
    assert schedule("20261001", HOURS, ZONE) == ()
    assert schedule("20261010", HOURS, ZONE) == (
        (ms("2026-10-10 08:30"), ms("2026-10-10 12:00")),
        (ms("2026-10-10 14:00"), ms("2026-10-10 17:30")),
    )
    assert schedule("20261011", HOURS, ZONE) == ()


@pytest.mark.req("S12")
def test_with_tickets_at_lunch_the_day_is_one_span() -> None:
    through = HoursTable(mon="08:30-12:00 14:00-17:30", lunch="tickets")
    assert schedule("20261123", through, ZONE) == ((ms("2026-11-23 08:30"), ms("2026-11-23 17:30")),)


@pytest.mark.req("M16")
def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days("20260929", HOURS, 4) == ("20260930", "20261005", "20261006", "20261007")
    assert working_days("20261008", HOURS, 2) == ("20261009", "20261010")
    assert working_days("20261120", None, 2) == ("20261123", "20261124")


class Clocks:
    """A computer's clock that can be set, and one that only grows."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000_000, 5_000

    def pass_time(self, clock: HallClock, seconds: int) -> None:
        for _ in range(seconds):
            self.wall += 1000
            self.steady += 1000
            clock.look()


def hall_clock(clocks: Clocks, start: int = 0) -> HallClock:
    return HallClock(start=start, wall=lambda: clocks.wall, steady=lambda: clocks.steady)


def test_a_clock_that_jumps_back_never_takes_hall_time_back() -> None:
    clocks = Clocks()
    clock = hall_clock(clocks)
    before = clock.now()
    clocks.wall -= 3_600_000
    clocks.pass_time(clock, 10)
    assert before + 9_000 < clock.now() <= before + 10_000


def test_a_clock_that_jumped_forward_is_believed_after_a_minute() -> None:
    clocks = Clocks()
    clock = hall_clock(clocks)
    before = clock.now()
    clocks.wall += 86_400_000
    clocks.pass_time(clock, 59)
    assert clock.now() == before + 59_000
    clocks.pass_time(clock, 5)
    assert clock.now() == before + 64_000 + 86_400_000


def test_a_jump_that_was_taken_back_within_a_minute_was_none() -> None:
    clocks = Clocks()
    clock = hall_clock(clocks)
    before = clock.now()
    clocks.wall += 86_400_000
    clocks.pass_time(clock, 30)
    clocks.wall -= 86_400_000
    clocks.pass_time(clock, 90)
    assert clock.now() == before + 120_000


def test_hall_time_begins_where_the_journal_ends() -> None:
    clocks = Clocks()
    assert hall_clock(clocks, start=clocks.wall + 7_000).now() == clocks.wall + 7_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code,service\n", ":1: the columns have to be code,service,from,to"),
        ("code,service,from,to\n12,A,2026-11-23 09:00,2026-11-23 09:30\n", ":2: code '12'; it has 4 to 6 digits"),
        ("code,service,from,to\n1234,A,9,10\n", ":2: from and to are written as"),
        ("code,service,from,to\n1234,A,2026-11-23 10:00,2026-11-23 09:00\n", "ends before it begins"),
        (
            "code,service,from,to\n" + 2 * "1234,A,2026-11-23 09:00,2026-11-23 09:30\n",
            ":3: code 1234 stands here twice",
        ),
    ],
)
@pytest.mark.req("M24")
def test_what_is_wrong_with_a_list_of_appointments_is_said(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AppointmentError) as caught:
        read_appointments(file, ZONE)
    assert words in str(caught.value)


@pytest.mark.req("M24")
def test_a_list_that_a_spreadsheet_saved_as_gbk_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("code,service,from,to\n1234,户,2026-11-23 09:00,2026-11-23 09:30\n".encode("gbk"))
    with pytest.raises(AppointmentError, match="save it as CSV UTF-8"):
        read_appointments(file, ZONE)
