"""docs/permissions.md, cell by cell over HTTP: what is marked works, all else is refused and kept (M43, M44)."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from hub.staff.pages import DECLARED
from hub.staff.permissions import ROLE_WORDS
from hub.staff.permissions_page import MARK, PAGE, page
from hub.staff.routing import Action, Declared, Stream
from tests.staff.house import Pages, Visitor, open_house, staff_hall
from tests.staff.scenes import SCENES, WITH_GUIDE

NUMBERS = {role: f"0290{at:02}" for at, role in enumerate(ROLE_WORDS)}


def people_of_one_role(text: str) -> str:
    """Return the file with one more person for every role, who is nothing else."""
    table = staff_hall().partition('pin = "')[2].partition('"')[0]
    return text + "".join(
        f'[[people]]\nid = "{number}"\nname = "{ROLE_WORDS[role]}"\npin = "{table}"\nkind = "office"\n'
        f'roles = ["{role}"]\n\n'
        for role, number in NUMBERS.items()
    )


def table() -> dict[str, dict[str, bool]]:
    """Return the page's table as it stands in the docs: permission to role to whether it is marked."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    titles = [cell.strip() for cell in lines[0].strip("|").split("|")][2:]
    roles = {words: role for role, words in ROLE_WORDS.items()}
    found = {}
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != len(titles) + 2:
            break
        found[cells[0].strip("`")] = {roles[title]: cell == MARK for title, cell in zip(titles, cells[2:], strict=True)}
    return found


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_address_has_a_permission_of_the_table_and_a_scene() -> None:
    written = table()
    assert {one.permission for one in DECLARED} <= set(written)
    assert set(written) == {one.permission for one in DECLARED}, "a permission that no address needs is none"
    assert {one.path for one in DECLARED if isinstance(one, Action)} == set(SCENES)


async def ask(visitor: Visitor, declared: Declared, form: dict[str, object]) -> httpx.Response:
    if isinstance(declared, Action):
        return await visitor.ask(declared.path, **form)
    return await visitor.client.get(declared.path.replace("{", "").replace("}", ""))


async def test_whoever_has_not_the_role_is_refused_at_every_address_and_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.staff.gate.NOTED_MAX", 10_000)
    written = table()
    async with open_house(tmp_path, people_of_one_role(staff_hall())) as pages:
        for role, number in NUMBERS.items():
            visitor = await pages.sign_in(number)
            refused = [one for one in DECLARED if not written[one.permission][role]]
            for declared in refused:
                answer = await ask(visitor, declared, {})
                assert answer.status_code == 403, (role, declared.path)
            kept = [one for one in pages.noted() if one.person == number and one.refused == "not-authorised"]
            assert [one.action for one in kept] == [one.permission for one in refused]


def cells(kind: Callable[[Declared], bool]) -> list[Declared]:
    return [one for one in DECLARED if kind(one)]


async def test_whoever_has_the_role_sees_every_page(tmp_path: Path) -> None:
    written = table()
    async with open_house(tmp_path, people_of_one_role(staff_hall())) as pages:
        for role, number in NUMBERS.items():
            visitor = await pages.sign_in(number)
            for declared in cells(lambda one: not isinstance(one, Action | Stream)):
                if written[declared.permission][role]:
                    answer = await ask(visitor, declared, {})
                    allowed = (200, 404) if "{" in declared.path else (200,)
                    assert answer.status_code in allowed, (role, declared.path, answer.text[:500])


async def test_whoever_has_the_role_gets_every_stream(tmp_path: Path) -> None:
    """A stream never ends by itself, and the client in this process hears it only at its end."""
    written = table()
    async with open_house(tmp_path, people_of_one_role(staff_hall())) as pages:
        asked = [
            (await pages.sign_in(number), declared)
            for role, number in NUMBERS.items()
            for declared in cells(lambda one: isinstance(one, Stream))
            if written[declared.permission][role]
        ]
        answers = [asyncio.create_task(ask(visitor, declared, {})) for visitor, declared in asked]
        await asyncio.sleep(0)
        pages.closing.set()
        for (_visitor, declared), answer in zip(asked, await asyncio.gather(*answers), strict=True):
            assert (answer.status_code, answer.headers["content-type"]) == (
                200,
                "text/event-stream; charset=utf-8",
            ), declared.path


@pytest.mark.parametrize("path", sorted(SCENES))
async def test_whoever_has_the_role_can_do_it(tmp_path: Path, path: str) -> None:
    written = table()
    (declared,) = (one for one in DECLARED if one.path == path and isinstance(one, Action))
    roles = [role for role, marked in written[declared.permission].items() if marked]
    assert roles
    for at, role in enumerate(roles):
        folder = tmp_path / str(at)
        folder.mkdir()
        text = people_of_one_role(staff_hall(service_a=WITH_GUIDE))
        async with open_house(folder, text) as pages:
            await do_it(pages, declared, NUMBERS[role], role)


async def do_it(pages: Pages, declared: Action, number: str, role: str) -> None:
    visitor = await pages.sign_in(number)
    form = await SCENES[declared.path](pages, visitor)
    answer = await ask(visitor, declared, form)
    assert (answer.status_code, answer.json()["done"]) == (200, True), (role, declared.path, answer.text)
