"""What a report's lines are called, and in which order they stand."""

from collections.abc import Iterable

from hub.config import Hall
from hub.reports.question import By


def name_of(by: By, key: str, hall: Hall) -> str:
    """Return what people call a line; what the hall's present file does not know any more is called by its key."""
    match by:
        case "counter":
            return f"{key}号窗口" if key != "0" else "未到窗口"
        case "person":
            return _person(key, hall)
        case "service":
            return f"{key} {hall.service_name(key)}"
        case "class":
            return hall.class_name(key) or "无号"
        case "unit":
            return key or "未分单位"
        case "hour":
            return f"{int(key)}时"
        case "day":
            return f"{key[:4]}-{key[4:6]}-{key[6:]}"
        case "week":
            return f"{key[:4]}年第{int(key[4:])}周"
        case "month":
            return f"{key[:4]}年{int(key[4:])}月"


def sorted_keys(by: By, keys: Iterable[str], hall: Hall) -> list[str]:
    """Return keys in the order of their lines: numbers as numbers, classes as in the hall's file."""
    if by == "class":
        order = {code: at for at, code in enumerate(hall.class_codes)}
        return sorted(keys, key=lambda key: (order.get(key, len(order)), key))
    return sorted(keys, key=lambda key: (int(key) if key.isdecimal() else 0, key))


def _person(key: str, hall: Hall) -> str:
    """Two may have one name."""
    person = hall.plan.people.get(key)
    return f"{person.name}（{key}）" if person else key or "未登记人员"
