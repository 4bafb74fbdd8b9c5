"""Faults have somebody whose they are, and self-service devices a share of the day in which they were usable (M34)."""

import pytest

from hub.rules import commands, events
from hub.rules.availability import DAY_MS, Availability
from hub.rules.decide import decide
from hub.rules.fault_log import DECLARED, HUB, LOST, MISSING, Fault, fault_log
from hub.rules.health import EASE, FAST_DRIFT_MS, LOW_FREE_BYTES, found
from hub.rules.idle import is_free
from hub.upkeep import kind_of, party_of
from hub.upkeep_file import PartyTable, UpkeepTable
from tests.rules.situations import DAY, NOW, PLAN, SPANS, Scene

HOUR = DAY_MS // 24


def said(at: int, state: str = "ready", device: str = "d", **alerts: str) -> tuple[int, list[events.Fact]]:
    return at, [events.DeviceReported(device=device, state=state, boot=1, alerts=alerts, at=at)]


def share(*rows: tuple[int, list[events.Fact]], now: int = DAY_MS) -> float | None:
    use = Availability()
    for at, facts in rows:
        use.take(at, facts)
    use.forget_before(now - DAY_MS)
    return use.percent("d", now - DAY_MS, now)


@pytest.mark.req("M34")
def test_the_share_of_a_day_in_which_a_dispenser_could_be_used() -> None:
    assert share() is None
    assert share(said(0)) == 100.0
    assert share(said(0), said(6 * HOUR, "lost"), said(12 * HOUR)) == 75.0
    assert share(said(0), said(6 * HOUR, printer="near-end"), said(12 * HOUR)) == 100.0
    assert share(said(0), said(6 * HOUR, printer="paper-out"), said(18 * HOUR)) == 50.0
    assert share(said(12 * HOUR), said(18 * HOUR, "disconnected")) == 50.0, "before its first word nothing is known"
    assert share(said(0), said(30 * HOUR, "lost"), now=2 * DAY_MS) == 25.0, "what is older than a day does not count"
    assert share(said(0), said(6 * HOUR, "lost"), said(3 * HOUR)) == 100.0, "a clock that jumped back ends no time"


@pytest.mark.req("M34")
def test_a_declared_fault_takes_its_time_from_every_device() -> None:
    declared = (6 * HOUR, [events.FaultDeclared(device="pad-1", by="p1", at=6 * HOUR)])
    cleared = (12 * HOUR, [events.FaultCleared(device="pad-1", by="p1", at=12 * HOUR)])
    assert share(said(0), declared, cleared) == 75.0
    assert share(said(0), declared, said(9 * HOUR, "lost"), cleared, said(18 * HOUR)) == 50.0


@pytest.mark.req("M34", "M30")
def test_what_the_hub_finds_and_the_self_test_misses_are_faults_with_an_end() -> None:
    rows: list[tuple[int, int, list[events.Fact]]] = [
        (1, 10, [events.SelfTestMade(faults=("counter 1", "device d", "no-guide"), at=10)]),
        (2, 20, said(20)[1]),
        (3, 30, [events.HealthFound(device="d", faults={"memory": "low"}, at=30)]),
        (4, 40, [events.HealthFound(device="d", faults={"memory": "low", "update": "rolled-back"}, at=40)]),
        (5, 50, [events.HealthFound(device="d", faults={"update": "rolled-back"}, at=50)]),
        (6, 60, said(60, printer="cutter")[1]),
        (7, 70, [events.FaultDeclared(device="pad-1", by="p1", at=70)]),
        (8, 80, [events.FaultDeclared(device="pad-1", by="p1", at=70), *said(80, "lost")[1]]),
        (9, 90, [events.FaultCleared(device="duty", by="p2", at=90)]),
        (10, 100, [events.OutageNoted(what="broker", since=65, at=100)]),
    ]
    assert fault_log(rows) == [
        Fault(device="d", part="", what=MISSING, since=10, until=20),
        Fault(device="d", part="memory", what="low", since=30, until=50),
        Fault(device="d", part="update", what="rolled-back", since=40),
        Fault(device="d", part="printer", what="cutter", since=60, until=80),
        Fault(device=HUB, part="broker", what="outage", since=65, until=100),
        Fault(device="pad-1", part="hall", what=DECLARED, since=70, until=90),
        Fault(device="d", part="", what=LOST, since=80),
    ]


@pytest.mark.req("M34")
@pytest.mark.parametrize(
    ("part", "what", "station", "yard"),
    [
        ("printer", "paper-out", "派出所", "业务警种"),
        ("printer", "cutter", "警保处", "警保处"),
        ("printer", "no-answer", "科信支队", "科信支队"),
        ("", LOST, "科信支队", "科信支队"),
        ("", MISSING, "科信支队", "科信支队"),
        ("update", "rolled-back", "科信支队", "业务警种"),
        ("memory", "low", "科信支队", "科信支队"),
        ("hall", DECLARED, "派出所", "业务警种"),
        ("broker", "outage", "科信支队", "科信支队"),
        ("reader", "no-answer", "科信支队", "科信支队"),
    ],
)
def test_every_fault_is_somebodys(part: str, what: str, station: str, yard: str) -> None:
    fault = Fault(device="d", part=part, what=what, since=0)
    assert party_of(UpkeepTable(), fault).name == station
    assert party_of(UpkeepTable(site="bureau-yard"), fault).name == yard


@pytest.mark.req("M34")
def test_a_halls_file_says_otherwise_and_has_the_phones() -> None:
    table = UpkeepTable(
        faults={"lost": "repair"},
        parties={"repair": PartyTable(name="东湖后勤科", phone="027-5550123"), "tech": PartyTable(phone="027-5550199")},
    )
    lost, silent = (
        Fault(device="d", part=part, what=what, since=0) for part, what in (("", LOST), ("printer", "error"))
    )
    assert [party_of(table, one).name for one in (lost, silent)] == ["东湖后勤科", "东湖后勤科"]
    offline = party_of(table, Fault(device="d", part="printer", what="offline", since=0))
    assert (offline.name, offline.phone, offline.work) == ("科信支队", "027-5550199", "tech")
    assert kind_of(Fault(device="d", part="reader", what="broken", since=0)) == "other"


@pytest.mark.req("M34")
def test_memory_and_clock_are_found_once_and_do_not_come_and_go() -> None:
    assert found(None, None, {}) == {}
    assert found(LOW_FREE_BYTES - 1, FAST_DRIFT_MS + 1, {}) == {"memory": "low", "clock": "drift"}
    assert found(LOW_FREE_BYTES, -FAST_DRIFT_MS, {}) == {}
    both = {"memory": "low", "clock": "drift"}
    assert found(EASE * LOW_FREE_BYTES - 1, -FAST_DRIFT_MS // EASE - 1, both) == both
    assert found(EASE * LOW_FREE_BYTES, FAST_DRIFT_MS // EASE, both) == {}
    assert found(None, None, both) == both, "who says nothing changes nothing"


@pytest.mark.req("M34")
def test_a_finding_is_kept_once_and_over_a_night() -> None:
    scene = Scene().do(commands.OpenDay(day=DAY, spans=SPANS))
    note = commands.NoteHealth(device="d", faults={"clock": "drift"})
    scene.do(note)
    assert decide(scene.state, PLAN, note, NOW) == []
    opened = decide(scene.state, PLAN, commands.OpenDay(day="20261124"), NOW)
    assert isinstance(opened, list)
    assert [fact.faults for fact in opened if isinstance(fact, events.HealthFound)] == [{"clock": "drift"}]
    scene.do(commands.NoteHealth(device="d", faults={}))
    assert scene.state.health == {}


def test_a_device_is_free_while_nobody_is_served_with_it() -> None:
    scene = Scene().do(commands.OpenDay(day=DAY, spans=SPANS))
    scene.do(commands.ReportDevice(device="d", state="ready", boot=1, alerts={}))

    def free(name: str, counter: int | None, now: int = NOW) -> bool:
        return is_free(scene.state, name, counter, now, quiet_ms=60_000)

    assert free("d", None)
    assert free("pad-1", 1)
    scene.do(commands.TakeTicket(dispenser="d", key="A", boot=1, service="A"))
    assert not free("d", None, NOW + HOUR), "its paper is on its way"
    ticket = scene.state.by_number["A001"]
    scene.do(commands.ConfirmPrint(dispenser="d", job=ticket.job))
    assert (free("d", None, NOW + 59_999), free("d", None, NOW + 60_000)) == (False, True)
    scene.do(commands.SignIn(counter=1, person="p1"), commands.CallNext(counter=1))
    assert (free("pad-1", 1, NOW + HOUR), free("pad-2", 2, NOW + HOUR)) == (False, True)
