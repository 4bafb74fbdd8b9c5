"""Words onto lines by cells: no word of letters and digits broken, no 14:00—17:30, no 。 at the start of a line."""

import re
import unicodedata
from functools import lru_cache

NOT_FIRST = frozenset("，。、；：！？）】》」』〉〕］｝”’…—～·％%℃,.;:!?)]}")
"""What a line does not begin with (GB/T 15834, 5.1)."""
NOT_LAST = frozenset("（【《「『〈〔［｛“‘￥([{$")
"""What a line does not end with."""
_OFFICE = re.compile("[\u3400-\u9fff]+[厅所局队心站处室]")
_PARTS = (re.compile(".{3,}[局所队厅处]"), re.compile(".{2,}[省市县区]"))
"""Where the name of an office may break, the best first: after an office above it, after its place."""
_ACCENT = re.compile("[\u0300-\u036f]")
_PIECE = re.compile(r" +|[!-~]+(?:[—–～][!-~]+)*|.", re.DOTALL)


def clean(text: str) -> str:
    """Return a text without what no printer may get: control, format and combining characters; accents are joined.

    Other spaces than the common and the full-width one become a common one, and so do ends of lines.
    """
    if text.isascii() and text.isprintable():
        return text
    if _ACCENT.search(text):  # only then: NFC takes compatibility characters, which names have, for others
        text = unicodedata.normalize("NFC", text)
    return "".join(map(_cleaned, text.replace("\r\n", "\n")))


@lru_cache(maxsize=8192)
def _cleaned(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\t\n\r" or (category in {"Zs", "Zl", "Zp"} and char != "\u3000"):
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Mn", "Me"} else char


def cells(text: str) -> int:
    """Return how many cells a text takes: ASCII one, all else two."""
    return len(text) if text.isascii() else sum(1 if char < "\x80" else 2 for char in text)


def longest_word(text: str) -> int:
    """Return the cells of the longest run of letters, digits and their marks."""
    return max((cells(piece) for piece in _PIECE.findall(text) if "!" <= piece[0] <= "~"), default=0)


@lru_cache(maxsize=2048)
def wrap(text: str, width_cells: int) -> tuple[str, ...]:
    """Return a text in lines of at most so many cells, at least one. width_cells: 2 or more.

    Spaces at a break are dropped; only a word wider than a whole line is broken.
    """
    lines: list[str] = []
    line = gap = ""
    for cluster in _clusters(text):
        if cluster.isspace() and "\u3000" not in cluster:
            gap = cluster
            continue
        if cells(line) + cells(gap) + cells(cluster) <= width_cells:
            line += gap + cluster
        else:
            full, line = _broken(line, cluster, width_cells)
            lines += full
        gap = ""
    return (*lines, line)


@lru_cache(maxsize=256)
def name_lines(text: str, width_cells: int) -> tuple[str, ...]:
    """Return a heading in lines: the name of an office breaks after a part that is one itself, all else as `wrap`.

    武汉市公安局东湖新技术开发区分局 / 关东派出所综合服务大厅. It takes no more lines for that.
    """
    usual = wrap(text, width_cells)
    if len(usual) < 2 or not _OFFICE.fullmatch(text):
        return usual
    lines, rest = list[str](), text
    while cells(rest) > width_cells:
        room = rest[: width_cells // 2]
        end = next((found.end() for pattern in _PARTS if (found := pattern.match(room))), len(room))
        lines.append(rest[:end])
        rest = rest[end:]
    return (*lines, rest) if len(lines) < len(usual) else usual


def _broken(line: str, cluster: str, width_cells: int) -> tuple[list[str], str]:
    """Return the lines that are full once a cluster has begun a new one, and what is in the last."""
    full = [line] if line else []
    rest = ""
    for char in cluster:
        if cells(rest) + cells(char) > width_cells:
            full.append(rest)
            rest = ""
        rest += char
    return full, rest


def _clusters(text: str) -> list[str]:
    """Return the pieces between which a line may break: words, Chinese characters with their marks, spaces."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        last = found[-1] if found else " "
        belongs = piece[0] in NOT_FIRST or last[-1] in NOT_LAST
        if belongs and found and piece[0] != " " and last[-1] != " ":
            found[-1] += piece
        else:
            found.append(piece)
    return found
