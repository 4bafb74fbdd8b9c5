"""People on the managers' pages: roles, PINs, badges, sessions that end, the last administrator (M10, M43, M44)."""

from pathlib import Path

import pytest

from hub.people import hash_badge, pin_matches
from tests.staff.house import CHEN, LI, MANAGERS, PIN, SUN, WANG, open_house
from tests.staff.test_manage import asked, text_of

SYSTEM = MANAGERS["system"]
NEW = {"id": "027099", "name": "郑警官", "kind": "police", "qualified": "true", "pin": "4321", "again": "4321"}


@pytest.mark.req("M44", "M10")
async def test_somebody_new_can_come_in_and_his_pin_stands_nowhere(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(SYSTEM)
        badge = "123456789012"
        form = NEW | {"service": ("A",), "role": ("statistician",), "phone": "027-5550111", "badge": badge}
        _status, words, _to = await asked(system, "/staff/people/add", step="preview", **form)
        assert "人员 027099 郑警官 密码：设置" in words.splitlines()
        assert "人员 027099 郑警官 角色：事项统计员" in words.splitlines()
        assert (await asked(system, "/staff/people/add", **form))[0] == 200
        one = pages.house.hall.person("027099")
        assert one
        assert (one.services, one.roles, one.badge) == (("A",), ("statistician",), hash_badge(badge, "staffed"))
        await pages.sign_in("027099", "4321")
        shown = (await system.see("/staff/people/027099")).text + (await system.see("/staff/changes/1")).text
        for secret in ("4321", badge, "scrypt", one.pin):
            assert secret not in shown
            assert secret not in (await pages.house.works.editor.history())[0].words
        _status, words, _to = await asked(system, "/staff/people/save", id=LI, name="李警官", badge=badge)
        assert words == "这张证卡已登记给郑警官"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"again": "4322"}, "两次输入的密码不一致，请重新输入"),
        ({"pin": "12", "again": "12"}, "密码须为4至8位数字"),
        ({"id": CHEN}, f"工号 {CHEN} 已有人使用"),
        ({"id": "12"}, "未修改：编号须为4至8位数字"),
        ({"name": " "}, "未修改：请填写名称"),
        ({"kind": "auxiliary"}, "未修改：辅警 027099 须指定一名民警作带班民警"),
        ({"supervisor": CHEN}, "未修改：只有辅警填写带班民警，请为 027099 去掉"),
        ({"role": ("viewer", "handler")}, "未修改：办件查看员不能兼任事项办理员，请去掉其中一个角色"),
        ({"role": ("complaints", "clerk")}, "未修改：投诉处理员不能兼任窗口工作人员，请去掉其中一个角色"),
        ({"badge": "12"}, "证卡号须为9至12位数字"),
    ],
)
@pytest.mark.req("M43")
async def test_what_may_not_be_is_refused_when_it_is_granted(
    tmp_path: Path, form: dict[str, object], words: str
) -> None:
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(SYSTEM)
        before = text_of(pages)
        assert (await asked(system, "/staff/people/add", **(NEW | form)))[1] == words
        assert text_of(pages) == before


@pytest.mark.req("M44")
async def test_another_pin_or_role_ends_the_sessions_and_another_name_does_not(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        system, li, sun = await pages.sign_in(SYSTEM), await pages.sign_in(LI), await pages.sign_in(SUN)
        await asked(system, "/staff/people/save", id=LI, name="李警长", qualified="true")
        assert (await li.client.get("/staff")).status_code == 200
        status, words, _to = await asked(system, "/staff/people/pin", id=LI, pin="7777", again="7777")
        assert (status, words) == (200, "李警长的密码已更换，请其用新密码登录")
        changed = pages.house.hall.person(LI)
        assert changed
        assert pin_matches("7777", changed.pin)
        assert (await pages.house.works.editor.history())[0].words == f"人员 {LI} 李警长 密码已更换"
        assert (await li.client.get("/staff")).headers["location"] == "/staff/in?next=/staff"
        assert (await li.client.post("/staff/in", data={"number": LI, "pin": PIN})).status_code == 403
        await pages.sign_in(LI, "7777")
        form = {"id": SUN, "name": "孙引导", "kind": "guide", "qualified": "true"}
        await asked(system, "/staff/people/save", **form, role=("announcer",))
        assert (await sun.client.get("/staff")).status_code == 303


@pytest.mark.req("M44")
async def test_the_last_administrator_stays_whatever_way_is_tried(tmp_path: Path) -> None:
    last = "未修改：不能去掉最后一名系统管理员，请先把这个角色授予他人"
    form = {"id": SYSTEM, "name": "管system", "kind": "office"}
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(SYSTEM)
        assert (await asked(system, "/staff/people/remove", id=SYSTEM))[:2] == (409, last)
        assert (await asked(system, "/staff/people/save", **form, qualified="true"))[1] == last
        assert (await asked(system, "/staff/people/save", **form, role=("system",)))[1] == last
        await asked(system, "/staff/people/add", **NEW, role=("system",))
        assert (await asked(system, "/staff/people/remove", id=SYSTEM))[0] == 200
        new = await pages.sign_in("027099", "4321")
        assert (await asked(new, "/staff/people/remove", id="027099"))[1] == last


@pytest.mark.req("M9")
async def test_somebody_leaves_with_his_posts_and_not_while_others_need_him(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(SYSTEM)
        await asked(system, "/staff/posts/save", counter=2, post_a=LI)
        status, words, _to = await asked(system, "/staff/people/remove", id=CHEN)
        assert (status, words) == (409, "陈警官是王辅警的带班民警，请先为其另选带班民警")
        assert (await asked(system, "/staff/people/remove", id=LI))[0] == 200
        assert pages.house.hall.file.counters[1].post_a is None
        assert (await asked(system, "/staff/people/remove", id=WANG))[0] == 200
        status, words, _to = await asked(system, "/staff/people/remove", id=CHEN)
        assert words == "未修改：业务A 户籍将无人可办，须先进后出：请先加入接替人员"
