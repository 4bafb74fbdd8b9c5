"""Jobs of a device on a Raspberry Pi: put together, done once and in order, answers remembered."""

import asyncio

import pytest

from hardware.agent_printer import PrinterDesk
from hardware.contract import JOB_PART_BYTES, JOB_WHOLE_BYTES, BadMessageError, Print, Why, split_job
from hardware.jobs import JOBS_REMEMBERED, JOBS_WAITING, Jobs
from tests.contract.waiting import until

FIRST = "20261121-000001"


class FakePrinter:
    """A printer of the tests: it prints at once, or says what it is told to say, or fails."""

    def __init__(self) -> None:
        self.printed: list[bytes] = []
        self.why: Why | None = None
        self.error: OSError | None = None
        self.asked = 0

    def put_out(self, data: bytes) -> Why | None:
        if self.error:
            raise self.error
        self.printed.append(data)
        return self.why

    def check(self) -> Why | None:
        self.asked += 1
        if self.error:
            raise self.error
        return self.why

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def answers() -> list[tuple[str, Why | None]]:
    return []


@pytest.fixture
def jobs(answers: list[tuple[str, Why | None]]) -> Jobs:
    return Jobs(answer=lambda job, why: answers.append((job, why)))


def job_id(serial: int) -> str:
    return f"20261121-{serial:06d}"


async def test_a_job_is_given_once_however_often_it_comes(jobs: Jobs) -> None:
    for _ in range(3):
        jobs.hear(Print(do="print", id=FIRST, data=b"paper"))
    assert await jobs.next(1) == (FIRST, b"paper")
    jobs.hear(Print(do="print", id=FIRST, data=b"paper"))
    assert await jobs.next(0.01) is None


async def test_parts_become_one_job(jobs: Jobs) -> None:
    data = bytes(range(256)) * 30
    parts = split_job(FIRST, data)
    assert len(parts) == 3
    for part in parts:
        jobs.hear(part)
    assert await jobs.next(1) == (FIRST, data)


@pytest.mark.parametrize("order", [(2, 3, 1), (1, 3, 2), (1, 1, 3), (2, 1, 3)])
async def test_parts_out_of_order_are_no_job(jobs: Jobs, order: tuple[int, ...]) -> None:
    parts = split_job(FIRST, b"x" * (JOB_PART_BYTES * 2 + 1))
    for number in order:
        jobs.hear(parts[number - 1])
    assert await jobs.next(0.01) is None


async def test_parts_that_begin_anew_are_taken_anew(jobs: Jobs) -> None:
    data = b"x" * (JOB_PART_BYTES + 1)
    parts = split_job(FIRST, data)
    for part in (parts[0], parts[0], parts[1]):
        jobs.hear(part)
    assert await jobs.next(1) == (FIRST, data)


@pytest.mark.parametrize(
    "bad",
    [Print(do="print", id=FIRST, data=b"", part=2), Print(do="print", id=FIRST, data=b"x" * (JOB_PART_BYTES + 1))],
)
async def test_sizes_that_make_no_sense_are_refused(jobs: Jobs, bad: Print) -> None:
    with pytest.raises(BadMessageError, match=FIRST):
        jobs.hear(bad)


async def test_jobs_keep_their_order_and_one_too_many_is_ignored(jobs: Jobs) -> None:
    jobs.hear(Print(do="print", id=job_id(0), data=b"0"))
    assert await jobs.next(1) == (job_id(0), b"0")
    for serial in range(1, JOBS_WAITING + 2):
        jobs.hear(Print(do="print", id=job_id(serial), data=b"%d" % serial))
    for serial in range(1, JOBS_WAITING + 1):
        assert await jobs.next(1) == (job_id(serial), b"%d" % serial)
    assert await jobs.next(0.01) is None


async def test_a_finished_job_is_answered_again_by_its_last_part(
    jobs: Jobs, answers: list[tuple[str, Why | None]]
) -> None:
    parts = split_job(FIRST, b"x" * (JOB_PART_BYTES + 1))
    for part in parts:
        jobs.hear(part)
    await jobs.next(1)
    jobs.finish(FIRST, "cutter")
    for part in parts:
        jobs.hear(part)
    assert answers == [(FIRST, "cutter"), (FIRST, "cutter")]


async def test_sixteen_jobs_are_remembered(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    for serial in range(JOBS_REMEMBERED + 1):
        jobs.hear(Print(do="print", id=job_id(serial), data=b""))
        await jobs.next(1)
        jobs.finish(job_id(serial), None)
    answers.clear()
    for serial in range(JOBS_REMEMBERED + 1):
        jobs.hear(Print(do="print", id=job_id(serial), data=b""))
    assert answers == [(job_id(serial), None) for serial in range(1, JOBS_REMEMBERED + 1)]
    assert await jobs.next(1) == (job_id(0), b"")


async def test_too_large_a_job_fails_and_is_not_done(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    count = JOB_WHOLE_BYTES // JOB_PART_BYTES + 1
    for part in range(1, count + 1):
        jobs.hear(Print(do="print", id=FIRST, data=b"x" * JOB_PART_BYTES, part=part, parts=count))
    assert answers == [(FIRST, "too-large")]
    assert await jobs.next(0.01) is None


async def worked(jobs: Jobs, printer: FakePrinter | None, answers: list[tuple[str, Why | None]]) -> list[Why | None]:
    """Let a printer's desk do one job; return the alerts that it set."""
    alerts: list[Why | None] = []
    desk = asyncio.create_task(PrinterDesk(printer=printer, jobs=jobs, set_alert=alerts.append).run())
    try:
        if printer:
            await until(lambda: printer.asked)
        jobs.hear(Print(do="print", id=FIRST, data=b"paper"))
        await until(lambda: answers)
    finally:
        desk.cancel()
        await asyncio.gather(desk, return_exceptions=True)
    return alerts


async def test_a_printer_does_its_job(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    printer = FakePrinter()
    assert await worked(jobs, printer, answers) == [None, None]
    assert (printer.printed, answers) == ([b"paper"], [(FIRST, None)])


async def test_why_a_job_failed_is_the_printers_alert_too(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    printer = FakePrinter()
    printer.why = "paper-out"
    assert await worked(jobs, printer, answers) == ["paper-out", "paper-out"]
    assert answers == [(FIRST, "paper-out")]


async def test_after_a_doubt_the_printer_is_asked_how_it_is(
    jobs: Jobs, answers: list[tuple[str, Why | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = FakePrinter()
    monkeypatch.setattr(printer, "put_out", lambda _data: "in-doubt")
    assert await worked(jobs, printer, answers) == [None, None]
    assert answers == [(FIRST, "in-doubt")]


async def test_a_port_that_fails_leaves_the_job_in_doubt(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    printer = FakePrinter()
    printer.error = OSError("unplugged")
    assert await worked(jobs, printer, answers) == ["no-answer", "no-answer"]
    assert answers == [(FIRST, "in-doubt")]


async def test_a_device_without_a_printer_says_so(jobs: Jobs, answers: list[tuple[str, Why | None]]) -> None:
    assert await worked(jobs, None, answers) == []
    assert answers == [(FIRST, "unsupported")]
