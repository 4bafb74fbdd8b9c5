"""The page of a ticket's own queue: what it says in every state, who can open it, and for how long (M38)."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.config import HallError
from hub.forms import MINUTE_MS
from hub.plans import CLASSES
from hub.progress_codes import DIGEST_LETTERS, code_of, serial_of
from hub.rules import commands
from hub.secrets import CHECK_LETTERS, Secrets
from hub.slips import ticket_of
from printers.forms import Forms
from printers.profile import profile, profiles
from printers.qr import matrix, side_of
from sim.paper import Slip, read_slips
from tests.outside.looked_at import DAY, NEXT_DAY, SECRETS, SPANS, Answered, LookedAt, busy, hall_in

SIGNED_IN = commands.SignIn(counter=2, person="027002")


@pytest.fixture
def hall(tmp_path: Path) -> LookedAt:
    return busy(tmp_path)


def lines(answered: Answered) -> list[str]:
    """What stands on the page, without the head and the foot."""
    main = answered.text.split("<main")[1].split("</main>")[0].partition(">")[2]
    return [line.strip() for line in re.sub(r"<[^>]+>", "\n", main).split("\n") if line.strip()]


async def page(hall: LookedAt, serial: int) -> list[str]:
    answered = await hall.ask(f"/t/{hall.code(serial)}")
    assert answered.status == 200
    return lines(answered)


@pytest.mark.req("M38", "M49")
async def test_who_waits_sees_his_own_queue_and_whom_to_ask(hall: LookedAt) -> None:
    assert await page(hall, 6) == [
        "您的号码",
        "A006",
        "户籍　09:30取号",
        "排队等候中",
        "前面等候",
        "3人",
        "预计等候",
        "约25分钟",
        "快到您了，请在厅内等候，留意叫号。",
        "09:31 更新。以大厅叫号为准。",
    ]
    text = (await hall.ask(f"/t/{hall.code(6)}")).text
    assert "咨询电话：027-5550116" in text
    assert "监督投诉电话：12345 / 12389" in text


@pytest.mark.req("M38", "M40")
async def test_nothing_of_anybody_else_is_on_it(hall: LookedAt) -> None:
    named = [words for words, _ in CLASSES.values() if words and words not in [one.name for one in hall.hall.services]]
    for serial, own in enumerate(("A001", "A002", "A003", "A004", "A005", "A006", "B001", "C001"), 1):
        text = (await hall.ask(f"/t/{hall.code(serial)}")).text
        assert set(re.findall(r"\b[A-Z]\d{3}\b", text)) == {own}
        assert [word for word in (*named, "陈建国", "027001", "elderly", "soldier", "9f9f") if word in text] == []


async def test_how_many_are_before_a_number_is_how_many_are_called_before_it(hall: LookedAt) -> None:
    hall.take(9, klass="elderly")
    hall.do(SIGNED_IN, commands.CallNext(counter=2))
    hall.scene.later(MINUTE_MS)
    hall.do(commands.Transfer(counter=2, service="A", to_counter=1, reason="1"))
    hall.do(commands.SignOut(counter=2))
    waiting = [one for one in hall.scene.state.tickets.values() if one.state == "waiting" and one.service != "C"]
    said = {one.number: (await page(hall, one.serial)) for one in waiting}
    order = []
    hall.do(commands.Finish(counter=1, result="1"))
    for _ in waiting:
        hall.scene.later(MINUTE_MS)
        hall.do(commands.CallNext(counter=1))
        order.append(hall.scene.state.counter(1).ticket.number)  # type: ignore[union-attr]
        hall.scene.later(MINUTE_MS)
        hall.do(commands.Finish(counter=1, result="1"))
    told = {number: found[found.index("前面等候") + 1] for number, found in said.items()}
    words = {number: f"{at}人" if at else "无人，下一个可能就是您" for at, number in enumerate(order)}
    assert told == words


@pytest.mark.req("M38")
async def test_every_state_is_said_in_words_with_what_to_do(hall: LookedAt) -> None:
    assert (await page(hall, 1))[3:5] == ["请到1号窗口", "正在叫您的号，请带好材料前往。"]
    assert (await page(hall, 2))[3:5] == ["已办结", "欢迎对本次服务作出评价。"]
    assert "目前没有窗口叫号，暂时无法估计" in await page(hall, 8)
    hall.scene.later(MINUTE_MS)
    hall.do(commands.Begin(counter=1))
    assert (await page(hall, 1))[3] == "正在1号窗口办理"
    hall.do(commands.Park(counter=1))
    assert (await page(hall, 1))[3:5] == ["暂缓办理", "请按工作人员的告知准备，备好后回到1号窗口。"]
    hall.do(commands.CallNext(counter=1))
    hall.scene.later(MINUTE_MS)
    hall.do(commands.MarkNoShow(counter=1))
    assert (await page(hall, 3))[3:5] == ["已过号", "再叫3个号后自动恢复排队，请留在厅内。"]
    hall.do(commands.CancelTicket(number="A006", by="027003"))
    assert (await page(hall, 6))[3] == "号码已取消"
    hall.present.changed(True)
    assert (await page(hall, 5))[3] == "系统故障，请听从引导员安排"


@pytest.mark.req("M38")
async def test_a_code_is_worthless_after_its_day_and_one_page_answers_all_that_are_unknown(hall: LookedAt) -> None:
    mine = hall.code(6)
    assert (await hall.ask(f"/t/{mine.lower()}")).status == 200
    hall.scene.later(20 * 3_600_000)
    hall.do(commands.OpenDay(day=NEXT_DAY, spans=SPANS))
    old = await hall.ask(f"/t/{mine}")
    assert old.status == 404
    assert lines(old)[0] == "此二维码已失效"
    wrong = ("A006", "-" * 18, mine[:-1], mine + "2", "号" * 18, hall.code(6, NEXT_DAY), hall.code(1, NEXT_DAY), "%00")
    assert {(await hall.ask(f"/t/{one}", client=one)).body for one in wrong} == {old.body}


def test_a_code_cannot_be_guessed_from_others_or_made_without_the_halls_key() -> None:
    assert DIGEST_LETTERS * 5 >= 64
    codes = {code_of(SECRETS, day, serial)[-DIGEST_LETTERS:] for day in (DAY, NEXT_DAY) for serial in range(1, 500)}
    assert len(codes) == 998
    mine = code_of(SECRETS, DAY, 6)
    assert serial_of(SECRETS, DAY, mine) == 6
    changed = [mine[:at] + other + mine[at + 1 :] for at in range(len(mine)) for other in CHECK_LETTERS]
    assert {serial_of(SECRETS, DAY, one) for one in changed if one != mine} == {None}
    assert serial_of(Secrets(passwords={}, key="00" * 32), DAY, mine) is None
    assert serial_of(SECRETS, "", code_of(SECRETS, "", 6)) is None


async def test_who_tries_codes_waits_soon_and_nobody_else_does(hall: LookedAt) -> None:
    tried = [(await hall.ask(f"/t/{hall.code(at, NEXT_DAY)}", client="10.0.0.66")).status for at in range(1, 30)]
    assert tried == [404] * 10 + [429] * 19
    refused = await hall.ask(f"/t/{hall.code(6)}", client="10.0.0.66")
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert {(await hall.ask(f"/t/{hall.code(6)}", client="10.0.0.67")).status for _ in range(100)} == {200}
    hall.seconds += 10
    assert (await hall.ask(f"/t/{hall.code(6)}", client="10.0.0.66")).status == 200


async def test_there_is_no_page_where_the_hall_wants_none(tmp_path: Path) -> None:
    hall = busy(tmp_path, more="")
    assert (await hall.ask(f"/t/{hall.code(6)}")).body == b"Not Found"
    assert ticket_slip(hall, "generic-58").qr == [hall.hall.file.ticket.supervision]


def ticket_slip(hall: LookedAt, printer: str) -> Slip:
    one = profile(printer)
    data = ticket_of(hall.hall, Forms(), SECRETS, hall.scene.state.tickets[6], 600_000, one)
    (slip,) = read_slips(data, width_dots=one.width_dots)
    return slip


@pytest.mark.req("M38", "M49")
@pytest.mark.parametrize("printer", [name for name in sorted(profiles()) if profile(name).qr == "native"])
async def test_the_ticket_leads_to_its_page(hall: LookedAt, printer: str) -> None:
    address = f"http://hub.example:8610/t/{hall.code(6)}"
    slip = ticket_slip(hall, printer)
    assert slip.qr == [address, hall.hall.file.ticket.supervision]
    assert "扫码查看排队进度" in slip.text
    assert (await hall.ask(address.removeprefix("http://hub.example:8610"))).status == 200


def test_a_ticket_stays_small_and_without_room_goes_without_the_code(hall: LookedAt, tmp_path: Path) -> None:
    one, ticket = profile("generic-58"), hall.scene.state.tickets[6]
    plain = ticket_of(hall_in(tmp_path, ""), Forms(), SECRETS, ticket, 600_000, one)
    coded = ticket_of(hall.hall, Forms(), SECRETS, ticket, 600_000, one)
    assert len(plain) <= 300
    assert len(coded) - len(plain) <= 110
    own = tmp_path / "forms"
    own.mkdir()
    (own / "ticket.txt").write_text("[qr 4 M] {progress}\n票\n[cut]\n", encoding="utf-8")
    for width_dots, codes in ((384, 1), (32, 0)):
        narrow = replace(one, width_dots=width_dots)
        (slip,) = read_slips(ticket_of(hall.hall, Forms(own), SECRETS, ticket, 600_000, narrow), width_dots=width_dots)
        assert (slip.text, len(slip.qr)) == (["票"], codes)
    assert ticket_slip(hall, "raster-58").qr == []


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_how_large_a_code_is_is_known_without_drawing_it(level: str) -> None:
    for length in (1, 7, 14, 15, 44, 106, 107, 180, 181, 213, 214, 500, 700):
        assert side_of("x" * length, level) == len(matrix("x" * length, level))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[progress]\nenabled = true\n", "name in url how phones reach the hub"),
        ('[progress]\nenabled = true\nurl = "hub:8610"\n', "url is 'hub:8610'"),
        ('[progress]\nenabled = true\nurl = "http://hub/?a"\n', "url is 'http://hub/?a'"),
        ('[interface]\nreaders = ["signage"]\n', "there is nothing to read; say topics = true"),
        ('[interface]\ntopics = true\nreaders = ["a", "a"]\n', "a reader stands here twice"),
        ('[interface]\ntopics = true\nreaders = ["a/b"]\n', "readers"),
        ('[interface]\ntopics = true\nreaders = ["a"]\n[broker]\nown = false\n', "make them at yours"),
    ],
)
def test_what_leads_nowhere_is_refused_in_the_halls_file(tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(HallError, match=re.escape(words)):
        hall_in(tmp_path, "\n" + more)


@pytest.mark.req("M50", "M35")
async def test_the_list_of_services_has_every_service_and_its_eight_things(hall: LookedAt) -> None:
    text = (await hall.ask("/services")).text
    assert re.findall(r"<h2>(.*?)</h2>", text) == ["A 户籍", "B 出入境", "C 取证"]
    first = text.split("<article>")[1]
    titles = [
        "办理窗口",
        "审批依据",
        "申请条件",
        "申请材料",
        "办证地点",
        "办证时间",
        "办理流程",
        "办理时限",
        "收费标准",
    ]
    assert re.findall(r"<dt>(.*?)</dt>", first) == titles
    guide = hall.hall.services[0].guide
    assert guide is not None
    told = (guide.basis, guide.conditions, guide.materials, guide.place, guide.times, guide.process, guide.fee)
    assert [one for one in told if one not in first] == []
    assert "版本 2026-2" in first
    assert "监督投诉电话：12345 / 12389" in text


async def test_markup_in_the_halls_file_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    markup = '<img src=x onerror="1">'
    more = f'\n[[services]]\ncode = "X"\nname = "<b>X</b>"\nmaterials = [\'{markup}\']\n' + (
        '[progress]\nenabled = true\nurl = "http://hub"\n'
    )
    hall = busy(tmp_path, more)
    hall.take(9, "X")
    shown = (await hall.ask("/services")).text + (await hall.ask(f"/t/{hall.code(9)}")).text
    assert "<b>" not in shown
    assert "<img" not in shown
    assert shown.count("&lt;b&gt;X&lt;/b&gt;") == 2


@pytest.mark.req("M11")
async def test_no_page_asks_anything_of_another_machine(hall: LookedAt) -> None:
    for path in ("/services", f"/t/{hall.code(6)}", "/t/none"):
        answered = await hall.ask(path)
        assert re.findall(r'(?:src|href)="(?!/)[^"]*"|https?:', answered.text) == []
        assert "default-src 'none'" in answered.headers["content-security-policy"]
        assert (await hall.ask(path, method="POST")).status == 405
