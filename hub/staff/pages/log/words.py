"""The log in words: what was done, what it was about, why it was not allowed."""

from hub.archive.words import Table
from hub.staff.pages.log.reading import Kind, Line
from hub.staff.permissions import PERMISSIONS
from hub.staff.signing import WORDS as SIGNING_WORDS
from hub.staff.typed import date_of
from hub.words import REFUSED

DAY_LETTERS = 8
"""Of a day as the journal has it, YYYYMMDD."""

KIND_WORDS: dict[Kind, str] = {
    "signing": "登录、退出",
    "refused": "被拒绝",
    "seen": "查阅",
    "exported": "导出",
    "changed": "办理、修改",
}
DOINGS = {
    "sign-in": "登录工作页面",
    "sign-out": "退出工作页面",
    "unlock": "解锁工作页面",
    "counter-in": "窗口登录",
    "counter-out": "窗口退出",
    "on-duty": "上岗",
    "off-duty": "离岗",
    "notices-look": "查阅告知单",
    "services-set": "调整窗口业务",
    "enlisted": "安排岗位",
    "dismissed": "撤销岗位",
    "fault-declared": "报告系统故障",
    "fault-cleared": "解除系统故障",
    "hall-changed": "修改大厅设置",
    "rows-sealed": "移除已归档日志",
    "archive-remove": "要求移除已归档日志",
}
ABOUT = {
    "all": "全部",
    "first": "起",
    "last": "止",
    "number": "号码",
    "serial": "序号",
    "own_serial": "单据",
    "service": "业务",
    "services": "业务",
    "counter": "窗口",
    "staff": "工号",
    "rows": "日志行",
    "make": "新建",
    "revoke": "停用",
}
"""Words of the journal that are about something; whatever is no such word stands as it was kept."""


PAGES = {"/staff/archive/check": "日志校验"}
"""Addresses that say more than the permission does."""


def doing(action: str) -> str:
    """Return what was done."""
    known = PERMISSIONS.get(action)
    return DOINGS.get(action) or (known.words if known else action)


def about(line: Line) -> str:
    """Return what it was about; a page's own address says no more than the action does, a file's its name."""
    if line.about.startswith("/staff/") and line.action in PERMISSIONS:
        folder, _slash, name = line.about.rpartition("/")
        return f"下载 {name}" if folder.endswith("/file") else PAGES.get(line.about, "")
    if line.action == "hall-changed":
        return line.about
    return "　".join(map(_word, line.about.split()))


def why_not(line: Line) -> str:
    """Return why it was not allowed, empty where it was."""
    if not line.refused:
        return ""
    if line.refused == "forged":
        return "请求来源不符"
    return SIGNING_WORDS.get(line.refused) or REFUSED.get(line.refused) or line.refused  # type: ignore[call-overload]


def who(table: Table, line: Line) -> str:
    """Return who did it; who could not say who he is has no number here."""
    return table.person(line.person) or "（未识别）"


def _word(word: str) -> str:
    name, equals, value = word.partition("=")
    if not equals:
        return ABOUT.get(word, word)
    if name in ("first", "last") and len(value) == DAY_LETTERS:
        value = date_of(value)
    return f"{ABOUT.get(name, name)} {value}"
