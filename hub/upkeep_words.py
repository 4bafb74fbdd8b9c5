"""The words for faults, updates and the health of devices, as maintainers read them."""

from collections.abc import Mapping

from hub.rules.alerts import PRINTER_WRONG
from hub.rules.fault_log import DECLARED, LOST, MISSING
from hub.rules.rollout import NOBODY_NAMED
from hub.upkeep_file import FaultKind, Site
from hub.words import PRINTERS

STATES = {"ready": "正常", "lost": "失联", "disconnected": "已关机", "sleeping": "休眠", "init": "启动中"}
RESETS = {"power": "上电", "watchdog": "自动重启", "soft": "软重启", "hard": "复位键", "unknown": "不明"}
PHASES = {
    "waiting": "等待",
    "fetching": "传输中",
    "ready": "待切换",
    "switching": "切换中",
    "proving": "试运行",
    "done": "完成",
    "failed": "失败",
    "stopped": "未升级",
}
WHY = {
    "not-mine": "清单不属于本机",
    "old": "固件序号偏旧，再升级一次即可",
    "damaged": "文件校验不符",
    "flash": "闪存写入失败",
    "unsupported": "不支持升级",
    "no-progress": "传输无进展",
    "rolled-back": "新固件未能运行，已退回",
    "not-back": "切换后失联",
}
WHO = {NOBODY_NAMED: "维护人员"}
WORKS = {"upkeep": "日常维护", "repair": "维修供电", "tech": "技术支撑", "software": "软件更新"}
SITES: dict[Site, str] = {"station": "派出所", "bureau-yard": "区局院内"}
FAULTS: dict[FaultKind, str] = {
    "lost": "失去联系",
    "missing": "自检未见",
    "near-end": "纸将尽",
    "paper-out": "缺纸",
    "cover-open": "打印机盖未合",
    "cutter": "切刀故障",
    "error": "打印机故障",
    "offline": "打印机离线",
    "no-answer": "打印机无应答",
    "update": "升级失败",
    "memory": "内存不足",
    "clock": "时钟偏差",
    "noise": "消息过多",
    "certificate": "证书将到期",
    "declared": "人工报告的系统故障",
    "outage": "主机或消息服务停机",
    "copy": "备份故障",
    "journal": "记录损坏",
    "other": "其他",
}
_PARTS = {"update": "升级失败", "reader": "读卡器", "panel": "显示屏", "keys": "按键", "voice": "语音"}
_DEVICE = {LOST: "失去联系", MISSING: "自检未见"}
_OUTAGES = {"hub": "主机停机", "broker": "消息服务中断", "journal": "记录无法写入"}
_COPIES = {
    "copies": {
        "missing": "备份盘未接入",
        "stranger": "备份盘未登记",
        "other-hall": "备份盘属于其他大厅",
        "full": "备份盘已满",
        "read-only": "备份盘无法写入",
        "failing": "备份盘读写出错",
        "slow": "备份盘过慢",
        "damaged": "备份内容损坏",
        "lost-rows": "记录比备份少，请立即联系维护人员",
        "source": "主机文件无法读取，备份保留原样",
        "silent": "备份程序未运行",
    },
    "drill": {"failed": "备份恢复演练未通过", "late": "备份恢复演练超过两天未进行"},
}
_FOUND = {("memory", "low"): "内存不足", ("clock", "drift"): "时钟偏差过大", ("hall", DECLARED): "已声明系统故障"}
_FOUND["noise", "flood"] = "消息过多，已隔离"
_FOUND["rows", "damaged"] = "以往记录有损坏，请用备份恢复"
_FOUND["certificate", "ends"] = "证书30天内到期，请更换"


def fault_words(part: str, what: str) -> str:
    """Return what is wrong, as `hub.rules.fault_log.Fault` names it."""
    if not part:
        return _DEVICE.get(what, what)
    if part == "printer" and what in PRINTER_WRONG:
        return PRINTERS[PRINTER_WRONG.index(what)]
    if what == "outage":
        return _OUTAGES.get(part, part)
    if part in _COPIES:
        return _COPIES[part].get(what, f"备份故障：{what}")
    if part == "update":
        return f"升级失败：{WHY.get(what, what)}"
    return _FOUND.get((part, what)) or f"{_PARTS.get(part, part)} {what}"


def stopped_words(stopped: str) -> str:
    """Return why a rollout was stopped: a device and why it failed, or who stopped it."""
    device, _, why = stopped.partition(" ")
    return f"由{WHO.get(why, why)}停止" if device == "by" else f"{device} {WHY.get(why, why)}"


def duration(ms: int) -> str:
    """Return a length of time: 3天4小时, 2小时5分, 12分, 40秒."""
    seconds = max(0, ms) // 1000
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days}天{hours % 24}小时"
    if hours:
        return f"{hours}小时{minutes % 60}分"
    return f"{minutes}分" if minutes else f"{seconds}秒"


def or_dash(value: object, words: Mapping[str, str] | None = None) -> str:
    """Return a value in words, and a dash for None."""
    if value is None or value == "":
        return "–"
    return words.get(str(value), str(value)) if words else str(value)
