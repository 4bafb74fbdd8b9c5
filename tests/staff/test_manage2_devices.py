"""Devices on the managers' pages: how each is, whose its faults are, added, moved, renamed, removed (M34, M44)."""

from pathlib import Path

import pytest

from hub.rules import commands
from hub.upkeep_file import PartyTable
from tests.staff.house import MANAGERS, open_house, staff_hall

FORM = {"was": "dispenser-1", "name": "dispenser-1", "kind": "dispenser", "board": "dispenser-pico"}


@pytest.mark.req("M34")
async def test_every_device_its_faults_and_whose_they_are_are_on_the_page(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        pages.house.ask(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}))
        pages.house.ask(commands.ReportDevice(device="guide", state="ready", boot=1, alerts={}))
        pages.house.ask(commands.ReportDevice(device="guide", state="lost", boot=1, alerts={}))
        system = await pages.sign_in(MANAGERS["system"])
        page = (await system.see("/staff/devices")).text
        for words in ("在线 1 / ", "引导台 guide", "失去联系", "科信支队", "技术支撑", "失联", "dispenser-pico"):
            assert words in page, words
        parties = {
            "site": "bureau-yard",
            "tech_name": "科信大队",
            "tech_phone": "027-5550000",
            "fault": ("lost=upkeep",),
        }
        assert (await system.ask("/staff/devices/parties", **parties)).json()["done"]
        upkeep = pages.house.hall.file.upkeep
        assert (upkeep.site, upkeep.faults, upkeep.parties["tech"].name) == (
            "bureau-yard",
            {"lost": "upkeep"},
            "科信大队",
        )
        assert "业务警种" in (await system.see("/staff/devices")).text
        back = {"site": "station", "fault": ("lost=tech",)}
        assert (await system.ask("/staff/devices/parties", **back)).json()["done"]
        upkeep = pages.house.hall.file.upkeep
        assert (upkeep.site, upkeep.faults, upkeep.parties.get("tech", PartyTable())) == ("station", {}, PartyTable())
        wrong = await system.ask("/staff/devices/parties", site="station", fault=("lost=magic",))
        assert wrong.json()["words"] == "请从所列类别中选"


@pytest.mark.req("M44", "M34")
async def test_a_device_comes_is_renamed_and_goes(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(MANAGERS["system"])
        page = (await system.see("/staff/devices/one/new")).text
        assert "lintel flash hall.toml" in page
        assert "自动为新设备开立账号" in page
        new = {"name": "printer-2", "kind": "printer", "board": "printer-pico", "label": "东侧打印机", "zone": "东侧"}
        new["board"] = "dispenser-pico"
        looked = (await system.ask("/staff/devices/save", **new, step="preview")).json()
        assert "东侧打印机" in looked["words"]
        told = (await system.ask("/staff/devices/save", **new)).json()
        assert told["words"] == "已添加 printer-2；请为它写入固件：lintel flash hall.toml printer-2"
        assert pages.house.hall.device("printer-2").zone == "东侧"
        used = await system.ask("/staff/devices/remove", name="dispenser-1")
        assert used.json()["words"].startswith("未修改：dispenser-1 还用于1号窗口、2号窗口")
        renamed = await system.ask("/staff/devices/save", **FORM | {"name": "gate-1", "label": "东门取号机"})
        assert renamed.json()["done"], renamed.text
        file = pages.house.hall.file
        assert {one.printer for one in file.counters} == {"gate-1"}
        assert file.report.printer == "gate-1"
        assert [one.prints for one in file.devices if one.kind == "guide"] == ["gate-1"]
        assert pages.house.hall.device("gate-1").label == "东门取号机"
        assert (await system.ask("/staff/devices/remove", name="printer-2")).json()["done"]
        for form, words in (
            (new | {"name": "一号"}, "设备名须为小写字母、数字和短横线，字母开头，最多32个，如 lintel-4"),
            (new | {"name": "gate-1"}, "未修改：设备名 gate-1 已使用，请换一个"),
            (new | {"kind": "lintel"}, "未修改：设备 printer-2 须选所在窗口"),
            (new | {"board": "nothing"}, "未修改：没有这种电路板，请从所列中选"),
            (new | {"kind": "toaster"}, "填写有误：类型须为所列选项之一"),
            (new | {"arrow": "north"}, "请从所列方向中选"),
        ):
            assert (await system.ask("/staff/devices/save", **form)).json()["words"] == words
        gone = await system.ask("/staff/devices/remove", name="printer-2")
        assert gone.json()["words"] == "没有设备 printer-2，可能刚被他人改名或删除"
        assert (await system.client.get("/staff/devices/one/printer-2")).status_code == 404
        assert "gate-1" in (await system.see("/staff/devices/one/gate-1")).text


async def test_another_programs_broker_has_to_be_told_by_its_owner(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + "[broker]\nown = false\n") as pages:
        system = await pages.sign_in(MANAGERS["system"])
        assert "请其管理员相应增减账号" in (await system.see("/staff/devices/one/new")).text
