"""A table that somebody sends or pastes, as spreadsheets write it: which text it is, and its rows with their lines."""

import csv
from io import StringIO

from starlette.datastructures import UploadFile

from hub.staff.house import refused
from hub.staff.visit import Visit

ROWS_MAX = 5000
BYTES_MAX = 512 * 1024


class NotTheListError(ValueError):
    """What was sent is no list; the sentence says what to do."""


async def table_of(visit: Visit, pasted: str) -> str:
    """Return the text that was pasted or, without any, that of the file; raise Told where there is neither."""
    sent = (await visit.request.form(max_fields=500, max_files=2)).get("file")
    if not isinstance(sent, UploadFile):
        sent = None
    try:
        data = await sent.read(BYTES_MAX + 1) if sent and sent.filename and not pasted else b""
    finally:
        if sent:
            await sent.close()
    if not data and not pasted:
        raise refused("请选择文件，或粘贴表格内容", 400)
    try:
        return text_of(data or pasted.encode())
    except NotTheListError as error:
        raise refused(f"不能导入：{error}", 400) from error


def text_of(data: bytes) -> str:
    """Return a file's text: UTF-8, GB18030 or UTF-16, as spreadsheets write it; raise NotTheListError."""
    if len(data) > BYTES_MAX:
        raise NotTheListError(f"文件超过{BYTES_MAX // 1024}KB，请分几次导入")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotTheListError("这是 Excel 工作簿；请在表格软件中“另存为”CSV，再导入")
    codecs = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise NotTheListError("文件不是文本；请在表格软件中“另存为”CSV（UTF-8），再导入")


def rows_of(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a table with their lines, without empty ones; raise NotTheListError.

    Cells that were copied out of a spreadsheet stand between tabs.
    """
    if "\0" in text:
        raise NotTheListError("文件不是文本；请在表格软件中“另存为”CSV（UTF-8），再导入")
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True)
    found = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                found.append((reader.line_num, cells))
            if len(found) > ROWS_MAX + 1:
                raise NotTheListError(f"超过{ROWS_MAX}行，请分几次导入")
    except csv.Error as error:
        raise NotTheListError(f"第{reader.line_num}行不是 CSV，请检查引号是否成对") from error
    return found
