"""Halls in every situation that a command about a complaint can meet, and those commands."""

from collections.abc import Callable

from msgspec.structs import replace

from hub.rules import commands
from hub.rules.complaints import Complaint
from tests.rules.situations import DAY, NOW, Scene, called, opened

ID = f"{DAY}-T001"
RATED = (commands.Finish(counter=1), commands.Rate(counter=1, level=1))
ENTER = commands.EnterComplaint(by="comp", channel="phone", about="p1", words="等候过久")
TAKE_OVER = commands.TakeOverComplaint(complaint=ID, by="comp")
CALL_BACK = commands.NoteCallBack(complaint=ID, by="comp", result="not-content", words="希望当面说明")
PLAN_IT = commands.PlanRectification(complaint=ID, by="comp", words="增开窗口", days=2)
SETTLE = commands.SettleComplaint(complaint=ID, by="comp", outcome="at-once", words="已当面致歉")
REOPEN = commands.ReopenComplaint(complaint=ID, by="comp", words="群众再次反映")
APPEAL = commands.LodgeAppeal(complaint=ID, by="p1", grounds="mistaken", words="群众按错键")
DECIDE = commands.DecideAppeal(complaint=ID, by="comp", accepted=True, words="回访确认按错")
KNOWN = Complaint(id=ID, channel="rating", at=NOW, served_by=("p1",), settled_at=NOW, outcome="at-once")


def low() -> Scene:
    return called().do(*RATED)


def taken() -> Scene:
    return low().do(TAKE_OVER)


COMPLAINTS: dict[str, Callable[[], Scene]] = {
    "no day": Scene,
    "none": opened,
    "entered by phone": lambda: opened().do(ENTER),
    "entered about a handler": lambda: opened().do(replace(ENTER, about="comp2")),
    "rated low": low,
    "taken over": taken,
    "taken over by another": lambda: low().do(replace(TAKE_OVER, by="comp2")),
    "called back": lambda: taken().do(CALL_BACK),
    "rectification planned": lambda: taken().do(PLAN_IT),
    "appealed": lambda: taken().do(APPEAL),
    "appeal accepted": lambda: taken().do(APPEAL, DECIDE),
    "settled": lambda: taken().do(SETTLE),
    "reopened": lambda: taken().do(SETTLE, REOPEN),
    "next day, open": lambda: taken().do(commands.OpenDay(day="20261124")),
    "next day, settled the day before": lambda: taken().do(SETTLE, commands.OpenDay(day="20261124")),
}
OF_COMPLAINTS: dict[str, commands.Command] = {
    "EnterComplaint": ENTER,
    "EnterComplaint by who has not the role": replace(ENTER, by="p2"),
    "EnterComplaint about A001": replace(ENTER, channel="hotline", number="A001", reference="12345-1"),
    "EnterComplaint about nobody known": replace(ENTER, about="9"),
    "EnterComplaint, no such service": replace(ENTER, service="Z"),
    "EnterComplaint, no such counter": replace(ENTER, counter=9),
    "EnterComplaint of nothing": replace(ENTER, words=""),
    "TakeOverComplaint": TAKE_OVER,
    "TakeOverComplaint by who served": replace(TAKE_OVER, by="p1"),
    "TakeOverComplaint by another handler": replace(TAKE_OVER, by="comp2"),
    "NoteCallBack": CALL_BACK,
    "PlanRectification": PLAN_IT,
    "PlanRectification in 99 days": replace(PLAN_IT, days=99),
    "PlanRectification of nothing": replace(PLAN_IT, words=""),
    "SettleComplaint": SETTLE,
    "SettleComplaint without words": replace(SETTLE, words=""),
    "SettleComplaint, rectified": replace(SETTLE, outcome="rectified"),
    "ReopenComplaint": REOPEN,
    "ReopenComplaint, settled before": replace(REOPEN, known=KNOWN),
    "ReopenComplaint by another handler": replace(REOPEN, by="comp2"),
    "ReopenComplaint without words": replace(REOPEN, words=""),
    "ReopenComplaint by who has not the role": replace(REOPEN, by="p2"),
    "LodgeAppeal by who was rated": APPEAL,
    "LodgeAppeal by 业务管理员": replace(APPEAL, by="head"),
    "LodgeAppeal by a colleague": replace(APPEAL, by="p2"),
    "LodgeAppeal without words": replace(APPEAL, words=""),
    "DecideAppeal": DECIDE,
    "DecideAppeal without words": replace(DECIDE, words=""),
    "KeepContact by the citizen": commands.KeepContact(complaint=ID, by=""),
    "KeepContact": commands.KeepContact(complaint=ID, by="comp"),
    "KeepContact by another handler": commands.KeepContact(complaint=ID, by="comp2"),
    "KeepContact by a clerk": commands.KeepContact(complaint=ID, by="p1"),
    "EraseContacts": commands.EraseContacts(complaints=(ID,)),
    "EraseContacts, none": commands.EraseContacts(complaints=()),
}
