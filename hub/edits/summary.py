"""A change of the hall's file in words for people: short, and without anything that is secret."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hardware.kinds import KIND_WORDS
from hub.edits.differences import Difference
from hub.edits.kinds import IDENTITY, Place
from hub.staff.permissions import ROLE_WORDS
from hub.upkeep_words import FAULTS, SITES, WORKS

SHOWN_MAX = 24
"""A longer value is not repeated; that it is another one is enough."""
PARTS_MAX = 4
NOTHING = "内容未变，仅格式或注释"
SECRET = {"pin": "密码", "badge": "证卡"}
TABLES = {
    "hall": "大厅",
    "rules": "排队规则",
    "hours": "办公时间",
    "alerts": "告警",
    "services": "业务",
    "counters": "窗口",
    "people": "人员",
    "devices": "设备",
    "classes": "类别",
    "results": "办理结果",
    "light": "亮度",
    "screen": "综合屏",
    "pages": "公示页",
    "qr": "监督码",
    "guide": "办事指南",
    "appointments": "预约",
    "notices": "告知单",
    "report": "日报",
    "voice": "语音",
    "ticket": "号票",
    "pad": "呼叫器",
    "reasons": "原因列表",
    "offline": "离线取号",
    "upkeep": "运维责任",
    "update": "固件升级",
    "wifi": "无线网络",
    "faces": "显示样式",
    "complaints": "投诉回访",
    "staff": "工作页面",
    "parties": "责任单位",
    "faults": "故障归属",
    **WORKS,
}
KEYS = SECRET | {
    "name": "名称",
    "unit": "所属单位",
    "minutes": "办理时长",
    "real_name": "实名取号",
    "materials": "材料",
    "basis": "办理依据",
    "conditions": "办理条件",
    "place": "办理地点",
    "times": "办理时间",
    "process": "办理流程",
    "time_limit": "办理时限",
    "fee": "收费标准",
    "version": "版本",
    "effective": "生效日期",
    "serves": "办理业务",
    "then": "兼办业务",
    "auto": "自动叫号",
    "post_a": "A岗",
    "post_b": "B岗",
    "printer": "打印机",
    "zone": "区域",
    "arrow": "方向",
    "kind": "类型",
    "qualified": "考核合格",
    "services": "可办业务",
    "supervisor": "带班民警",
    "phone": "办公电话",
    "photo": "照片",
    "roles": "角色",
    "board": "电路板",
    "counter": "所在窗口",
    "code": "代码",
    "id": "编号",
    "number": "编号",
    "elsewhere": "其他办理途径",
    "reason": "须选原因",
    "promise": "可承诺时限",
    "print": "打印结果单",
    "form": "凭证式样",
    "profile": "窗口形式",
    "label": "位置名称",
    "welcome": "欢迎语",
    "notices": "滚动通知",
    "lines": "内容",
    "title": "标题",
    "order": "轮播顺序",
    "lunch": "午间",
    "holidays": "节假日",
    "workdays": "调休上班",
    "average_wait_min": "平均等候线",
    "peak_waiting": "高峰人数",
    "empty_after_s": "空岗时限",
    "head_start_min": "提前分钟",
    "self_test_min": "开门前自检分钟",
    "appointment_letter": "预约号字母",
    "appointment_late_min": "预约迟到分钟",
    "file": "文件",
    "text": "内容",
    "dwell_s": "停留秒数",
    "safety_sign": "安全标志",
    "prints": "由哪台打印",
    "site": "所在地点",
    **FAULTS,
    "enquiry_phone": "咨询电话",
    "complaint_phone": "投诉电话",
    **dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), map("周{}".format, "一二三四五六日"), strict=True)),
}
DEVICES = {kind: words for kind, words in KIND_WORDS.items() if kind != "guide"}
VALUES: dict[str | int, dict[Any, str]] = {
    "kind": {"police": "民警", "auxiliary": "辅警", "guide": "引导员", "office": "内勤"} | DEVICES,
    "lunch": {"closed": "停止取号", "tickets": "不间断取号"},
    "site": {str(site): words for site, words in SITES.items()},
    "order": {
        "hours": "办公时间",
        "services": "办理事项",
        "phones": "联系电话",
        "guides": "办事指南",
        "pages": "公示页",
        "staff": "窗口人员",
        "qr": "监督码",
    },
    **{kind: dict(WORKS) for kind in FAULTS},
    "roles": {str(role): words for role, words in ROLE_WORDS.items()},
}
"""What people call the values of a key."""


def summary(found: Sequence[Difference], name_of: Callable[[str, str | int], str]) -> str:
    """Return what is different in words. name_of: what people call an element of an array, by array and identity."""
    if not found:
        return NOTHING
    parts = list(dict.fromkeys(_parts(found, name_of)))
    rest = len(parts) - PARTS_MAX
    return "；".join(parts[:PARTS_MAX]) + (f"；另有{rest}处" if rest > 0 else "")


def details(found: Sequence[Difference], name_of: Callable[[str, str | int], str]) -> list[str]:
    """Return all that is different, each in a line of its own with what was there and what will be, but for secrets."""
    return list(dict.fromkeys(f"{_place_words(one.at, name_of)}：{_both(one)}" for one in found))


def _both(one: Difference) -> str:
    if _is_secret(one):
        return "删除" if one.after is None else "更换" if one.before is not None else "设置"
    before, after = (_words(one.at[-1], value) or "（空）" for value in (one.before, one.after))
    if one.before is None:
        return after
    return f"{before} → {'删除' if one.after is None else after}"


def _is_secret(one: Difference) -> bool:
    return one.at[-1] in SECRET or one.at[0] == "wifi"


def _parts(found: Iterable[Difference], name_of: Callable[[str, str | int], str]) -> Iterable[str]:
    """Whole elements come and go in one part, however many keys they have."""
    found = list(found)
    ids = {(*_element(one.at), ""): one for one in found if _is_identity(one.at)}
    for one in found:
        element = _element(one.at)
        whole = ids.get((*element, "")) if element else None
        if whole is None:
            yield f"{_place_words(one.at, name_of)}{_change_words(one)}"
        elif whole.before is None or whole.after is None:
            yield f"{'新增' if whole.before is None else '删除'}{_place_words(element, name_of)}"


def _element(at: Place) -> Place:
    """Return the place of the element of an array that a place is in, empty where it is in none."""
    return next((at[: len(array) + 1] for array in IDENTITY if at[: len(array)] == array and len(at) > len(array)), ())


def _is_identity(at: Place) -> bool:
    element = _element(at)
    return bool(element) and len(at) == len(element) + 1 and at[-1] == IDENTITY[element[:-1]]


def _place_words(at: Place, name_of: Callable[[str, str | int], str]) -> str:
    element = _element(at)
    array = element[:-1]
    words = [TABLES.get(str(one), str(one)) for one in array[-1:]]
    if element:
        words.append(name_of(str(array[-1]), element[-1]))
    rest = at[len(element) :]
    words += [TABLES.get(str(one), str(one)) for one in rest[:-1]]
    if rest:
        words.append(KEYS.get(str(rest[-1]), TABLES.get(str(rest[-1]), str(rest[-1]))))
    return " ".join(words)


def _change_words(one: Difference) -> str:
    if _is_secret(one):
        return "已更换"
    before, after = (_short(one.at[-1], value) for value in (one.before, one.after))
    if one.after is None:
        return "已删除"
    if after and (one.before is None or before):
        return f"：{after}" if one.before is None else f"：{before}→{after}"
    return "已修改"


def _short(key: str | int, value: Any) -> str:
    """Return a value in words, empty where it is too long to be said twice."""
    words = _words(key, value)
    return words if 0 < len(words) <= SHOWN_MAX and not isinstance(value, dict) else ""


def _words(key: str | int, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_words(key, one) for one in value)
    if isinstance(value, dict):
        return ""
    return "" if value is None else VALUES.get(key, {}).get(value, str(value))
