"""Who rated badly leaves a phone number on his ticket's page: once, for those who call back, and unread (M46, S18)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from hub.contacts import ContactError
from hub.outside.pages import Outside
from hub.progress_codes import code_of
from hub.rules.events import ComplaintContactKept
from hub.secrets import load_secrets
from hub.web.call_back import INCOMPLETE, NOT_NOW, UNSAVED, WRONG
from hub.web.headers import CALL_BACK_BYTES, Guarded
from tests.staff.house import MANAGERS, Pages, open_house, staff_hall
from tests.staff.low_ratings import complained, rated

PAGE = '[web]\nport = 8610\n[progress]\nenabled = true\nurl = "http://hub.example:8610"\n'
PHONE = "027-5550199"


class Citizen:
    """Somebody with a phone and a ticket."""

    def __init__(self, pages: Pages, client: httpx.AsyncClient, folder: Path) -> None:
        self.pages, self.client = pages, client
        self._secrets = load_secrets(folder / "secrets.json", [])

    def page_of(self, serial: int) -> str:
        return f"/t/{code_of(self._secrets, self.pages.house.state.day, serial)}"

    async def see(self, serial: int) -> str:
        return (await self.client.get(self.page_of(serial))).text

    async def leave(self, serial: int, **form: str) -> httpx.Response:
        return await self.client.post(f"{self.page_of(serial)}/call-back", data=form)


@pytest.fixture
async def citizen(tmp_path: Path) -> AsyncIterator[Citizen]:
    async with open_house(tmp_path, staff_hall(more=PAGE)) as pages:
        works = pages.house.works
        outside = Outside(lambda: works.present, tmp_path, lambda: 0.0, office=lambda: works.complaints)
        app = Guarded(Starlette(routes=outside.routes))
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            yield Citizen(pages, client, tmp_path)
        await outside.close()


@pytest.mark.req("M46", "S18")
async def test_a_number_is_left_once_and_only_who_may_sees_it(citizen: Citizen) -> None:
    pages = citizen.pages
    one = complained(pages)
    rated(pages, 5)
    assert "如愿意接受回访，请留下电话" in await citizen.see(1)
    assert "90天后删除" in await citizen.see(1)
    assert "欢迎对本次服务作出评价" not in await citizen.see(1), "he has"
    assert "<form" not in await citizen.see(2), "who was content is asked nothing"
    answer = await citizen.leave(1, phone="０２７-5550199", name="李女士")
    assert (answer.status_code, answer.headers["location"]) == (303, citizen.page_of(1))
    shown = await citizen.see(1)
    assert ("已收到您的联系方式" in shown, "<form" in shown, PHONE in shown) == (True, False, False)
    other = await citizen.leave(1, phone="13900139000")
    assert (other.status_code, NOT_NOW in other.text) == (409, True), "whoever finds the paper changes nothing"
    assert [fact.by for fact in pages.facts() if isinstance(fact, ComplaintContactKept)] == [""]
    assert PHONE not in str(pages.facts())
    zheng = await pages.sign_in(MANAGERS["complaints"])
    assert f"李女士，{PHONE}" in (await zheng.see(f"/staff/complaints/{one}/contact")).text
    assert "群众留下联系方式" in (await zheng.see(f"/staff/complaints/{one}")).text
    assert "应回访1件" in (await zheng.see("/staff/complaints")).text


@pytest.mark.req("M46")
async def test_what_cannot_be_kept_is_said_and_keeps_nothing(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = citizen.pages
    one = complained(pages)
    rated(pages, 5)
    for serial, form, status, why in (
        (1, {}, 400, INCOMPLETE),
        (1, {"phone": "   "}, 400, INCOMPLETE),
        (1, {"phone": "打我手机"}, 400, INCOMPLETE),
        (1, {"phone": "-"}, 400, INCOMPLETE),
        (1, {"phone": "打我手机13900139000"}, 400, WRONG),
        (1, {"phone": PHONE, "name": "名" * 41}, 400, WRONG),
        (1, {f"a{at}": "1" for at in range(20)}, 400, INCOMPLETE),
        (2, {"phone": PHONE}, 409, NOT_NOW),
    ):
        answer = await citizen.leave(serial, **form)
        assert (answer.status_code, why in answer.text) == (status, True), form
    too_long = await citizen.leave(1, phone="1" * CALL_BACK_BYTES)
    assert too_long.status_code == 413

    def full(*_args: object) -> None:
        raise ContactError("full") from OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(pages.house.works.contacts, "put", full)
        answer = await citizen.leave(1, phone=PHONE)
        assert (answer.status_code, UNSAVED in answer.text) == (503, True)
    assert not pages.house.state.complaints.known[one].has_contact
    assert (await citizen.client.post(citizen.page_of(1), data={"phone": PHONE})).status_code == 405
    policy = (await citizen.client.get(citizen.page_of(1))).headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert (await citizen.client.get(citizen.page_of(1))).headers["referrer-policy"] == "no-referrer"


async def test_who_guesses_codes_has_to_wait(citizen: Citizen) -> None:
    complained(citizen.pages)
    answers = [await citizen.client.post("/t/AAAAAAAAAAAAAAAAAA/call-back", data={"phone": "1"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [409] * 10 + [429]
    assert (await citizen.leave(1, phone=PHONE)).status_code == 429
