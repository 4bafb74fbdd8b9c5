"""A report as a file to be handed on; who took which is kept (M26)."""

from typing import get_args
from urllib.parse import quote

from starlette.responses import Response

from hub.staff.house import refused
from hub.staff.pages.reports.asked import question_of, words_of
from hub.staff.pages.reports.page import answered
from hub.staff.reports.apart import Form, NoFontError, file_of
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit

KINDS: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


async def export(visit: Visit) -> Response:
    """Return the file; that it is taken away is kept before it goes."""
    question, form = question_of(visit), _form(visit.request.query_params.get("as", "csv"))
    try:
        file = await answered(visit, file_of, question, form)
    except NoFontError:
        raise refused("本机没有安装中文字体，不能生成PDF；请先导出XLSX，并请系统管理员安装字体", 503) from None
    visit.note("reports-export", f"{words_of(question)} {form}")
    plain = f"report-{question.span.first:%Y%m%d}-{question.span.last:%Y%m%d}.{form}"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(f'{file.title}.{form}')}"
    return Response(file.data, media_type=KINDS[form], headers={"Content-Disposition": named})


def _form(asked: str) -> Form:
    for form in get_args(Form):
        if form == asked:
            found: Form = form
            return found
    raise refused("没有这种文件格式，请选择 XLSX、CSV 或 PDF", 400)


DECLARED: tuple[Declared, ...] = (Page(path="/staff/reports/file", permission="reports-export", show=export),)
