"""Who is what in the hall: the seven roles of M43, those of the hall itself, and what nobody may be at once."""

from collections.abc import Collection
from typing import Literal

Role = Literal[
    "system",
    "business",
    "handler",
    "viewer",
    "statistician",
    "announcer",
    "complaints",
    "guide",
    "clerk",
    "duty",
    "maintainer",
]
"""M43's 系统管理员, 业务管理员, 事项办理员, 办件查看员, 事项统计员, 公告管理员, 投诉处理员; then 引导员,
窗口工作人员, 值班民警, and who brings firmware to devices."""

SERVING: frozenset[Role] = frozenset(("handler", "clerk"))
NEVER_SERVING: frozenset[Role] = frozenset(("viewer", "complaints"))
"""不能兼任事项办理员 (M43)."""

_BY_KIND: dict[str, frozenset[Role]] = {
    "police": frozenset(("clerk", "handler", "duty")),
    "auxiliary": frozenset(("clerk", "handler")),
    "guide": frozenset(("guide",)),
    "office": frozenset(),
}


def roles_of(kind: str, granted: Collection[str]) -> frozenset[str]:
    """Return all that somebody is: what his kind makes him, and what he was granted.

    Who may never serve is not made a clerk by his kind; he may well be granted both, which `forbidden_pair` finds.
    """
    usual = _BY_KIND[kind]
    if NEVER_SERVING.intersection(granted):
        usual -= SERVING
    return usual.union(granted)


def forbidden_pair(roles: Collection[str]) -> tuple[str, str] | None:
    """Return two roles that one person may not have together (N 6.3.1), None where there are none."""
    never, serving = sorted(NEVER_SERVING.intersection(roles)), sorted(SERVING.intersection(roles), reverse=True)
    return (never[0], serving[0]) if never and serving else None
