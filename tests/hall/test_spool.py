"""Papers in a hall: in order, next door where a printer is not well, asked for where nobody knows, copied by name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.rules.events import (
    PrintDoubted,
    PrintMoved,
    PrintRepeated,
    SlipEnded,
    TicketPrinted,
    TicketTaken,
    TicketVoided,
    TicketVouched,
)
from tests.contract.waiting import stays
from tests.hall.staffed import CHEN, SUN, StaffedHall, device, staffed_hall

ZONE = 'zone = "门厅"'
SECOND = device("dispenser-2", "dispenser", "dispenser-pico", ZONE)
QUICK = "doubt_s = 1"


@asynccontextmanager
async def two_dispensers(folder: Path, rules: str = "") -> AsyncIterator[StaffedHall]:
    """Run a hall with two dispensers that stand in for each other."""
    async with staffed_hall(folder, count=1, who=(), rules=rules, dispenser=ZONE, more=SECOND) as hall:
        yield hall


async def breaks(hall: StaffedHall, name: str) -> None:
    """Let a dispenser run out of paper, and wait until the hub knows."""
    hall.printers[name].why = "paper-out"
    await hall.until(lambda: hall.agents[name]._alerts, f"{name} has not noticed")


async def waiting(hall: StaffedHall, count: int) -> None:
    await hall.shows("guide", f"等候{count}人")


@pytest.mark.req("M4", "M41")
async def test_without_paper_the_ticket_comes_out_next_door_and_the_panel_says_where(tmp_path: Path) -> None:
    async with two_dispensers(tmp_path) as hall:
        await breaks(hall, "dispenser-1")
        await hall.shows("dispenser-1", "到2号取号机取票")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "到2号取号机取票 A001")
        assert "A001" in await hall.paper("dispenser-2")
        await hall.shows("dispenser-2", "请取票 A001")
        await waiting(hall, 1)
        assert hall.printers["dispenser-1"].given == 0


async def test_what_fails_for_sure_comes_out_next_door_unmarked(tmp_path: Path) -> None:
    async with two_dispensers(tmp_path) as hall:
        hall.printers["dispenser-1"].why = "cutter"
        hall.printers["dispenser-1"].is_silent = True
        await hall.press("dispenser-1", "A")
        assert "补打" not in await hall.paper("dispenser-2")
        await hall.shows("dispenser-1", "到2号取号机取票 A001")
        assert (await hall.fact(PrintMoved)).why == "cutter"
        await waiting(hall, 1)


async def test_a_printer_gets_its_next_job_only_when_it_has_answered(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1) as hall:
        printer = hall.printers["dispenser-1"]
        printer.is_held.set()
        await hall.press("dispenser-1", "A", "B")
        await hall.until(lambda: printer.given == 1)
        await hall.until(lambda: len(hall.facts(TicketTaken)) == 2)
        assert len(hall.agents["dispenser-1"]._jobs._waiting) == 0, "the second job waits in the hub"
        printer.is_held.clear()
        assert ["A001" in await hall.paper(), "B001" in await hall.paper()] == [True, True]


async def test_who_presses_while_too_many_wait_is_told_so(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), rules="jobs_max = 1") as hall:
        printer = hall.printers["dispenser-1"]
        printer.is_held.set()
        await hall.press("dispenser-1", "A", "B")
        await hall.shows("dispenser-1", "正在出票 请稍候")
        printer.is_held.clear()
        assert "A001" in await hall.paper()
        assert len(hall.facts(TicketTaken)) == 1


async def test_jobs_outlive_the_hub_and_come_out_in_order_once(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=()) as hall:
        printer = hall.printers["dispenser-1"]
        printer.is_held.set()
        await hall.press("dispenser-1", "A", "B")
        await hall.begin_again()
        printer.is_held.clear()
        assert ["A001" in await hall.paper(), "B001" in await hall.paper()] == [True, True]
        await waiting(hall, 2)
        assert [one.serial for one in hall.facts(TicketPrinted)] == [1, 2]
        assert len(printer.papers) == 2


async def test_who_is_asked_and_has_his_ticket_says_so_by_the_same_key(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=()) as hall:
        hall.printers["dispenser-1"].dies_after = 10_000
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "A001拿到票了吗")
        await hall.shows("guide", "A001拿到票了吗")
        await hall.shows("duty", "核实是否出票 A001")
        await hall.until(lambda: "A" in hall.lamps["dispenser-1"].lit, "its lamp does not blink")
        await hall.press("dispenser-1", "A")
        await waiting(hall, 1)
        await hall.shows("dispenser-1", "请取票 A001")
        await hall.shows("duty", "正常")
        assert [one.by for one in hall.facts(TicketVouched)] == [""]
        assert len(hall.printers["dispenser-1"].papers) == 1


async def test_who_is_asked_and_says_nothing_gets_a_copy_that_says_so(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), rules=QUICK) as hall:
        hall.printers["dispenser-1"].dies_after = 40
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "A001拿到票了吗")
        copy = await hall.paper()
        assert "A001" in copy
        assert "（补打）" in copy
        await waiting(hall, 1)


async def test_the_guide_says_no_and_the_number_is_nobodys(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(SUN,)) as hall:
        await hall.sign_in("guide", SUN)
        hall.printers["dispenser-1"].dies_after = 40
        await hall.press("dispenser-1", "A")
        await hall.shows("guide", "A001拿到票了吗")
        await hall.do("guide", "cancel", "1001")
        await waiting(hall, 0)
        await hall.shows("dispenser-1", "请按键取号")
        assert [(one.why, one.by) for one in hall.facts(TicketVoided)] == [("cancelled", SUN)]
        assert "A002" in await hall.ticket()


async def test_a_copy_that_was_asked_for_bears_the_name_and_its_holder_keeps_his_place(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(CHEN, SUN)) as hall:
        await hall.sign_in("guide", SUN)
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.ticket()
        await hall.do("guide", "reprint", "1001")
        assert f"（补打 {SUN}）" in await hall.paper()
        await hall.fact(SlipEnded)
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "A001")


async def test_a_guide_prints_a_doubted_ticket_again_with_his_name(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(SUN,)) as hall:
        await hall.sign_in("guide", SUN)
        hall.printers["dispenser-1"].dies_after = 0
        await hall.press("dispenser-1", "A")
        await hall.shows("guide", "A001拿到票了吗")
        await hall.do("guide", "reprint", "1001")
        assert f"（补打 {SUN}）" in await hall.paper()
        assert (await hall.fact(PrintRepeated)).by == SUN
        await waiting(hall, 1)


@pytest.mark.req("M41")
async def test_nothing_old_comes_out_when_paper_is_back(tmp_path: Path) -> None:
    async with two_dispensers(tmp_path, "paperless = true\n" + QUICK) as hall:
        await breaks(hall, "dispenser-1")
        await breaks(hall, "dispenser-2")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "请记A001")
        await hall.press("dispenser-1", "A")
        await waiting(hall, 1)
        for printer in hall.printers.values():
            printer.why = None
        await hall.until(lambda: not any(agent._alerts for agent in hall.agents.values()), "it is not noticed")
        assert "A002" in await hall.ticket()
        await stays(lambda: papers_of(hall) == [1, 0], for_s=3, why=lambda: papers_of(hall))


def papers_of(hall: StaffedHall) -> list[int]:
    return [len(printer.papers) for printer in hall.printers.values()]


async def test_people_are_asked_at_once_about_what_a_device_owes_that_the_halls_file_has_no_more(
    tmp_path: Path,
) -> None:
    async with two_dispensers(tmp_path, QUICK) as hall:
        hall.printers["dispenser-1"].is_held.set()
        await hall.press("dispenser-1", "A", "B")
        await hall.until(lambda: len(hall.facts(TicketTaken)) == 2)
        await hall.hub.kill()
        text = hall.file.read_text(encoding="utf-8").replace('prints = "dispenser-1"', 'prints = "dispenser-2"')
        start = text.index('[[devices]]\nname = "dispenser-1"')
        gone = text[start : text.index("[[", start + 2)]
        hall.file.write_text(text.replace(gone, ""), encoding="utf-8")
        await hall.hub.start()
        try:
            await hall.shows("guide", "A001")
            assert (await hall.fact(PrintDoubted)).why == "lost"
        finally:
            hall.printers["dispenser-1"].is_held.clear()
