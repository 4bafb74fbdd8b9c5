"""The words of the hall for what the rules say in codes; the hall's file may have its own for every refusal."""

from collections.abc import Callable, Mapping, Sequence

from hub.rules.alerts import share_wanted
from hub.rules.case import Reason

REFUSED: dict[Reason, str] = {
    "old-turn": "请再按一次",
    "no-such-key": "无此功能",
    "calling": "正在呼叫",
    "on-the-way": "群众在途",
    "nobody-waits": "无号码",
    "no-ticket": "无号码",
    "printing": "正在出票 请稍候",
    "printer": "暂停取号",
    "closed": "非取号时间",
    "break": "午间休息",
    "not-signed-in": "未登录",
    "locked": "已锁定",
    "paused": "暂停服务",
    "busy": "先办结本号",
    "begun": "已开始",
    "recall-limit": "重呼已满",
    "no-such-number": "无此号",
    "wrong-state": "此号不可用",
    "not-authorised": "无此权限",
    "no-such-service": "无此业务",
    "no-such-counter": "无此窗口",
    "no-such-code": "无此代码",
    "no-such-class": "无此类别",
    "needs-reason": "请选原因",
    "wrong-pin": "密码错误",
    "unknown-person": "无此工号",
    "not-a-clerk": "非窗口人员",
    "not-qualified": "未考核合格",
    "not-posted": "非本窗岗位",
    "occupied": "已有人登录",
    "elsewhere": "已在他窗",
    "no-supervisor": "民警未在岗",
    "last-for-service": "须先进后出",
    "not-on-duty": "未登录",
    "no-rating": "暂不能评价",
    "rated": "已评价",
    "needs-identity": "请刷身份证",
    "has-ticket": "您已有号码",
    "no-printer": "无法打印",
    "no-guide": "无办事指南",
    "no-slip": "无可补打",
    "not-printed": "单据未打出",
    "fault": "系统故障",
    "entered": "此号已补录",
    "no-such-time": "时间有误",
    "needs-entry": "请先输入",
    "confirm-first": "请先确认 {number}",
    "own-counter": "已在本窗",
    "no-other": "请另选窗口",
    "not-theirs": "该窗不能办",
    "open-hours": "请直接取号",
    "service-in-use": "业务有号码",
    "counter-in-use": "窗口使用中",
    "person-on-duty": "人员在岗",
    "class-in-use": "类别有号码",
    "forbidden-pair": "角色冲突",
    "no-complaint": "无此工单",
    "own-matter": "本人须回避",
    "not-owner": "请先接办",
    "settled": "已办结",
    "not-settled": "尚未办结",
    "appealed": "已申诉",
    "not-appealed": "未申诉",
}
"""Short enough for a pad of 64 dots where a clerk meets them every day: four or five characters."""

ALERTS = {
    "printer": "{} {}",
    "average-wait": "平均等候{}分钟",
    "peak": "高峰 等候{}人",
    "doubt": "核实是否出票 {}",
    "restored": "核实是否已叫号 {}",
    "handed-over": "离线号码待核实 {}",
    "overdue": "{}逾期未归",
    "empty": "{}空岗",
    "no-police": "民警未到岗",
    "no-guide": "引导员未到岗",
    "windows": "应开{}个窗口",
    "self-test": "自检{}项异常",
    "near-end": "{} {}",
}
PRINTERS = ("票纸将尽", "缺纸", "机盖打开", "切刀故障", "打印机故障", "打印机脱机", "打印机无应答")
"""In the order of `hub.rules.alerts.PRINTER_WRONG`."""
_OF_DEVICES = ("printer", "near-end")
_VOLUMES = {100: "高峰", 70: "中峰", 50: "平峰"}
_BY_NUMBER = ("doubt", "restored", "handed-over")
_BY_COUNTER = ("overdue", "empty")
NAMED_MAX = 6
"""So many counters are named in one alert; of more, how many there are."""
FAULTS = {"no-police": "民警未到岗", "no-guide": "引导员未到岗"}
LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
ASPECTS = {1: "警容风纪", 2: "工作态度", 3: "服务质量", 4: "办事效率"}


def alerts_of(
    alerts: Mapping[tuple[str, str], int], faults: Sequence[str] = (), place: Callable[[str], str] = str
) -> list[str]:
    """Return alerts in words, the most urgent first; counters share a sentence.

    alerts: (kind, subject) to value. faults: what a self-test found, as `hub.rules.selftest` names it.
    place: what people call a device.
    """
    found = []
    for kind, words in ALERTS.items():
        of_kind = [(subject, value) for (known, subject), value in alerts.items() if known == kind]
        if of_kind and kind in _BY_NUMBER:
            found.append(words.format("、".join(subject for subject, _value in of_kind[:NAMED_MAX])))
        elif of_kind and kind in _BY_COUNTER:
            found.append(words.format(_counters([subject for subject, _value in of_kind])))
        elif kind in _OF_DEVICES:
            found += [words.format(place(device), PRINTERS[value]) for device, value in of_kind]
        elif of_kind:
            found.append(words.format(of_kind[0][1]))
    return found + ([fault_words(one) for one in faults] if ("self-test", "") in alerts else [])


def fault_words(fault: str) -> str:
    """Return a fault of the self-test as the duty officer reads it."""
    what, _, name = fault.partition(" ")
    return FAULTS.get(what, f"{name}号窗无人" if what == "counter" else name)


def volume_words(volume: int) -> str:
    """Return why a day of this many tickets wants so many counters open (S13)."""
    share = share_wanted(volume)
    return f"{_VOLUMES[share]}，开通{share}%"


def copy_words(copies: int, asked_by: str = "") -> str:
    """Return what stands on a copy of a ticket: that it is one, and who asked for it; empty on the first."""
    if asked_by:
        return f"（补打 {asked_by}）"
    return "（补打）" if copies > 1 else ""


def _counters(numbers: list[str]) -> str:
    if len(numbers) > NAMED_MAX:
        return f"{len(numbers)}个窗口"
    return "、".join(sorted(numbers, key=int)) + "号窗"
