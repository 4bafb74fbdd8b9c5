"""Services, results, posts and the history on the managers' pages: shown, refused in words, saved, taken back."""

import asyncio
from pathlib import Path

import pytest

from hub.edits.record import read_text, replace_text
from hub.rules import commands
from hub.rules.events import HallChanged
from hub.staff.pages.manage.common import seal
from tests.staff.house import CHEN, LI, MANAGERS, Pages, Visitor, open_house, staff_hall

GUIDE = {
    "basis": "户口登记条例",
    "conditions": "本市常住",
    "guide_materials": "身份证\n户口簿",
    "place": "1号窗口",
    "times": "工作日",
    "process": "取号、受理、办结",
    "time_limit": "当场",
    "fee": "免费",
}


async def asked(visitor: Visitor, path: str, **form: object) -> tuple[int, str, str]:
    answer = await visitor.ask(path, **form)
    told = answer.json()
    return answer.status_code, told["words"], told["to"]


def text_of(pages: Pages) -> str:
    return pages.house.hall.path.read_text(encoding="utf-8")


@pytest.mark.req("M21", "M35")
async def test_the_eight_things_of_a_service_get_a_version_and_a_day(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        values = {"code": "B", "name": "出入境", "real_name": "true", **GUIDE}
        status, words, to = await asked(boss, "/staff/services/save", step="preview", **values)
        assert (status, to) == (200, "")
        assert "业务 B 出入境 办事指南 收费标准：免费" in words.splitlines()
        assert pages.house.hall.services[1].guide is None
        assert await asked(boss, "/staff/services/save", **values) == (200, "业务 B 已保存", "/staff/services?made=1")
        guide = pages.house.hall.services[1].guide
        assert guide
        assert pages.house.hall.services[1].real_name
        year = pages.house.works.editor._today()[:4]
        assert (guide.materials, guide.fee, guide.version) == ("身份证 户口簿", "免费", f"{year}-1")
        values["fee"] = "10元"
        await asked(boss, "/staff/services/save", **values, version=guide.version, effective=guide.effective)
        guide = pages.house.hall.services[1].guide
        assert guide
        assert (guide.fee, guide.version, guide.effective) == ("10元", f"{year}-2", pages.house.works.editor._today())
        page = (await boss.see("/staff/services?made=2")).text
        assert "收费标准：免费→10元" in page
        assert 'action="/staff/changes/undo"' in page


async def test_a_service_comes_and_goes_with_the_counters_that_do_it(tmp_path: Path) -> None:
    text = staff_hall().replace("[[counters]]\nnumber = 1\n", '[[counters]]\nnumber = 1\nserves = ["A", "B"]\n')
    async with open_house(tmp_path, text) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        added = {"code": "C", "name": "车驾管", "minutes": "7.5", "materials": "驾驶证\n\n照片 "}
        assert (await asked(boss, "/staff/services/add", **added, counter=("1",)))[0] == 200
        one = pages.house.hall.services[2]
        assert (one.minutes, one.materials) == (7.5, ("驾驶证", "照片"))
        assert pages.house.hall.file.counters[0].serves == ("A", "B", "C")
        assert (await boss.see("/staff/services/C")).text.count("驾驶证") == 1
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="C"))
        status, words, _to = await asked(boss, "/staff/services/remove", code="C")
        assert (status, words) == (409, "未修改：业务C 车驾管还有未办结的号码，请办结后再删除")
        assert (await asked(boss, "/staff/services/remove", code="B"))[0] == 200
        assert pages.house.hall.file.counters[0].serves == ("A", "C")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"code": "A", "name": "另一项"}, "未修改：代码 A 已有业务使用，请换一个字母"),
        ({"code": "C"}, "未修改：请填写名称"),
        ({"code": "1", "name": "车管"}, "未修改：代码须为一个大写字母，如 A"),
        ({"code": "C", "name": "车管", "minutes": "0"}, "未修改：办理时长须大于0"),
        ({"code": "C", "name": "车管", "minutes": "三"}, "填写有误：办理时长须为数字"),
        ({"code": "C", "name": "车" * 21}, "未修改：名称最多20个字，现有21个字"),
        ({"code": "H", "name": "车管"}, "未修改：H 是备用号的字母，请换一个"),
        ({"name": "车管"}, "填写有误：请填写代码"),
    ],
)
async def test_a_refusal_names_the_field_and_says_what_to_do(tmp_path: Path, form: dict[str, str], words: str) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        before = text_of(pages)
        assert (await asked(boss, "/staff/services/add", **form))[1:] == (words, "")
        assert text_of(pages) == before


async def test_whoever_saves_what_another_has_changed_meanwhile_is_told_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        seen = seal(pages.house.hall.services[0])
        assert f'value="{seen}"' in (await boss.see("/staff/services/A")).text
        await asked(boss, "/staff/services/save", code="A", name="户籍业务", seen=seen)
        status, words, _to = await asked(boss, "/staff/services/save", code="A", name="户政", seen=seen)
        assert (status, words) == (409, "内容刚被他人修改过，请刷新页面，看过后再改")
        assert pages.house.hall.services[0].name == "户籍业务"


async def test_what_others_still_name_is_not_removed(tmp_path: Path) -> None:
    text = staff_hall().replace('kind = "police"\n', 'kind = "police"\nservices = ["A", "B"]\n', 1)
    async with open_house(tmp_path, text) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        _status, words, _to = await asked(boss, "/staff/services/remove", code="B")
        assert words == "陈警官的可办业务仍用到业务 B，请系统管理员先改"


@pytest.mark.req("M45")
async def test_results_of_a_service_are_added_changed_removed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        values = {"code": "7", "name": "撤回", "print": "true", "form": "result"}
        assert (await asked(boss, "/staff/results/add", **values))[0] == 200
        _status, words, _to = await asked(boss, "/staff/results/add", code="7", name="再来")
        assert words == "未修改：结果代码 7 已使用，请换一位数字"
        assert (await asked(boss, "/staff/results/save", code="7", name="撤回申请", reason="true"))[0] == 200
        found = pages.house.hall.file.results[-1]
        assert (found.name, found.reason, found.print, found.form) == ("撤回申请", True, False, "")
        assert "撤回申请" in (await boss.see("/staff/results")).text
        assert (await asked(boss, "/staff/results/remove", code="7"))[0] == 200
        assert [one.code for one in pages.house.hall.file.results if one.code == "7"] == []


@pytest.mark.req("M9")
async def test_who_leaves_a_post_leaves_after_another_has_come(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        system = await pages.sign_in(MANAGERS["system"])
        assert (await asked(system, "/staff/posts/save", counter=1, post_a=CHEN))[0] == 200
        assert pages.house.hall.file.counters[0].post_a == CHEN
        _status, words, _to = await asked(boss, "/staff/posts/save", counter=1)
        assert words == "1号窗口的A岗将无人：先进后出，请先选接替人员"
        _status, words, _to = await asked(boss, "/staff/posts/save", counter=1, post_a=LI, post_b=LI)
        assert words == "A岗和B岗不能是同一个人"
        assert (await asked(boss, "/staff/posts/save", counter=1, post_a=LI))[0] == 200
        assert pages.house.hall.file.counters[0].post_a == LI
        assert (await asked(system, "/staff/posts/services", counter=1, service=("A",)))[0] == 403
        assert (await asked(boss, "/staff/posts/services", counter=1, service=("A",), then=("A", "B")))[0] == 200
        assert (pages.house.hall.file.counters[0].serves, pages.house.hall.file.counters[0].then) == (("A",), ("B",))
        assert (await asked(boss, "/staff/posts/services", counter=2, service=("A",)))[0] == 200
        _status, words, _to = await asked(boss, "/staff/posts/services", counter=1, service=("A",))
        assert words == "未修改：没有窗口办理业务 B 出入境，请至少选一个窗口"


@pytest.mark.req("M44")
async def test_the_history_says_who_and_what_and_only_who_might_change_it_takes_it_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        system = await pages.sign_in(MANAGERS["system"])
        before = text_of(pages)
        await asked(boss, "/staff/services/save", code="A", name="户籍业务")
        history = (await system.see("/staff/changes")).text
        assert "管business" in history
        assert "名称：户籍→户籍业务" in history
        one = (await system.see("/staff/changes/1")).text
        assert "名称：户籍 → 户籍业务" in one
        assert "/staff/changes/undo" not in one
        status, words, _to = await asked(system, "/staff/changes/undo", number=1)
        assert (status, words) == (403, "这次修改不在您的权限之内，不能撤销")
        assert (await asked(boss, "/staff/changes/undo", number=1))[1:] == ("已撤销", "/staff/changes?made=2")
        assert text_of(pages) == before
        facts = [one for one in pages.facts() if isinstance(one, HallChanged)]
        assert [(one.person, one.undoes) for one in facts] == [(MANAGERS["business"], 0), (MANAGERS["business"], 1)]
        assert "（已撤销）" in (await boss.see("/staff/changes")).text
        assert (await asked(boss, "/staff/changes/undo", number=99))[1] == "没有第99次修改的记录"
        assert (await boss.client.get("/staff/changes/x")).status_code == 404


async def test_what_was_written_by_hand_is_taken_when_somebody_says_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        boss = await pages.sign_in(MANAGERS["business"])
        path = pages.house.hall.path
        assert "手工改动" not in (await boss.see("/staff/changes")).text
        sound = read_text(path)
        await asyncio.to_thread(replace_text, path, sound.replace("户籍", ""))
        assert "文件有手工改动" in (await boss.see("/staff/changes")).text
        status, words, _to = await asked(boss, "/staff/changes/adopt")
        assert (status, words) == (409, "文件已被手工改动且有误，请先改正：请填写名称")
        await asyncio.to_thread(replace_text, path, sound.replace("户籍", "户政"))
        assert (await asked(boss, "/staff/changes/adopt"))[1:] == ("已采用手工改动", "/staff/changes?made=1")
        assert pages.house.hall.services[0].name == "户政"
        assert (await asked(boss, "/staff/changes/adopt"))[1] == "文件没有手工改动"
