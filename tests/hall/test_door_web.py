"""The page's server: what it streams, what it takes, and whom it refuses."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sim import Hall
from sim.changes import Change, Snapshot
from sim.command import add
from sim.web import HOST, Page, PageError
from tests.conftest import descendants
from tests.hall.running import runs

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE) as hall:
        yield hall


@pytest.fixture
async def page(hall: Hall) -> AsyncIterator[Page]:
    async with Page(hall) as page:
        yield page
        await page.close()


def port_of(page: Page) -> int:
    return int(page.url.rstrip("/").rpartition(":")[2])


async def ask(
    page: Page, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request and return status, headers and body; a keyword's underscores are a header's dashes."""
    port = port_of(page)
    lines = {"Host": f"{HOST}:{port}", "Connection": "close", "Content-Length": str(len(body))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    start, _, content = answer.partition(b"\r\n\r\n")
    first, *rest = start.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in rest), content


async def act(page: Page, path: str, **body: Any) -> tuple[int, str]:
    """Post as the page does, and return status and words."""
    status, _, words = await ask(page, "POST", path, json.dumps(body).encode(), Content_Type="application/json")
    return status, words.decode()


async def test_the_page_is_served_with_its_headers_and_every_file_it_names(page: Page) -> None:
    status, headers, content = await ask(page, "GET", "/")
    assert (status, headers["x-content-type-options"], headers["cross-origin-resource-policy"]) == (
        200,
        "nosniff",
        "same-origin",
    )
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "模拟大厅" in content.decode()
    folder = Path(__file__).parents[2] / "sim" / "page"
    for file in sorted(folder.iterdir()):
        if file.name != "index.html":
            assert (await ask(page, "GET", f"/page/{file.name}"))[::2] == (200, file.read_bytes())


async def test_a_press_is_streamed_after_a_snapshot(page: Page, hall: Hall) -> None:
    reader, writer = await asyncio.open_connection(HOST, port_of(page))
    writer.write(f"GET /stream HTTP/1.1\r\nHost: {HOST}:{port_of(page)}\r\n\r\n".encode())
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    first = await news(reader)
    assert first == hall.snapshot()
    assert await act(page, "/press", device="dispenser-1", key="A") == (204, "")
    seen = [await news(reader)]
    while not (isinstance(seen[-1], Change) and seen[-1].slips):
        seen.append(await news(reader))
    pressed = [one.pressed for one in seen if isinstance(one, Change) and one.pressed is not None]
    assert pressed == [("A",), ()]
    status, headers, picture = await ask(page, "GET", "/slips/1.png")
    assert (status, headers["content-type"], picture[:4]) == (200, "image/png", b"\x89PNG")
    writer.close()
    await writer.wait_closed()


async def news(reader: asyncio.StreamReader) -> Snapshot | Change:
    while not (line := await asyncio.wait_for(reader.readline(), 10)).startswith(b"data: {"):
        assert line
    return msgspec.json.decode(line[6:], type=Snapshot | Change)


async def test_a_key_is_held_let_go_and_slips_are_moved(page: Page, hall: Hall) -> None:
    dispenser = hall.device("dispenser-1")
    assert await act(page, "/down", device="dispenser-1", key="A") == (204, "")
    assert dispenser.now().pressed == ("A",)
    assert await act(page, "/up", device="dispenser-1", key="A") == (204, "")
    assert dispenser.now().pressed == ()
    await hall.until(lambda: dispenser.now().slips)
    assert await act(page, "/take", slip=1) == (204, "")
    assert [slip.place for slip in dispenser.now().slips] == ["table"]
    assert await act(page, "/discard", slip=1) == (204, "")
    assert dispenser.now().slips == ()


async def test_a_key_that_a_page_has_forgotten_is_let_go(
    page: Page, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.web.HOLD_LIMIT_S", 0.1)
    await act(page, "/down", device="pad-1", key="next")
    await hall.until(lambda: hall.device("pad-1").now().pressed == ())


async def test_what_is_wrong_is_said_in_one_sentence(page: Page) -> None:
    assert await act(page, "/press", device="pad-7", key="next") == (
        404,
        "no device 'pad-7'; the hall has dispenser-1, pad-1, lintel-1",
    )
    assert await act(page, "/take", slip=9) == (404, "there is no slip 9; it was thrown away, or never came out")
    assert await act(page, "/fault", device="pad-1", what="paper-out", on=True) == (404, "pad-1 has no printer")
    assert await act(page, "/press", device="pad-1") == (400, "Object missing required field `key`")
    assert await act(page, "/fault", device="pad-1", what="fire", on=True) == (
        400,
        "Invalid enum value 'fire' - at `$.what`",
    )
    assert await act(page, "/press", device="x" * 2000, key="A") == (400, "more than 1024 bytes")
    assert (await ask(page, "GET", "/slips/9.png"))[0] == 404
    assert (await ask(page, "GET", "/page/../web.py"))[0] == 404


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Host": "evil.example"}),
        ("GET", {"Host": "127.0.0.1:1"}),
        ("GET", {"Sec_Fetch_Site": "cross-site"}),
        ("POST", {"Origin": "https://evil.example", "Content_Type": "application/json"}),
        ("POST", {"Origin": "null", "Content_Type": "application/json"}),
        ("POST", {"Origin": "http://127.0.0.1:1", "Content_Type": "application/json"}),
        ("POST", {"Content_Type": "text/plain"}),
    ],
)
async def test_other_sites_and_other_names_are_refused(
    page: Page, hall: Hall, method: str, headers: dict[str, str]
) -> None:
    path = "/" if method == "GET" else "/down"
    body = b'{"device":"pad-1","key":"next"}'
    assert (await ask(page, method, path, body, **headers))[0] == 403
    assert hall.device("pad-1").now().pressed == ()


async def test_its_own_page_is_answered_by_every_name_of_this_machine(page: Page) -> None:
    for name in ("127.0.0.1", "localhost", "[::1]"):
        host = f"{name}:{port_of(page)}"
        status, _, _ = await ask(
            page,
            "POST",
            "/press",
            b'{"device":"pad-1","key":"next"}',
            Host=host,
            Origin=f"http://{host}",
            Content_Type="application/json",
        )
        assert status == 204


async def test_a_taken_port_is_named_and_the_next_one_is_found(page: Page, hall: Hall) -> None:
    other = Page(hall)
    with pytest.raises(PageError, match=f"port {port_of(page)} of 127.0.0.1 is taken; end the program"):
        other.listen(port_of(page))
    other.listen(port_of(page), others=5)
    assert port_of(page) < port_of(other) <= port_of(page) + 5
    await other.close()


async def test_the_command_says_where_the_page_is_and_ends_cleanly(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; from hub.cli.main import main; sys.exit(main())",
        *("sim", str(ONE), "--port", "0", "--state", str(tmp_path / "state")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    said = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode() for _ in range(7)]
    children = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    rest, errors = await asyncio.wait_for(process.communicate(), 15)
    assert said[2].startswith("the simulated hall is open: http://127.0.0.1:")
    assert said[3].startswith("its hall screen: http://127.0.0.1:")
    assert said[4].startswith("its staff's pages: http://127.0.0.1:")
    code = (tmp_path / "state" / "first-code").read_text()
    assert said[5] == f"nobody is administrator yet: its setup code is {code}\n"
    assert (said[6], rest, errors, process.returncode) == ("Ctrl-C ends it\n", b"closing ...\n", b"", 0)
    assert len(children) >= 5
    assert [pid for pid in children if runs(pid)] == []


def test_the_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser(prog="lintel")
    add(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["sim", "--help"])
    assert "lintel sim examples/two-counters.toml" in capsys.readouterr().out
