"""What each role may do on the pages: the one table, from which docs/permissions.md is made (M43, M44)."""

from msgspec import Struct

from hub.rules.roles import Role

EVERYBODY: frozenset[Role] = frozenset(
    (
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
    )
)
ROLE_WORDS: dict[Role, str] = {
    "system": "系统管理员",
    "business": "业务管理员",
    "handler": "事项办理员",
    "viewer": "办件查看员",
    "statistician": "事项统计员",
    "announcer": "公告管理员",
    "complaints": "投诉处理员",
    "guide": "引导员",
    "clerk": "窗口工作人员",
    "duty": "值班民警",
    "maintainer": "设备维护员",
}


class Permission(Struct, frozen=True):
    """Something that may be done. words: for people."""

    words: str
    roles: frozenset[Role]


def _to(words: str, *roles: Role) -> Permission:
    return Permission(words, frozenset(roles))


PERMISSIONS: dict[str, Permission] = {
    "home": Permission("首页", EVERYBODY),
    "on-duty": _to("上岗、离岗", "guide", "duty"),
    "guide-see": _to("查看引导台", "guide", "duty"),
    "guide-take": _to("为群众取号、预约签到", "guide"),
    "guide-tickets": _to("补打、预审、优先类别、退号、过号返回", "guide"),
    "receive": _to("登记代收件", "guide", "duty", "clerk"),
    "counter-see": _to("查看本窗口", "handler", "clerk"),
    "counter-sign": _to("窗口登录、暂停、离岗、退出", "handler", "clerk"),
    "counter-serve": _to("叫号、重呼、特呼、弃号、挂起、转移、结束", "clerk"),
    "counter-papers": _to("告知单、受理回执、不予受理、容缺、补打", "handler"),
    "duty-see": _to("查看值班台", "duty", "system"),
    "duty-posts": _to("调整窗口岗位与业务", "duty"),
    "duty-fault": _to("报告与解除系统故障", "duty"),
    "duty-day": _to("结束当日、打印当日报告", "duty"),
    "incidents-see": _to("查看突发情况", "duty", "system", "viewer"),
    "incidents-export": _to("导出突发情况报告", "duty", "system"),
    "services": _to("业务、办事指南、材料、办理结果", "business"),
    "slots": _to("预约时段与预约名单", "business"),
    "hours": _to("工作时间、节假日", "business"),
    "people": _to("人员、角色、岗位授权", "system"),
    "posts": _to("窗口岗位 A/B", "system", "business"),
    "devices": _to("设备与责任单位", "system"),
    "notices": _to("综合屏滚动通知", "announcer"),
    "pages": _to("综合屏公示页、监督码、安全标志", "business"),
    "screen-preview": _to("预览综合屏", "announcer", "business"),
    "changes-see": _to("查看修改记录", "system", "business", "announcer"),
    "changes-undo": _to("撤销自己可作的修改", "system", "business", "announcer"),
    "complaints-see": _to("查看低分评价与投诉", "complaints"),
    "complaints-work": _to("登记、回访、整改、复核、办结", "complaints"),
    "complaints-names": _to("查看实名与联系电话", "complaints"),
    "complaints-export": _to("导出不满意信息", "complaints"),
    "complaints-appeal": _to("对低分评价申诉", "clerk", "business"),
    "reports-see": _to("查看统计", "statistician", "business", "system"),
    "reports-export": _to("导出统计", "statistician"),
    "archive-see": _to("查阅办件档案、告知单", "viewer"),
    "archive-export": _to("导出档案", "viewer"),
    "log-see": _to("查看登录与查阅记录", "system"),
    "tokens": _to("外部接口令牌", "system"),
}
"""By name, which is also what `NoteAccess` keeps as the action."""


def may(roles: frozenset[str], permission: str) -> bool:
    """Tell whether somebody who is all this may do it; raise KeyError for a permission that does not exist."""
    return not PERMISSIONS[permission].roles.isdisjoint(roles)
