"""The first start asks for the administrator: with the hub's setup code, without any password from before (M44)."""

import re
from pathlib import Path

import pytest

from hub.staff.first_code import FILE, TRIES, FirstCode
from tests.staff.house import CHEN, Pages, open_house, staff_hall

NOBODY = staff_hall().replace('roles = ["system"]', 'roles = ["maintainer"]')
FORM = {"number": "020001", "name": "林所长", "pin": "8642", "again": "8642"}


async def first(pages: Pages, code: str, **form: str) -> tuple[int, str]:
    answer = await pages.visitor().client.post("/staff/first", data=FORM | {"code": code} | form)
    words = re.search(r'role="alert">(.*?)</p>', answer.text)
    return answer.status_code, words[1] if words else answer.headers.get("location", "")


@pytest.mark.req("M44")
async def test_whoever_has_the_code_becomes_the_administrator_and_the_page_is_gone(tmp_path: Path) -> None:
    async with open_house(tmp_path, NOBODY) as pages:
        file = tmp_path / FILE
        code = file.read_text()
        assert re.fullmatch("[0-9]{8}", code)
        assert file.stat().st_mode & 0o777 == 0o600
        visitor = pages.visitor()
        assert (await visitor.client.get("/staff")).headers["location"] == "/staff/first"
        assert "首次使用" in (await visitor.see("/staff")).text
        assert await first(pages, code, again="1") == (403, "两次输入的密码不一致，请重新输入")
        assert await first(pages, code, pin="12", again="12") == (400, "密码须为4至8位数字")
        assert await first(pages, code) == (303, "/staff/in")
        assert not file.exists()
        await pages.sign_in("020001", "8642")
        person = pages.house.hall.person("020001")
        assert person
        assert (person.name, person.kind, person.roles) == ("林所长", "office", ("system",))
        assert (await visitor.client.get("/staff/first")).status_code == 404
        assert (await first(pages, code))[0] == 404
        assert (await visitor.client.get("/staff")).headers["location"] == "/staff/in?next=/staff"
        assert [one.person for one in pages.noted() if one.action == "first"] == []


async def test_somebody_of_the_file_gets_the_role_and_a_pin_of_his_own(tmp_path: Path) -> None:
    async with open_house(tmp_path, NOBODY) as pages:
        code = (tmp_path / FILE).read_text()
        assert (await first(pages, code, number=CHEN))[0] == 303
        person = pages.house.hall.person(CHEN)
        assert person
        assert (person.name, person.kind, person.roles) == ("陈警官", "police", ("system",))
        await pages.sign_in(CHEN, "8642")


async def test_a_hall_without_people_goes_on_without_signing_in_at_counters(tmp_path: Path) -> None:
    text = staff_hall()
    nobody = re.sub(r"\[\[people\]\]\n(?:[^\[\n].*\n|\n)*", "", text)
    async with open_house(tmp_path, nobody) as pages:
        assert (pages.house.hall.file.people, pages.house.hall.plan.sign_in) == ((), False)
        assert (await first(pages, (tmp_path / FILE).read_text()))[0] == 303
        assert (len(pages.house.hall.file.people), pages.house.hall.plan.sign_in) == (1, False)


async def test_five_wrong_codes_make_another_one_and_a_minute_of_waiting(tmp_path: Path) -> None:
    async with open_house(tmp_path, NOBODY) as pages:
        code = (tmp_path / FILE).read_text()
        wrong = f"{(int(code) + 1) % 10**8:08}"
        for _ in range(TRIES):
            assert await first(pages, wrong) == (403, "安装码不正确，请在主机上查看；输错五次即换新码")
        new = (tmp_path / FILE).read_text()
        assert new != code
        for one in (code, new):
            assert await first(pages, one) == (403, "安装码输错次数过多，已换新码，请一分钟后再试")
        assert [one.refused for one in pages.noted() if one.action == "first"] == ["wrong-code"] * TRIES


async def test_a_form_from_elsewhere_makes_nobody_administrator(tmp_path: Path) -> None:
    async with open_house(tmp_path, NOBODY) as pages:
        data = FORM | {"code": (tmp_path / FILE).read_text()}
        headers = {"origin": "http://elsewhere"}
        answer = await pages.visitor().client.post("/staff/first", data=data, headers=headers)
        assert (answer.status_code, pages.house.hall.has_administrator) == (403, False)


def test_the_code_counts_again_after_the_wait_and_is_said_each_time(tmp_path: Path) -> None:
    now, said = [0.0], list[str]()
    code = FirstCode(tmp_path, said.append, lambda: now[0])
    for _ in range(TRIES):
        assert not code.is_right("no")
    new = (tmp_path / FILE).read_text()
    assert (len(said), new in said[-1], code.is_right(new)) == (2, True, False)
    now[0] = 61.0
    assert code.is_right(new)
    code.end()
    code.end()
    assert not (tmp_path / FILE).exists()
