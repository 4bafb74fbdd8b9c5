"""Every face of the table on every size of panel, as one sheet for each kind of device."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from displays.face_table import picture, shipped_faces
from displays.strip import image, strip_panel
from hardware.contract import Panel

FACES = Path(__file__).parent / "faces"
SIZES = ((128, 16), (64, 16), (128, 32), (128, 64), (32, 8), (8, 32))
FIELDS = {
    "counter": "3",
    "service": "综合业务",
    "number": "A012",
    "reason": "外出办案",
    "back": "10:15",
    "phone": "027-5550110",
    "opens": "14:00",
    "person": "欧阳建国",
    "title": "民警",
    "police": "027001",
    "waiting": "12",
    "minutes": "15",
    "place": "2号取号机",
    "device": "lintel-3",
}
WORDS = {
    "typing": "特呼 A0",
    "done": "已取消 A012",
    "refused": "先办结本号",
    "aspects": "1警容风纪 2工作态度 3服务质量 4办事效率",
    "alert": "2、5号窗空岗 平均等候12分钟",
}
_LABEL_PX, _GAP_PX, _ZOOM = 128, 8, 2
_WALL, _OFF, _ON = (70, 70, 78), (24, 8, 8), (255, 80, 50)


def fields_for(state: str) -> dict[str, str]:
    """Return the longest that a hall usually has to say."""
    return FIELDS | {"words": WORDS.get(state, "")}


def cells(kind: str) -> Iterator[tuple[str, list[Panel]]]:
    """Yield each state of a kind with what panels of all sizes show in it."""
    for state, cell in shipped_faces()[kind].items():
        yield state, [picture(cell, fields_for(state), panel_w_px=w, panel_h_px=h) for w, h in SIZES]


def sheet(kind: str) -> Image.Image:
    """Return all faces of a kind: a row for each state, a column for each size, pages one below the other."""
    rows = [_row(state, panels) for state, panels in cells(kind)]
    whole = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), _WALL)
    top = 0
    for row in rows:
        whole.paste(row, (0, top))
        top += row.height
    return whole


def _row(state: str, panels: list[Panel]) -> Image.Image:
    drawn = [_pages(panel, w, h) for panel, (w, h) in zip(panels, SIZES, strict=True)]
    width = _LABEL_PX + sum(w + _GAP_PX for w, _ in SIZES)
    row = Image.new("RGB", (width, max(one.height for one in drawn) + _GAP_PX), _WALL)
    row.paste((235, 235, 235), (_GAP_PX, 0), image(strip_panel(state)))
    left = _LABEL_PX
    for one, (w, _) in zip(drawn, SIZES, strict=True):
        row.paste(one, (left, 0))
        left += w + _GAP_PX
    return row.resize((row.width * _ZOOM, row.height * _ZOOM), Image.Resampling.NEAREST)


def _pages(panel: Panel, w: int, h: int) -> Image.Image:
    """Draw what a panel shows one after the other."""
    dots = image(panel)
    count = -(-panel.w // w)
    stack = Image.new("RGB", (w, count * (h + 2) - 2), _WALL)
    for page in range(count):
        one = Image.new("RGB", (w, h), _OFF)
        cut = dots.crop((page * w, 0, min((page + 1) * w, dots.width), dots.height))
        one.paste(_ON, ((w - cut.width) // 2, (h - cut.height) // 2), cut)
        stack.paste(one, (0, page * (h + 2)))
    return stack
