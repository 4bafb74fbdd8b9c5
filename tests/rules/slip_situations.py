"""Halls in every situation that a command about slips can meet, and those commands."""

from collections.abc import Callable

from hub.rules import commands
from tests.rules.situations import DAY, SIGN_IN, Scene, called, opened, waiting

READY = commands.ReportDevice(device="d", state="ready", boot=1, alerts={})
NEAR_END = commands.ReportDevice(device="d", state="ready", boot=1, alerts={"printer": "near-end"})
PAPER_OUT = commands.ReportDevice(device="d", state="ready", boot=1, alerts={"printer": "paper-out"})
NOTICE = commands.GiveNotice(counter=1, items=("居民身份证原件",))
GUIDE = commands.PrintGuide(device="d", service="A")
SLIP_OUT = commands.ConfirmPrint(dispenser="d", job=f"{DAY}-500001")

PAPERS: dict[str, Callable[[], Scene]] = {
    "nobody signed in": lambda: opened().do(READY),
    "signed in": lambda: waiting().do(READY),
    "called": lambda: called().do(READY),
    "called, paper near its end": lambda: called().do(NEAR_END),
    "called, printer out of paper": lambda: called().do(PAPER_OUT),
    "called, printer silent": called,
    "notice on its way": lambda: called().do(READY, NOTICE),
    "notice out": lambda: called().do(READY, NOTICE, SLIP_OUT),
    "guide on its way": lambda: opened().do(SIGN_IN, READY, GUIDE),
    "day ended": lambda: waiting().do(READY, commands.EndDay(by="p1")),
}
OF_SLIPS: dict[str, commands.Command] = {
    "GiveNotice": NOTICE,
    "GiveNotice, oral": commands.GiveNotice(counter=1, items=("居民身份证原件",), oral=True),
    "GiveNotice, nothing is missing": commands.GiveNotice(counter=1, items=()),
    "GiveNotice, service B": commands.GiveNotice(counter=1, items=("护照",), service="B"),
    "GiveNotice, in another's name": commands.GiveNotice(counter=1, items=("护照",), service="B", by="p2"),
    "RepeatSlip": commands.RepeatSlip(counter=1),
    "RepeatSlip of A001": commands.RepeatSlip(counter=1, number="A001"),
    "PrintGuide": GUIDE,
    "PrintGuide of a service without one": commands.PrintGuide(device="d", service="B"),
    "MakeReport": commands.MakeReport(by="p1"),
    "LookUpNotices": commands.LookUpNotices(by="seer", serial=f"{DAY}-G001"),
    "LookUpNotices by who is no viewer": commands.LookUpNotices(by="p1", first=DAY, last=DAY),
    "Finish, supplement within 2 days": commands.Finish(counter=1, result="4", days=2, items=("户口簿",)),
    "Finish, supplement of nothing": commands.Finish(counter=1, result="4", days=2),
}
