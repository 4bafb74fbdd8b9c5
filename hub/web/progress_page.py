"""The page of a ticket's own queue, /t/CODE: for phones, with or without scripts; one answer for any unknown code."""

import time
from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.complaints import ComplaintsOffice
from hub.outside.present import Present
from hub.progress import ProgressNow
from hub.progress_codes import PATH
from hub.web.call_back import offer_of, offered, take
from hub.web.headers import CALL_BACK
from hub.web.rates import Rates

PER_S, BURST = 20.0, 120.0
"""Phones behind one access point share an address."""
GUESS = 12.0
"""What an unknown code costs of that: who tries codes has ten, and then fewer than two a second."""
WITHOUT_SCRIPT_S = 15

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
{refresh}<link rel="icon" href="/screen/icon.svg">
<link rel="stylesheet" href="/screen/citizen.css">
{script}<header><h1>{hall}</h1></header>
<main data-again="{again_s}"{mood}>
{content}
</main>
<footer>{foot}</footer>
</html>
"""
_REFRESH = '<noscript><meta http-equiv="refresh" content="{}"></noscript>\n'
_SCRIPT = '<script type="module" src="/screen/progress.js"></script>\n'
UNKNOWN = """<p class="state">此二维码已失效</p>
<p>号票上的二维码仅当日有效。请重新扫描今天的号票，或查看大厅屏幕、咨询引导台。</p>"""
TOO_OFTEN = """<p class="state">查询过于频繁</p>
<p>请稍后再试，并留意大厅屏幕和叫号。</p>"""


def progress_page(now: ProgressNow, call_back: str = "") -> str:
    """Return the page of one ticket as HTML. call_back: what is said to one who rated badly, as HTML."""
    phase = "" if now.phase == "上班" else f"<p>大厅状态：{escape(now.phase)}</p>"
    facts = _ahead(now) + (f"<dt>预计等候</dt><dd>{escape(now.estimate)}</dd>" if now.estimate else "")
    content = f"""<p class="number"><span>您的号码</span> <strong>{escape(now.number)}</strong></p>
<p class="service">{escape(now.service)}　{now.taken}取号</p>
<p class="state" role="status">{escape(now.state)}</p>
{f"<dl>{facts}</dl>" if facts else ""}
{f"<p>{escape(now.todo)}</p>" if now.todo and not call_back else ""}{phase}{call_back}
<p class="fresh" id="fresh">{now.moment} 更新。以大厅叫号为准。</p>"""
    foot = "".join(f"<p>{escape(label)}：{escape(phone)}</p>" for label, phone in now.phones)
    foot += f"<p>{escape(now.query)}</p>" if now.query else ""
    return _whole(now.hall, f"{now.number} · {now.state}", content, foot, now.again_s, now.mood)


def _ahead(now: ProgressNow) -> str:
    if now.ahead is None:
        return ""
    return f"<dt>前面等候</dt><dd>{f'{now.ahead}人' if now.ahead else '无人，下一个可能就是您'}</dd>"


def _whole(hall: str, title: str, content: str, foot: str = "", again_s: int = 0, mood: str = "") -> str:
    return _PAGE.format(
        hall=escape(hall),
        title=escape(title),
        content=content,
        foot=foot + '<p><a href="/services">办理事项清单</a></p>',
        again_s=again_s,
        mood=f' class="{mood}"' if mood else "",
        refresh=_REFRESH.format(WITHOUT_SCRIPT_S) if again_s else "",
        script=_SCRIPT if again_s else "",
    )


class ProgressPages:
    """Answers phones."""

    def __init__(
        self,
        present: Callable[[], Present],
        clock: Callable[[], float] = time.monotonic,
        office: Callable[[], ComplaintsOffice] | None = None,
    ) -> None:
        """clock: seconds, for how often somebody may ask. office: who calls back; None: nobody does."""
        self._present = present
        self._office = office
        self._rates = Rates(per_s=PER_S, burst=BURST, clock=clock)

    def routes(self) -> list[Route]:
        """Return where the pages are."""
        pages = [Route(f"{PATH}{{code}}", self._page)]
        if self._office:
            pages.append(Route(f"{PATH}{{code}}{CALL_BACK}", self._call_back, methods=["POST"]))
        return pages

    async def _page(self, request: Request) -> Response:
        present, who = self._present(), request.client.host if request.client else ""
        hall = present.hall.name
        if refusal := self._not_now(present, who):
            return refusal
        code = request.path_params["code"].upper()
        found = present.progress(code)
        self._rates.spend(who, 1 if found else GUESS)
        if found is None:
            return HTMLResponse(_whole(hall, "二维码已失效", UNKNOWN), 404)
        offer = offer_of(present.low_rating(code)) if self._office and found.mood == "over" else ""
        return HTMLResponse(progress_page(found, offered(offer, code, present.hall.file.complaints.keep_days)))

    def _not_now(self, present: Present, who: str) -> Response | None:
        if not present.hall.file.progress.enabled:
            return PlainTextResponse("Not Found", 404)
        if wait_s := self._rates.wait_s(who):
            return HTMLResponse(_whole(present.hall.name, "请稍后", TOO_OFTEN), 429, {"Retry-After": str(wait_s)})
        return None

    async def _call_back(self, request: Request) -> Response:
        """A code that cannot be guessed is what shows that a form comes from who has the ticket."""
        present, who = self._present(), request.client.host if request.client else ""
        if self._office is None or (refusal := self._not_now(present, who)):
            return refusal or PlainTextResponse("Not Found", 404)
        code = request.path_params["code"].upper()
        one = present.low_rating(code)
        self._rates.spend(who, 1 if one else GUESS)
        status, why_not = await take(request, one, self._office)
        if not why_not:
            return RedirectResponse(f"{PATH}{code}", 303)
        back = f'<p><a href="{PATH}{escape(code)}">返回</a></p>'
        return HTMLResponse(_whole(present.hall.name, "未登记", f'<p role="alert">{why_not}</p>{back}'), status)
