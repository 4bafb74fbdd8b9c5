"""What devices say of themselves, as maintainers read it: no terminal is moved by it, and no page grows without end."""

from pathlib import Path

from hardware.contract import Status, decode_status, encode
from hardware.health import Health
from hub.cli.table import table
from hub.config import load_hall
from hub.known import Known
from hub.rules.availability import CHANGES_MAX, Availability
from hub.rules.events import DeviceReported
from hub.upkeep import FAULTS_MAX, OVER_MAX, Upkeep

EXAMPLE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
SECOND = 1000


def reported(at: int, what: str) -> DeviceReported:
    return DeviceReported(device="dispenser-1", state="ready", boot=1, alerts={"printer": what} if what else {}, at=at)


def test_a_firmwares_name_moves_no_cursor() -> None:
    assert table(["固件"], [["\x1b[2J\x1b]0;x\x07 1\n"]]) == "固件\n?[2J?]0;x? 1?"


def test_a_cover_that_chatters_for_days_leaves_the_latest_faults_and_those_that_are_not_over() -> None:
    upkeep, times = Upkeep(load_hall(str(EXAMPLE))), 2 * FAULTS_MAX
    upkeep.follow([DeviceReported(device="pad-1", state="lost", boot=1, alerts={}, at=1)], 1)
    for at in range(2, times):
        upkeep.follow([reported(at * SECOND, "cover-open" if at % 2 else "")], at * SECOND)
    told = list(upkeep.tickets(times * SECOND))
    assert len(told) == OVER_MAX + 2
    assert [(one.device, one.what) for one in told[:2]] == [("pad-1", "lost"), ("dispenser-1", "cover-open")]
    assert [one.until for one in told[2:4]] == [(times - 2) * SECOND, (times - 4) * SECOND]
    assert len(upkeep._log.faults) <= FAULTS_MAX
    assert upkeep.percent("dispenser-1", times * SECOND) == 50.0


def test_what_is_remembered_of_its_use_has_an_end() -> None:
    use = Availability()
    for at in range(3 * CHANGES_MAX):
        use.take(at * SECOND, [reported(at * SECOND, "cover-open" if at % 2 else "")])
    assert len(use._of["dispenser-1"]) <= CHANGES_MAX


def test_a_clock_that_leapt_from_1970_and_a_radio_that_knows_nothing_are_a_fault_of_the_clock_alone() -> None:
    leap = encode(Status(state="ready", boot=1, health=Health(drift_ms=1_795_237_200_000, rssi=31)))
    known = Known(load_hall(str(EXAMPLE)))
    known.note("pad-1", decode_status(leap), 1)
    assert [(one.device, one.faults) for one in known.findings({}, {}, {})] == [("pad-1", {"clock": "drift"})]
