"""The managers' day in a browser: administrator and business change the hall while it works (M21, M43, M44)."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import serious
from tests.staff.house import CHEN, LI, MANAGERS, PIN, Pages, open_house, staff_hall
from tests.staff.served import come_in, serve

WIDE = "document.documentElement.scrollWidth <= window.innerWidth"


async def looked_at(page: Page, pictures: Path, name: str) -> None:
    """Keep a picture of a page that fits its window and hinders nobody."""
    await page.screenshot(path=pictures / f"manager-{name}.png", full_page=True)
    assert await page.evaluate(WIDE), name
    assert await serious(page) == [], name


async def agree(page: Page, words: str) -> None:
    """Read what would change, and save it."""
    await expect(page.locator("#preview-words")).to_contain_text(words)
    await page.locator("#preview-yes").click()
    await expect(page.locator(".made")).to_be_visible()


async def first_day(page: Page, address: str, code: str) -> None:
    """The first start: the code, a number, a name, a PIN."""
    await page.goto(f"{address}/staff")
    await page.get_by_label("安装码").fill(code)
    await page.get_by_label("工号").fill("020001")
    await page.get_by_label("姓名").fill("林所长")
    await page.get_by_label("密码（4至8位数字，自己设定）").fill(PIN)
    await page.get_by_label("再输一次密码").fill(PIN)


async def somebody_new(page: Page, pictures: Path) -> None:
    """The administrator adds somebody; a forbidden pair is refused beside the button, and what was typed stays."""
    await page.get_by_role("link", name="人员", exact=True).click()
    await looked_at(page, pictures, "people")
    await page.get_by_role("link", name="新增人员").click()
    await page.get_by_label("工号（4至8位数字）").fill("027099")
    await page.get_by_label("姓名").fill("郑警官")
    for label in ("密码（4至8位数字）", "再输一次密码"):
        await page.get_by_label(label, exact=True).fill("4321")
    await page.get_by_label("办件查看员", exact=True).check()
    await page.get_by_label("事项办理员", exact=True).check()
    await page.get_by_role("button", name="新增").click()
    await expect(page.locator(".refusal")).to_have_text("未修改：办件查看员不能兼任事项办理员，请去掉其中一个角色")
    await looked_at(page, pictures, "refused")
    await page.get_by_label("办件查看员", exact=True).uncheck()
    await page.get_by_role("button", name="新增").click()
    await agree(page, "人员 027099 郑警官 密码：设置")
    await expect(page.locator(".made")).to_contain_text("新增人员 027099 郑警官")


async def service_changed(page: Page, pages: Pages, pictures: Path) -> None:
    """The form outlives a lock; the difference is shown; the change is made, and taken back."""
    await page.get_by_role("link", name="业务", exact=True).click()
    await looked_at(page, pictures, "services")
    await page.get_by_role("link", name="修改户籍").click()
    await page.get_by_label("收费标准").fill("工本费10元")
    await page.get_by_label("办理流程").fill("取号\n受理\n办结")
    await looked_at(page, pictures, "service")
    await page.evaluate("fetch('/staff/lock', {method: 'POST'})")
    await page.get_by_role("button", name="保存").click()
    await page.get_by_label("密码").fill(PIN)
    await page.locator("button.main").click()
    await expect(page.locator("#said")).to_contain_text("登录前填写的内容已恢复，尚未保存")
    await expect(page.get_by_label("收费标准")).to_have_value("工本费10元")
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator("#preview-words")).to_contain_text("办理流程：取号 受理 办结")
    await page.screenshot(path=pictures / "manager-preview.png")
    assert await serious(page) == []
    await agree(page, "业务 A 户籍 办事指南 收费标准：工本费10元")
    guide = pages.house.hall.services[0].guide
    assert guide
    assert guide.fee == "工本费10元"
    await looked_at(page, pictures, "made")
    await page.get_by_role("button", name="撤销这次修改").click()
    await expect(page.locator(".made")).to_contain_text("撤销第")
    after = pages.house.hall.services[0].guide
    assert after is None or after.fee == ""


@pytest.mark.req("M9", "M21", "M35", "M43", "M44", "M45")
async def test_managers_walk_through_their_day(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    text = staff_hall().replace('roles = ["system"]', 'roles = ["maintainer"]')
    async with open_house(tmp_path, text) as pages, serve(pages) as address:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: dialog.accept())
        await first_day(page, address, (tmp_path / "first-code").read_text())
        await looked_at(page, pictures, "first")
        await page.locator("button.main").click()
        await page.wait_for_url(f"{address}/staff/in")
        await come_in(page, address, "020001")
        await somebody_new(page, pictures)
        await page.get_by_role("link", name="修改李警官").click()
        await looked_at(page, pictures, "person")
        await page.get_by_role("button", name="退出").click()
        await come_in(page, address, MANAGERS["business"])
        await service_changed(page, pages, pictures)
        await page.get_by_role("link", name="窗口岗位").click()
        await page.locator("#p-1").get_by_label("A岗").select_option(CHEN)
        await page.locator("#p-1").get_by_label("B岗").select_option(LI)
        await page.locator("#p-1 button.main").click()
        await agree(page, f"窗口 1号 A岗：{CHEN}")
        await looked_at(page, pictures, "posts")
        await page.goto(f"{address}/staff/results")
        await page.locator("#f-new").get_by_label("代码").fill("7")
        await page.locator("#f-new").get_by_label("名称").fill("撤回申请")
        await page.locator("#f-new button.main").click()
        await agree(page, "办理结果 撤回申请")
        await looked_at(page, pictures, "results")
        await page.get_by_role("link", name="修改记录").click()
        await expect(page.get_by_role("row")).to_have_count(7)
        await looked_at(page, pictures, "changes")
        await page.get_by_role("link", name="第3次修改的详情").click()
        await looked_at(page, pictures, "change")
        assert {url for url in asked if not url.startswith(address)} == set()
        await context.close()
