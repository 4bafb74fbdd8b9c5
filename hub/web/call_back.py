"""Whoever rated badly may leave his phone number on his ticket's page, to be called back; it is never shown there."""

from collections.abc import Callable
from typing import Literal
from urllib.parse import parse_qs

from starlette.requests import Request

from hub.complaints import ComplaintsOffice
from hub.contacts import ContactError
from hub.journal import JournalError
from hub.private_words import has_number
from hub.progress_codes import PATH
from hub.rules.complaints import Complaint
from hub.web.headers import CALL_BACK

Offer = Literal["", "ask", "left"]
FIELDS_MAX = 10

_FORM = """<form method="post" action="{address}">
<p>您对本次服务不满意。如愿意接受回访，请留下电话；不留不影响处理。</p>
<label>电话 <input name="phone" type="tel" required maxlength="30" autocomplete="off"></label>
<label>称呼（可不填） <input name="name" maxlength="40" autocomplete="off"></label>
<p class="fresh">只用于回访，单独保存，{days}天后删除；查看均留记录。</p>
<button>提交</button>
</form>"""
_LEFT = "<p>已收到您的联系方式，工作人员将与您联系。</p>"
NOT_NOW = "现在不能登记联系方式，请到大厅或拨打监督投诉电话反映。"
INCOMPLETE = "请填写电话"
WRONG = "电话只能有数字、空格和 + - ( )，最多30位；称呼最多40字。"
UNSAVED = "系统故障，暂时无法保存，请稍后再试或拨打监督投诉电话。"


def offer_of(one: Complaint | None) -> Offer:
    """Return what a ticket's page offers about its low rating: once, while somebody still has to settle it."""
    if one is None:
        return ""
    return "left" if one.has_contact else "ask" if one.is_open else ""


def offered(offer: Offer, code: str, keep_days: int) -> str:
    """Return the part of a ticket's page; code: of the ticket, known to be one."""
    form = _FORM.format(address=f"{PATH}{code}{CALL_BACK}", days=keep_days)
    return {"": "", "ask": form, "left": _LEFT}[offer]


async def take(request: Request, one: Complaint | None, office: Callable[[], ComplaintsOffice]) -> tuple[int, str]:
    """Keep what was sent; return the status and why not, the sentence empty where it is kept.

    Who has the paper may be another than who rated, so what was left can be neither read nor replaced here.
    """
    try:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=FIELDS_MAX)
    except ValueError:
        return 400, INCOMPLETE
    if one is None or offer_of(one) != "ask":
        return 409, NOT_NOW
    phone, name = (sent.get(field, [""])[0].strip() for field in ("phone", "name"))
    if not has_number(phone):
        return 400, INCOMPLETE
    try:
        outcome = office().keep_contact(one.id, name=name, phone=phone)
    except JournalError:
        return 503, UNSAVED
    except ContactError as error:
        return (503, UNSAVED) if isinstance(error.__cause__, OSError) else (400, WRONG)
    return (409, NOT_NOW) if outcome.refused else (200, "")
