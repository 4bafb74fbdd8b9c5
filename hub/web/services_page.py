"""The list of services for citizens, /services: what is done here, where, and the eight things to know (M50, M35)."""

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hub.config import Hall, Service
from hub.screen_words import GUIDE, as_of, week

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>办理事项清单 · {hall}</title>
<link rel="icon" href="/screen/icon.svg">
<link rel="stylesheet" href="/screen/citizen.css">
<header><h1>{hall}</h1><p>办理事项清单（共{count}项）</p></header>
<main class="list">
{services}
</main>
<footer>{foot}</footer>
</html>
"""


def services_page(hall: Hall) -> str:
    """Return the page as HTML; on paper it is a list to hang up."""
    return _PAGE.format(
        hall=escape(hall.name),
        count=len(hall.services),
        services="\n".join(_service(hall, one) for one in hall.services),
        foot="".join(f"<p>{escape(line)}</p>" for line in _foot(hall)),
    )


def services_route(hall: Callable[[], Hall]) -> Route:
    """Return where the page is. hall: as its file is now."""

    async def answer(_request: Request) -> Response:
        return HTMLResponse(services_page(hall()))

    return Route("/services", answer)


def _service(hall: Hall, service: Service) -> str:
    guide, table = service.guide, hall.file.screen
    facts = [("受理单位", service.unit), ("办理窗口", hall.counters_for(service.code))]
    facts += [(words, _text(service, key)) for key, words in GUIDE.items()]
    shown = "".join(f"<dt>{escape(words)}</dt><dd>{escape(text)}</dd>" for words, text in facts if text)
    version = (guide.version if guide else "") or table.version
    effective = (guide.effective if guide else "") or table.effective
    foot = f'<p class="as-of">{escape(as_of(version, effective))}</p>' if version or effective else ""
    return f"<article><h2>{escape(service.code)} {escape(service.name)}</h2><dl>{shown}</dl>{foot}</article>"


def _text(service: Service, key: str) -> str:
    """What a guide leaves open of materials, the catalogue knows."""
    text: str = getattr(service.guide, key) if service.guide else ""
    return text or ("；".join(service.materials) if key == "materials" else "")


def _foot(hall: Hall) -> list[str]:
    texts = hall.file.ticket
    hours = "；".join(f"{days} {words}" for days, words in week(hall.hours.weekly())) if hall.hours else texts.hours
    found = (("办公时间", hours), ("咨询电话", texts.enquiry_phone), ("监督投诉电话", texts.complaint_phone))
    return [f"{label}：{text}" for label, text in found if text]
