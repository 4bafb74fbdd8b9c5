"""What the hall screen shows, from hall, state and time alone; every situation made by the rules themselves."""

import shutil
from pathlib import Path

import msgspec
import pytest

from hub.calendar import next_opening
from hub.config import Hall, load_hall
from hub.rules import commands
from hub.rules.case import Refusal
from hub.rules.decide import decide
from hub.screen import CallNow, CounterNow, PersonNow, screen, zones_of
from hub.screen_words import as_of, opening, week
from tests.rules.situations import HOUR, NOW, OPENS, SPANS, Scene

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = "20261123"
HOURS = '[hours]\nmon = "08:30-11:30 13:30-16:30"\ntue = "09:00-12:00"\nlunch = "closed"\nholidays = ["2026-11-24"]\n'
CHEN = PersonNow(id="027001", name="陈建国", kind="民警", phone="027-5550121", photo="photos/027001")
IDLE = CounterNow(
    number=1,
    name="户籍专窗",
    services=("户籍", "出入境"),
    status="idle",
    status_words="空闲",
    ticket="",
    absence=(),
    waiting=0,
    person=CHEN,
    arrow="←",
)
ALIVE = ("dispenser-1", "pad-1", "pad-2")


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    shutil.copytree(EXAMPLES / "photos", tmp_path / "photos")
    file = tmp_path / "hall.toml"
    file.write_text((EXAMPLES / "full-hall.toml").read_text(encoding="utf-8") + HOURS, encoding="utf-8")
    return load_hall(file)


@pytest.fixture
def scene(hall: Hall) -> Scene:
    """A hall that has opened, with all its devices and a clerk at counter 1."""
    scene = Scene(hall.plan).do(commands.OpenDay(day=DAY, spans=SPANS), commands.SignIn(counter=1, person="027001"))
    return scene.do(*(commands.ReportDevice(device=name, state="ready", boot=1, alerts={}) for name in ALIVE))


def take(scene: Scene, serial: int, service: str = "A", klass: str = "ordinary") -> None:
    ticket = commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service=service, klass=klass)
    scene.do(ticket, commands.ConfirmPrint(dispenser="dispenser-1", job=f"{DAY}-{serial:06}"))


@pytest.mark.req("M1", "M20")
def test_a_counter_at_work_and_one_where_nobody_is(hall: Hall, scene: Scene) -> None:
    shown = screen(hall, scene.state, NOW)
    assert shown.counters[0] == IDLE
    second = shown.counters[1]
    assert (second.status_words, second.person, second.waiting, second.absence) == ("暂停服务", None, None, ())
    assert (shown.fault, shown.banner, shown.troubles, shown.calls) == ("", "", (), ())
    assert (shown.phase_words, shown.hours) == ("上班", "取号至11:30")


def test_a_call_is_news_for_a_minute_and_then_only_in_the_table(hall: Hall, scene: Scene) -> None:
    take(scene, 1)
    take(scene, 2)
    scene.do(commands.CallNext(counter=1))
    shown = screen(hall, scene.state, NOW + 59_999)
    call = CallNow(number="A001", counter=1, words="请A001号到1号窗口", arrow="←", at=NOW, until=NOW + 60_000)
    assert shown.calls == (call,)
    called = msgspec.structs.replace(IDLE, status="called", status_words="正在呼叫", ticket="A001", waiting=1)
    assert shown.counters[0] == called
    assert [(one.code, one.waiting) for one in shown.services] == [("A", 1), ("B", 0), ("C", 0)]
    later = screen(hall, scene.state, NOW + 60_000)
    assert later.calls == ()
    assert (later.counters[0].status_words, later.counters[0].ticket) == ("办理中", "A001")


def test_the_latest_call_stands_first_and_a_recall_is_a_call(hall: Hall, scene: Scene) -> None:
    scene.do(commands.SignIn(counter=2, person="027003"))
    take(scene, 1)
    take(scene, 2)
    scene.do(commands.CallNext(counter=1)).later(1_000).do(commands.CallNext(counter=2)).later(4_000)
    assert [call.number for call in screen(hall, scene.state, scene.now).calls] == ["A002", "A001"]
    scene.do(commands.Recall(counter=1))
    assert [call.number for call in screen(hall, scene.state, scene.now).calls] == ["A001", "A002"]


@pytest.mark.req("M17", "M31")
def test_who_is_away_is_not_shown_but_why_and_until_when(hall: Hall, scene: Scene) -> None:
    scene.do(commands.Pause(counter=1, reason="开会", back_at=NOW + HOUR // 2, phone="5550199"))
    one = screen(hall, scene.state, NOW).counters[0]
    assert (one.status_words, one.absence) == ("暂停服务", ("开会", "10:00返回", "电话5550199"))
    assert (one.person, one.waiting) == (None, None)


@pytest.mark.req("M28", "M29")
@pytest.mark.parametrize(
    ("after_h", "phase", "hours"),
    [
        (-1, "未上班", "今日08:30开始取号"),
        (1, "上班", "取号至11:30"),
        (4, "午休", "今日13:30继续取号"),
        (8, "下班", "11月30日（周一）08:30开始取号"),
    ],
)
def test_the_hall_says_what_is_now_and_when_it_opens(
    hall: Hall, scene: Scene, after_h: int, phase: str, hours: str
) -> None:
    shown = screen(hall, scene.state, OPENS + after_h * HOUR)
    assert (shown.phase_words, shown.hours, shown.banner) == (phase, hours, "")
    assert shown.counters[0].status_words == {"上班": "空闲"}.get(phase, phase)
    assert shown.counters[1].person is None
    assert shown.counters[1].status_words == {"上班": "暂停服务"}.get(phase, phase)


@pytest.mark.req("M28")
def test_after_hours_those_who_hold_a_number_are_served(hall: Hall, scene: Scene) -> None:
    take(scene, 1)
    shown = screen(hall, scene.state, OPENS + 9 * HOUR)
    assert (shown.phase_words, shown.banner) == ("延时", "停止取号，继续办理")


@pytest.mark.req("M41")
def test_a_hub_that_cannot_write_and_devices_that_are_lost(hall: Hall, scene: Scene) -> None:
    assert screen(hall, scene.state, NOW, is_broken=True).fault == "系统故障，请听从引导员安排"
    empty = {"printer": "paper-out"}
    scene.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts=empty))
    scene.do(commands.ReportDevice(device="pad-1", state="lost", boot=1, alerts={}))
    assert screen(hall, scene.state, NOW).troubles == (
        "取号机暂不出票，请记住屏上号码",
        "1号窗口人工叫号，请听现场呼叫",
    )
    scene.do(commands.ReportDevice(device="dispenser-1", state="lost", boot=1, alerts={}))
    assert screen(hall, scene.state, NOW).troubles[0] == "取号机故障，请到引导台取号"
    assert screen(hall, scene.state, OPENS - HOUR).troubles == ()


@pytest.mark.req("S2")
def test_a_zone_shows_only_what_lies_there(hall: Hall, scene: Scene) -> None:
    assert zones_of(hall) == ("办理区",)
    assert len(screen(hall, scene.state, NOW, zone="办理区").counters) == 2
    nowhere = screen(hall, scene.state, NOW, zone="别处")
    assert (nowhere.counters, nowhere.services, nowhere.calls) == ((), (), ())


@pytest.mark.req("M21", "M29", "M35", "M50", "S15")
def test_the_pages_stand_in_order_with_version_and_date(hall: Hall, scene: Scene) -> None:
    pages = screen(hall, scene.state, NOW).pages
    assert [page.title for page in pages] == [
        "办公时间",
        "办理事项",
        "联系我们",
        "办事指南 户籍",
        "收费公示",
        "便民服务",
        "窗口工作人员",
        "码上监督",
    ]
    assert [len(page.blocks) for page in pages] == [5, 3, 2, 8, 4, 3, 1, 1]
    assert {page.foot for page in pages[:4]} == {"版本 2026-2　2026年7月1日起施行"}
    assert pages[4].foot == "版本 2026-1　2026年1月1日起施行"
    assert pages[-1].dwell_ms == 20_000


@pytest.mark.req("M18", "M40")
def test_no_class_and_no_identity_is_in_any_snapshot(hall: Hall, scene: Scene) -> None:
    plain = msgspec.json.encode(screen(hall, called(hall, scene, "ordinary"), NOW))
    other = msgspec.json.encode(screen(hall, called(hall, scene, "elderly"), NOW))
    assert plain == other


def called(hall: Hall, scene: Scene, klass: str) -> object:
    """Return the state of a fresh hall in which a ticket of a class, and with an identity, was called."""
    fresh = Scene(hall.plan).do(commands.OpenDay(day=DAY, spans=SPANS), commands.SignIn(counter=1, person="027001"))
    ticket = commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", klass=klass, identity="f" * 32)
    fresh.do(ticket, commands.ConfirmPrint(dispenser="dispenser-1", job=f"{DAY}-000001"))
    fresh.do(commands.CallNext(counter=1))
    return fresh.state


def test_to_look_changes_nothing(hall: Hall, scene: Scene) -> None:
    take(scene, 1)
    before = msgspec.json.encode(msgspec.structs.asdict(scene.state)["counters"])
    screen(hall, scene.state, NOW)
    assert msgspec.json.encode(scene.state.counters) == before
    assert not isinstance(decide(scene.state, hall.plan, commands.CallNext(counter=1), NOW), Refusal)


def test_words_of_hours_and_dates(hall: Hall) -> None:
    assert opening(OPENS, OPENS - 10 * HOUR, hall.zone) == "明日08:30"
    assert as_of("", "") == ""
    assert week(("a", "a", "b", "", "", "", "")) == [("周一至周二", "a"), ("周三", "b"), ("周四至周日", "休息")]
    assert next_opening(NOW, None, hall.zone) is None
    assert next_opening(NOW, hall.hours, hall.zone) == SPANS[1][0]
