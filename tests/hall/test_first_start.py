"""A real hub at its first start says a setup code; somebody becomes administrator; the next start says none (M44)."""

import asyncio
from pathlib import Path

import httpx
import pytest

from hub.config import load_hall
from sim.hub_process import HubProcess
from sim.ports import free_port
from tests.hall.staffed import HALL, LIMIT_S, counters

TEXT = "# 新厅\n" + HALL.format(rules="", service_a="", service_b="") + counters(1).partition("[[devices]]")[0]


@pytest.mark.req("M44")
async def test_a_hub_without_an_administrator_asks_for_one(tmp_path: Path) -> None:
    file, state, web = tmp_path / "hall.toml", tmp_path / "state", free_port()
    file.write_text(TEXT, encoding="utf-8")
    hub = HubProcess(file=file, state=state, broker_port=free_port(), on_state=lambda _: None, web_port=web)
    try:
        await hub.start()
        code = (state / "first-code").read_text()
        async with asyncio.timeout(LIMIT_S):
            while code not in hub.output:  # noqa: ASYNC110  (it is said after the hub is ready)
                await asyncio.sleep(0.01)
        (said,) = (line for line in hub.output.splitlines() if code in line)
        assert said.startswith("nobody is administrator yet: open /staff and give the setup code ")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{web}") as client:
            assert (await client.get("/staff")).headers["location"] == "/staff/first"
            form = {"code": code, "number": "020001", "name": "林所长", "pin": "8642", "again": "8642"}
            answer = await client.post("/staff/first", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, "/staff/in")
            answer = await client.post("/staff/in", data={"number": "020001", "pin": "8642", "next": "/staff/people"})
            assert answer.status_code == 303
            assert "林所长" in (await client.get("/staff/people")).text
            assert (await client.get("/staff/first")).status_code == 404
        written = load_hall(file)
        assert (written.has_administrator, written.plan.sign_in) == (True, False)
        assert file.read_text(encoding="utf-8").startswith("# 新厅\n")
        await hub.kill()
        await hub.start()
        assert hub.output.count("nobody is administrator") == 1
        assert not (state / "first-code").exists()
    finally:
        await hub.close()
