"""Attacks on the staff's pages: forged forms, markup in every name, paths that lead out, requests that are none.

What is tried here is asked of every page and action that is declared, so that a new one is attacked too.
"""

from pathlib import Path

import httpx
import pytest

from hub.rules.events import AccessNoted
from hub.staff.gate import is_page_of_ours
from hub.staff.pages import DECLARED
from hub.staff.routing import Action, Page, Stream
from hub.web.headers import HEADERS, SENT_BYTES
from tests.staff.house import Pages, Visitor, open_house, staff_hall
from tests.staff.scenes import SCENES

SERVER, SEER = "030001", "030002"
"""Two who are, together, everything that one may be in this hall."""
ROLES = {
    SERVER: '["system", "business", "announcer", "statistician", "duty", "guide", "clerk", "handler", "maintainer"]',
    SEER: '["viewer", "complaints"]',
}
MARKUP = "<script>x</script>"
ATTRIBUTE = '"onload=x'
ACTIONS = [one for one in DECLARED if isinstance(one, Action)]


def everything(text: str) -> str:
    """Return the file with the two."""
    pin = staff_hall().partition('pin = "')[2].partition('"')[0]
    return text + "".join(
        f'[[people]]\nid = "{number}"\nname = "全能"\nkind = "office"\npin = "{pin}"\nroles = {roles}\n\n'
        for number, roles in ROLES.items()
    )


async def who_may(pages: Pages, permission: str) -> Visitor:
    """Return the one of the two who may."""
    for number in ROLES:
        visitor = await pages.sign_in(number)
        answer = await visitor.see("/staff")
        if any(one.permission == permission for one in DECLARED) and answer.status_code == 200:
            person = pages.house.hall.person(number)
            if person and not PERMITTED[permission].isdisjoint(person.roles):
                return visitor
    raise AssertionError(permission)


def _permitted() -> dict[str, frozenset[str]]:
    from hub.staff.permissions import PERMISSIONS

    return {name: frozenset(one.roles) for name, one in PERMISSIONS.items()}


PERMITTED = _permitted()


@pytest.fixture
async def pages(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with open_house(tmp_path, everything(staff_hall())) as opened:
        yield opened


FORGERIES: dict[str, dict[str, str]] = {
    "no proof": {},
    "another's proof": {"x-proof": "A" * 32},
    "from another site": {"sec-fetch-site": "cross-site"},
    "from a page of the same computer": {"sec-fetch-site": "same-site"},
    "of another origin": {"origin": "http://evil.example"},
    "of no origin": {"origin": "null"},
    "of another port": {"origin": "http://hub:81"},
}


async def test_a_forged_form_does_nothing_at_any_address(pages: Pages) -> None:
    """CSRF: whatever a page of somebody else can make a browser send, with the cookie of who has signed in."""
    for action in ACTIONS:
        visitor = await who_may(pages, action.permission)
        for name, headers in FORGERIES.items():
            before = len(pages.facts())
            sent = headers if "proof" in name else {"x-proof": visitor.proof} | headers
            answer = await visitor.client.post(action.path, data={"counter": "1"}, headers=sent)
            assert answer.status_code == 403, (action.path, name)
            new = pages.facts()[before:]
            assert all(isinstance(one, AccessNoted) and one.refused == "forged" for one in new), (action.path, name)


async def test_nobody_gets_anything_without_signing_in(pages: Pages) -> None:
    nobody = pages.visitor()
    for declared in DECLARED:
        path = declared.path.replace("{", "").replace("}", "")
        if isinstance(declared, Page):
            answer = await nobody.client.get(path)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/staff/in"), path
        elif isinstance(declared, Stream):
            assert (await nobody.client.get(path)).status_code == 401, path
        else:
            assert (await nobody.ask(path)).status_code == 401, path
    assert pages.noted() == []


async def test_markup_in_every_name_stays_text_on_every_page(tmp_path: Path) -> None:
    """Stored XSS: names, notices and reasons come from people, and stand on the pages of others."""
    text = everything(staff_hall())
    for name in ("满员厅", "陈警官", "户籍", "出入境"):
        text = text.replace(f'name = "{name}"', f"name = '{MARKUP}'" if name != "户籍" else f"name = '{ATTRIBUTE}'")
    text += f"[screen]\nwelcome = '{MARKUP}'\nnotices = ['{MARKUP}']\n[[screen.pages]]\ntitle = '{MARKUP}'\n"
    text += "version = '1'\neffective = '2026-01-01'\n"
    text += f"lines = ['{MARKUP}']\n[reasons]\nabsence = ['{MARKUP}']\ntransfer = ['{MARKUP}']\n"
    text += f"refused = ['{MARKUP}']\nspecial = ['{MARKUP}']\n"
    async with open_house(tmp_path, text) as pages:
        seen = 0
        for number in ROLES:
            visitor = await pages.sign_in(number)
            for page in DECLARED:
                if isinstance(page, Page) and "{" not in page.path:
                    answer = await visitor.client.get(page.path)
                    if "text/html" in answer.headers.get("content-type", ""):
                        assert "<script>x" not in answer.text, page.path
                        assert '"onload=x' not in answer.text, page.path
                        seen += "&lt;script&gt;x" in answer.text
        assert seen > 5


@pytest.mark.parametrize(
    "path",
    [
        "/staff/static/../app.py",
        "/staff/static/%2e%2e/app.py",
        "/staff/static/..%2f..%2frun.py",
        "/staff/static/....//app.py",
        "/staff/static//etc/passwd",
        "/staff/static/%00",
        "/screen/..%2f..%2f..%2fetc%2fpasswd",
        "/screen/%2e%2e/%2e%2e/hub/run.py",
        "/photos/..%2f..%2fhall.toml",
        "/photos/%2e%2e%2fsecrets.json",
        "/sign/../hall.toml",
    ],
)
async def test_no_path_leads_out(pages: Pages, path: str) -> None:
    visitor = await pages.sign_in(SERVER)
    answer = await visitor.client.get(path)
    assert answer.status_code in (303, 404), answer.text[:200]


async def test_every_answer_has_strict_headers(pages: Pages) -> None:
    visitor = await pages.sign_in(SERVER)
    answers = [
        await visitor.client.get("/staff"),
        await visitor.client.get("/staff/nowhere"),
        await visitor.client.get("/staff/static/staff.css"),
        await visitor.client.put("/staff"),
        await visitor.client.post("/staff/duty/fault"),
        await pages.visitor().client.get("/staff"),
        await pages.visitor().client.get("/staff/in"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "http" not in policy
        assert policy.replace("form-action 'self'", "form-action 'none'") == HEADERS["Content-Security-Policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store" or "static" in str(answer.url)


async def test_what_is_no_request_of_ours_is_refused(pages: Pages) -> None:
    visitor = await pages.sign_in(SERVER)
    client, proof = visitor.client, {"x-proof": visitor.proof, "accept": "application/json"}
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"):
        assert (await client.request(method, "/staff/duty/fault", headers=proof)).status_code == 405
    assert (await client.post("/", data={})).status_code == 405
    too_long = proof | {"content-type": "application/x-www-form-urlencoded"}
    assert (
        await client.post("/staff/duty/fault", content=b"x" * (SENT_BYTES + 1), headers=too_long)
    ).status_code == 413

    async def endless():  # type: ignore[no-untyped-def]
        yield b"proof=1"

    assert (await client.post("/staff/duty/fault", content=endless(), headers=too_long)).status_code == 411
    before = len(pages.facts())
    for content, kind in ODD_BODIES:
        answer = await client.post("/staff/duty/enlist", content=content, headers=proof | {"content-type": kind})
        assert answer.status_code in (400, 409), (content[:40], answer.status_code)
    assert len(pages.facts()) == before


ODD_BODIES = (
    (b"", "application/x-www-form-urlencoded"),
    (b"counter=1&person=" + b"9" * 100_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % at for at in range(2000)), "application/x-www-form-urlencoded"),
    (b"counter=%ff%fe&person=%00&post=%f0%28", "application/x-www-form-urlencoded"),
    (b"counter=99999999999999999999999&person=1&post=A", "application/x-www-form-urlencoded"),
    (b"counter=1&person=1&post=C", "application/x-www-form-urlencoded"),
    (b"counter=1e3&person=1&post=A", "application/x-www-form-urlencoded"),
    (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    (b"--x--", "multipart/form-data; boundary=x"),
    (b"nothing", "multipart/form-data"),
    (b'{"counter":1}', "application/json"),
    (b"\xff\xfe", "text/plain"),
)


async def test_odd_cookies_let_nobody_in(pages: Pages) -> None:
    for cookie in ("", "0", "../sessions", "A" * 5000, "%00", '"', "é".encode().decode("latin-1")):
        answer = await pages.visitor().client.get("/staff", headers={b"cookie": f"lintel_staff={cookie}".encode()})
        assert answer.status_code == 303, cookie


async def test_who_signs_out_or_is_sent_away_is_out_with_every_copy_of_his_cookie(pages: Pages) -> None:
    visitor = await pages.sign_in(SERVER)
    copy = httpx.Cookies(visitor.client.cookies)
    await visitor.client.post("/staff/out")
    thief = pages.visitor()
    thief.client.cookies = copy
    assert (await thief.client.get("/staff")).status_code == 303


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("/staff", True),
        ("/staff/duty", True),
        ("/staffx", False),
        ("//evil/staff", False),
        ("/staff/..//evil", False),
        ("http://evil/staff", False),
        ("/staff\\evil", False),
        ("", False),
    ],
)
def test_one_is_sent_to_our_own_pages_only(path: str, is_ours: bool) -> None:
    assert is_page_of_ours(path) is is_ours


def test_every_action_is_attacked() -> None:
    assert {one.path for one in ACTIONS} == set(SCENES)
