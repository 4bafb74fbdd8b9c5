"""What the checker of the hall's file says, in the words of whoever fills in a form: which field, and what to do."""

import re
from collections.abc import Callable, Iterable

from hub.edits.summary import KEYS, TABLES

Say = Callable[[re.Match[str]], str]
_BOUNDS = {"at most": "不能大于", "at least": "不能小于", "less than": "须小于", "more than": "须大于"}
_LENGTHS = {"at most": "最多", "at least": "至少"}
_UNITS = {"characters": "个字", "entries": "项"}
_FORMS = {
    "one capital letter": "一个大写字母，如 A",
    "one digit": "一位数字",
    "4 to 8 digits": "4至8位数字",
    "a date such as": "日期，如 2026-10-01",
    "an hour such as": "时刻，如 08:30",
    "spans of hours": "时间段，如 08:30-12:00 14:00-17:30",
    "small letters, digits and dashes": "小写字母、数字和短横线，字母开头，最多32个",
    "small letters and dashes, at most 16": "小写字母和短横线，最多16个",
    "a key of its board": "电路板上的按键名",
    "text, in quotes": "文字",
    "a whole number": "整数",
    "a number": "数字",
    "true or false": "是或否",
    "a list": "列表",
    "one of": "所列选项之一",
}
_WHY = re.compile(r"\A(?:未修改：)?(?:文件已被手工改动，但不能采用（)?(?:未修改：)?.*?第(\d+)行 (.*)\Z", re.DOTALL)


def key_words(key: str) -> str:
    """Return what a key of the file is called on the pages."""
    return KEYS.get(key, TABLES.get(key, key))


def _form(words: str) -> str:
    return next((chinese for english, chinese in _FORMS.items() if words.startswith(english)), words)


_SAYINGS: tuple[tuple[str, Say], ...] = (
    (r"missing required field `(\w+)`.*", lambda m: f"请填写{key_words(m[1])}"),
    (
        r"(\w+)(?: (?:is|has) .*| cannot be so); it has to be (at most|at least|less than|more than) (.*)",
        lambda m: f"{key_words(m[1])}{_BOUNDS[m[2]]}{m[3]}",
    ),
    (r"(\w+) has 0 characters; it has to have at least 1", lambda m: f"请填写{key_words(m[1])}"),
    (r"(\w+) has 0 entries; it has to have at least 1", lambda m: f"{key_words(m[1])}至少要有一项"),
    (
        r"(\w+) has (\d+) (characters|entries); it has to have (at most|at least) (\d+)",
        lambda m: f"{key_words(m[1])}{_LENGTHS[m[4]]}{m[5]}{_UNITS[m[3]]}，现有{m[2]}{_UNITS[m[3]]}",
    ),
    (r"(\w+)(?: (?:is|has) .*?| cannot be so); write (.*)", lambda m: f"{key_words(m[1])}须为{_form(m[2])}"),
    (r"service (\S+) stands here twice.*", lambda m: f"代码 {m[1]} 已有业务使用，请换一个字母"),
    (r"(\S+) is the letter of a service; .*", lambda m: f"{m[1]} 是预约号的字母，业务请换一个"),
    (r"(\S+) is a letter of other numbers; .*", lambda m: f"{m[1]} 是备用号的字母，请换一个"),
    (r"counter (\S+) stands here twice.*", lambda m: f"{m[1]}号窗口已有，请换一个窗口号"),
    (r"counter (\S+): (\S+) is no service", lambda m: f"{m[1]}号窗口：没有业务 {m[2]}，请先从窗口的办理业务中去掉"),
    (r"no counter serves (.*); add it to one", lambda m: f"没有窗口办理业务 {m[1]}，请至少选一个窗口"),
    (r"class (\S+) exists already.*", lambda m: f"类别 {m[1]} 已有，请换一个"),
    (r"result (\S+) stands here twice.*", lambda m: f"结果代码 {m[1]} 已使用，请换一位数字"),
    (r"result (\S+) is told in writing; .*", lambda m: f"结果 {m[1]} 须出具书面凭证，请先为窗口配打印机"),
    (r"(\w+): spans end after they begin.*", lambda m: f"{key_words(m[1])}的时间段先后不对或有重叠，请改正"),
    (r"light from (\S+) follows (\S+);.*", lambda m: f"亮度：{m[1]} 排在 {m[2]} 之后，请按时刻先后填写"),
    (r"(\S+) is no day of the calendar.*", lambda m: f"没有 {m[1]} 这一天，请改正日期"),
    (r"the name (\S+) is taken.*", lambda m: f"设备名 {m[1]} 已使用，请换一个"),
    (r"no board .*", lambda _: "没有这种电路板，请从所列中选"),
    (r"dispenser (\S+) belongs to no counter.*", lambda _: "取号机不属于窗口，请不要选窗口"),
    (r"board (\S+) has no printer or no keys.*", lambda m: f"电路板 {m[1]} 没有打印机或按键，不能作取号机"),
    (r"board (\S+) has no key (\S+); it has (.*)", lambda m: f"电路板 {m[1]} 没有按键 {m[2]}，只有 {m[3]}"),
    (r"key (\S+): name one service, .*", lambda m: f"按键 {m[1]}：请选一项有办事指南的业务"),
    (r"key (\S+): no such service or class.*", lambda m: f"按键 {m[1]}：没有这项业务或类别"),
    (r"(\w+) (\S+) needs the number of a counter.*", lambda m: f"设备 {m[2]} 须选所在窗口"),
    (r"keys are for dispensers; remove them from (\S+)", lambda m: f"只有取号机有取号键，请从 {m[1]} 去掉"),
    (r"board (\S+) has no panel.*", lambda m: f"电路板 {m[1]} 没有显示屏，请换一种"),
    (r"counter (\S+) is of profile (\S+) and has no (\S+)", lambda m: f"{m[1]}号窗口不能装这种设备"),
    (r"board (\S+) lacks keys r1 to r5.*", lambda m: f"电路板 {m[1]} 没有五个评价键，不能作评价器"),
    (r"board (\S+) has no key next.*", lambda m: f"电路板 {m[1]} 没有呼叫键，不能作呼叫器"),
    (r"(\w+) (\S+) belongs to no counter.*", lambda m: f"设备 {m[2]} 不属于窗口，请不要选窗口"),
    (r"board (\S+) has no printer; .*", lambda m: f"电路板 {m[1]} 没有打印机"),
    (r"board (\S+) has no keys; .*", lambda m: f"电路板 {m[1]} 没有按键"),
    (r"(\S+): name in prints a device that has a printer", lambda m: f"设备 {m[1]}：请选有打印机的设备"),
    (r"counter (\S+): (\S+) has no printer", lambda m: f"{m[1]}号窗口：{m[2]} 没有打印机"),
    (r"(\S+) has no printer; name a device.*", lambda m: f"{m[1]} 没有打印机，请选有打印机的设备"),
    (r"board (\S+): no printer profile .*", lambda m: f"电路板 {m[1]} 的打印机型号未知"),
    (r"(\S+): an arrow (\S+) is for a lintel.*", lambda m: f"设备 {m[1]} 没有这个方向的箭头，请去掉"),
    (r"(\S+) stands here twice; remove one", lambda m: f"工号 {m[1]} 已有人使用"),
    (r"(\S+) is authorised for (\S+), which is no service", lambda m: f"{m[1]} 的可办业务中，{m[2]} 已不存在"),
    (r"(\S+) cannot be (\w+) and (\w+) at once.*", lambda m: _pair(m[2], m[3])),
    (r"auxiliary (\S+) needs a supervisor.*", lambda m: f"辅警 {m[1]} 须指定一名民警作带班民警"),
    (r"only auxiliaries have a supervisor; remove it from (\S+)", lambda m: f"只有辅警填写带班民警，请为 {m[1]} 去掉"),
    (r"counter (\S+): (\S+) is nobody of this file", lambda m: f"{m[1]}号窗口的岗位上是 {m[2]}，人员中没有此人"),
    (r"(\S+) is viewer or complaints and cannot serve.*", lambda m: f"{m[1]} 是办件查看员或投诉处理员，不能上窗口岗位"),
    (r"no file (\S+) beside this file; .*", lambda m: f"大厅文件旁边没有图片 {m[1]}，请先把图片放在那里"),
    (r"(\S+) lies elsewhere; .*", lambda m: f"{m[1]} 不在大厅文件旁边，请把图片放在那里"),
    (r"(\S+) is no \.png.*", lambda m: f"{m[1]} 不是图片，请用 png、jpg 或 webp"),
    (r"(\S+) is larger than (\d+) MB; .*", lambda m: f"图片 {m[1]} 超过{m[2]}MB，请缩小"),
    (r"board (\S+): .*", lambda _: "没有这种电路板，请从所列中选"),
    (r".*: the file has no such entry", lambda _: "该条目已不存在，可能刚被他人修改，请刷新页面"),
    (r".*: there is no (?:list of tables|table)", lambda _: "该条目已不存在，可能刚被他人修改，请刷新页面"),
    (r".*: the file is written so that .*", lambda _: "文件中此处的写法较特殊，请系统管理员手工修改"),
    (r"a text with half a character.*", lambda _: "文字中有不完整的字符，请重新输入"),
)


def _pair(never: str, serving: str) -> str:
    from hub.staff.permissions import ROLE_WORDS

    words = {str(role): one for role, one in ROLE_WORDS.items()}
    return f"{words.get(never, never)}不能兼任{words.get(serving, serving)}，请去掉其中一个角色"


def in_chinese(sentence: str, more: Iterable[tuple[str, Say]] = ()) -> str:
    """Return why a change was refused in words for a page. sentence: what `NotChangedError` says.

    What is Chinese already stays; what has no words here is told with its line, so that nothing is hidden.
    more: patterns and words of a page's own.
    """
    found = _WHY.match(sentence)
    plain = (found[2] if found else sentence.removeprefix("未修改：")).strip().removesuffix("）；请先改正文件")
    for pattern, say in (*more, *_SAYINGS):
        if said := re.fullmatch(pattern, plain, re.DOTALL):
            by_hand = "文件已被手工改动且有误，请先改正：" if "手工改动" in sentence else "未修改："
            return by_hand + say(said)
    return sentence if not found else f"未修改：文件第{found[1]}行有误（{plain}）"


def mistyped(message: str) -> str:
    """Return what is wrong with a form, of which msgspec says so. message: a ValidationError's."""
    words, _, place = message.partition(" - at `$")
    key = re.sub(r"\[.*?\]", "", place.rstrip("`")).rpartition(".")[2]
    missing = re.search(r"missing required field `(\w+)`", words)
    if missing:
        return f"请填写{key_words(missing[1])}"
    kinds = {"int": "整数", "float": "数字", "bool": "是或否", "str": "文字"}
    wanted = re.search(r"Expected `(\w+)", words)
    form = kinds.get(wanted[1], "规定的格式") if wanted and "regex" not in words else "规定的格式"
    form = "所列选项之一" if "enum value" in words else form
    return f"{key_words(key) if key else '所填内容'}须为{form}"
