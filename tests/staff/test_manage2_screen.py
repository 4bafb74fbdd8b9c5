"""The hall screen on the managers' pages: seen as citizens will see it, then published (M21, M44, M47, S15, S27)."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub.clock import local
from tests.staff.house import MANAGERS, Pages, Visitor, open_house, staff_hall
from tests.staff.scenes_screen import PAGE

MORE = """[screen]
notices = [
    "原有通知",  # 长期
]

[[screen.pages]]
title = "收费公示"
lines = ["身份证：20元"]
version = "2026-2"
effective = "2026-01-01"
"""
ONE = {"at": "1", "title": "收费公示", "version": "2026-2", "effective": "2026-01-01"}


async def snapshot(visitor: Visitor, of: str) -> dict[str, object]:
    """Return what the preview's page is told."""
    answer = await visitor.client.get(f"/staff/screen-preview/{of}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    found: dict[str, object] = json.loads(answer.text.removeprefix("data: "))
    return found


def own(shown: dict[str, object]) -> list[tuple[str, list[str], str]]:
    """Return the hall's own public pages of a snapshot."""
    pages = shown["pages"]
    assert isinstance(pages, list)
    return [
        (one["title"], [each["text"] for each in one["blocks"]], one["foot"]) for one in pages if one["kind"] == "text"
    ]


def year(pages: Pages) -> str:
    return f"{local(pages.house.clock.now(), pages.house.hall.zone):%Y}"


@pytest.mark.req("M47", "S27", "M44")
async def test_notices_are_seen_on_the_screen_before_anybody_else_sees_them(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + MORE) as pages:
        announcer = await pages.sign_in(MANAGERS["announcer"])
        assert (await announcer.ask("/staff/screen-notices/save")).json()["words"] == "没有待发布的内容，请先预览"
        told = (
            await announcer.ask("/staff/screen-notices/preview", notices="原有通知\n\n 周六照常 \n", welcome="您好")
        ).json()
        assert told == {"done": True, "words": "", "to": "/staff/screen-notices?draft=1"}
        page = await announcer.see("/staff/screen-notices?draft=1")
        assert "欢迎语" in page.text
        assert '<iframe src="/staff/screen-preview/notices/?quiet"' in page.text
        assert "frame-src 'self'" in page.headers["content-security-policy"]
        screen = await announcer.client.get("/staff/screen-preview/notices/")
        assert "frame-ancestors 'self'" in screen.headers["content-security-policy"]
        assert 'src="/screen/main.js"' in screen.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        shown = await snapshot(announcer, "notices")
        assert (shown["notices"], shown["welcome"]) == (["原有通知", "周六照常"], "您好")
        assert (await snapshot(announcer, "now"))["notices"] == ["原有通知"]
        assert pages.house.hall.file.screen.notices == ("原有通知",)
        saved = (await announcer.ask("/staff/screen-notices/save")).json()
        assert saved["words"] == "已发布，综合屏随即更新"
        assert pages.house.hall.file.screen.notices == ("原有通知", "周六照常")
        assert "# 长期" in (tmp_path / "hall.toml").read_text(encoding="utf-8")
        assert "撤销这次修改" in (await announcer.see(saved["to"])).text
        long = (await announcer.ask("/staff/screen-notices/preview", notices="长" * 121)).json()
        assert "120" in long["words"], long
        nothing = await announcer.ask("/staff/screen-notices/preview", notices="原有通知\n周六照常", welcome="您好")
        assert nothing.json()["words"] == "没有需要保存的修改"
        assert (await announcer.client.get("/staff/screen-preview/else/")).status_code == 404
        assert (await announcer.client.get("/staff/screen-preview/now/else")).status_code == 404


async def test_what_was_seen_is_what_is_published_or_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + MORE) as pages:
        announcer, business = await pages.sign_in(MANAGERS["announcer"]), await pages.sign_in(MANAGERS["business"])
        await announcer.ask("/staff/screen-notices/preview", notices="周六照常")
        assert (await snapshot(business, "notices"))["notices"] == ["原有通知"]
        await business.ask("/staff/screen-pages/preview", **PAGE | {"title": "新公示"})
        assert (await business.ask("/staff/screen-pages/save")).json()["done"]
        late = await announcer.ask("/staff/screen-notices/save")
        assert late.json()["words"] == "内容刚被他人修改过，请刷新页面，看过后再改"
        assert pages.house.hall.file.screen.notices == ("原有通知",)


async def test_an_open_preview_does_not_keep_a_page_from_locking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.time()]
    monkeypatch.setattr("hub.staff.app.time", SimpleNamespace(time=lambda: now[0]))
    async with open_house(tmp_path, staff_hall() + "[staff]\nlock_min = 10\n") as pages:
        announcer = await pages.sign_in(MANAGERS["announcer"])
        now[0] += 360
        await snapshot(announcer, "now")
        now[0] += 360
        assert (await announcer.client.get("/staff/screen-preview/now/events")).status_code == 303


@pytest.mark.req("M21", "M44")
async def test_public_pages_have_a_version_and_a_day(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + MORE) as pages:
        business, this = await pages.sign_in(MANAGERS["business"]), year(pages)
        await business.ask("/staff/screen-pages/preview", **ONE, lines="身份证：40元\n工本费：10元")
        title, lines, foot = own(await snapshot(business, "pages"))[0]
        assert (title, lines) == ("收费公示", ["身份证：40元", "工本费：10元"])
        expected = "2026-3" if this == "2026" else f"{this}-1"
        assert foot.startswith(f"版本 {expected}　{this}年")
        first = (await snapshot(business, "pages"))["pages"]
        assert isinstance(first, list)
        assert first[0]["title"] == "收费公示"
        page = (await business.see("/staff/screen-pages?draft=1")).text
        assert "身份证：40元" in page
        await business.ask("/staff/screen-pages/save")
        (saved,) = pages.house.hall.file.screen.pages
        assert (saved.version, saved.lines) == (expected, ("身份证：40元", "工本费：10元"))
        form = {"at": "1", "title": "收费标准", "version": saved.version, "effective": saved.effective}
        await business.ask("/staff/screen-pages/preview", **form, lines="\n".join(saved.lines))
        await business.ask("/staff/screen-pages/save")
        (renamed,) = pages.house.hall.file.screen.pages
        assert (renamed.title, renamed.version) == ("收费标准", f"{this}-{int(expected[5:]) + 1}")
        await business.ask("/staff/screen-pages/preview", **PAGE)
        await business.ask("/staff/screen-pages/save")
        assert [one.title for one in pages.house.hall.file.screen.pages] == ["收费标准", "收费公示"]
        assert pages.house.hall.file.screen.pages[1].version == f"{this}-1"
        for form, words in (
            (PAGE, "已有公示页“收费公示”，请换一个标题"),
            (PAGE | {"title": "x", "effective": "2026-02-30"}, "未修改：没有 2026-02-30 这一天，请改正日期"),
            (PAGE | {"title": ""}, "填写有误：请填写标题"),
            (PAGE | {"at": "9"}, "没有这个公示页，可能刚被他人删除"),
        ):
            assert (await business.ask("/staff/screen-pages/preview", **form)).json()["words"] == words
        for _ in range(2):
            await business.ask("/staff/screen-pages/remove", at="1")
            assert (await business.ask("/staff/screen-pages/save")).json()["done"]
        assert pages.house.hall.file.screen.pages == ()


@pytest.mark.req("S15", "M3")
async def test_the_code_and_the_sign_are_seen_and_published(tmp_path: Path) -> None:
    (tmp_path / "sign.png").write_bytes(b"picture")
    async with open_house(tmp_path) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        form = {"qr_text": "https://jd.example/1", "qr_label": "扫码监督", "qr_dwell_s": "30", "shown": ("qr", "hours")}
        await business.ask("/staff/screen-pages/others", **form, safety_sign="sign.png", dwell_s="15")
        shown = await snapshot(business, "pages")
        (code,) = shown["pages"]  # type: ignore[misc]
        assert (code["title"], code["dwell_ms"], shown["has_sign"]) == ("扫码监督", 30_000, True)
        picture = await business.client.get("/staff/screen-preview/pages/qr.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert (await business.client.get("/staff/screen-preview/pages/sign")).content == b"picture"
        assert (await business.client.get("/staff/screen-preview/now/sign")).status_code == 404
        assert (await business.client.get("/staff/screen-preview/now/qr.svg")).status_code == 404
        await business.ask("/staff/screen-pages/save")
        table = pages.house.hall.file.screen
        assert table.qr
        assert (table.qr.label, table.order, table.dwell_s) == ("扫码监督", ("hours", "qr"), 15.0)
        lost = await business.ask("/staff/screen-pages/others", **form, safety_sign="no.png", dwell_s="15")
        assert lost.json()["words"] == "未修改：大厅文件旁边没有图片 no.png，请先把图片放在那里"
        await business.ask("/staff/screen-pages/others", shown=("hours", "qr"), dwell_s="15", safety_sign="sign.png")
        await business.ask("/staff/screen-pages/save")
        assert pages.house.hall.file.screen.qr is None
