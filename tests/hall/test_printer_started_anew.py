"""A dispenser that was started anew while the hub was away has forgotten its job: it gets it as what it is, a copy."""

from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import PrintDoubted, TicketPrinted
from sim import Hall

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-counters.toml"


def has(hall: Hall, kind: type) -> bool:
    return any(isinstance(fact, kind) for row in read_rows(hall.journal) for fact in row.content().facts)


def has_heard(hall: Hall, device: str) -> bool:
    return any(row.device == device for row in read_rows(hall.journal))


@pytest.mark.req("M4")
@pytest.mark.parametrize("first", ["dispenser", "hub"])
async def test_a_paper_that_is_out_is_not_printed_again_unmarked(tmp_path: Path, first: str) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8") + "\n[rules]\ndoubt_s = 1\n", encoding="utf-8")
    async with Hall(file) as hall:
        slips = lambda: hall.device("dispenser-1").now().slips  # noqa: E731
        await hall.press("dispenser-1", "A")
        await hall.until(lambda: bool(slips()))
        hall.freeze("dispenser-1")
        await hall.kill_hub()
        assert not has(hall, TicketPrinted), "the hub does not know of the paper"
        await hall.power_cut("dispenser-1")
        hall.mend("dispenser-1")
        await hall.until(lambda: not hall.device("dispenser-1").online)
        jobs: list[bytes] = []
        hall.programs().ear.on_heard = lambda _device, leaf, said: jobs.append(said) if leaf == "job" else None
        if first == "hub":
            await hall.start_hub()
            await hall.press("pad-1", "next")
            await hall.until(lambda: has_heard(hall, "pad-1"))
            assert jobs == [], "who is lost may be just starting, and hear it before the hub hears of the start"
        await hall.power_on("dispenser-1")
        await hall.until(lambda: hall.device("dispenser-1").online)
        await hall.start_hub()
        await hall.until(lambda: has(hall, PrintDoubted))
        await hall.until(lambda: len(slips()) > 1)
        first_slip, second_slip = slips()
        assert first_slip.text[1] == second_slip.text[1] == "A001"
        assert ["补打" in "".join(slip.text) for slip in (first_slip, second_slip)] == [False, True]
