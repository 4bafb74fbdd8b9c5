"""Bytes into characters: GB18030 and GBK in Chinese mode, code pages and national signs outside of it.

Numbers of code pages and countries: Epson, ESC/POS Command Reference, ESC t and ESC R.
"""

from functools import lru_cache

from sim.paper.lexer import Code
from sim.paper.machine import Machine

PAGES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 11: "cp775", 13: "cp857", 14: "cp737",
    15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 32: "cp720", 33: "cp775", 34: "cp855",
    35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2", 40: "iso8859_15", 45: "cp1250", 46: "cp1251",
    47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256", 51: "cp1257", 52: "cp1258",
}  # fmt: skip
_PLACES = "#$@[\\]^`{|}~"
COUNTRIES = (
    "#$@[\\]^`{|}~",
    "#$à°ç§^`éùè¨",
    "#$§ÄÖÜ^`äöüß",
    "£$@[\\]^`{|}~",
    "#$@ÆØÅ^`æøå~",
    "#¤ÉÄÖÅÜéäöåü",
    "#$@°\\é^ùàòèì",
    "₧$@¡Ñ¿^`¨ñ}~",
    "#$@[¥]^`{|}~",
    "#¤ÉÆØÅÜéæøåü",
    "#$ÉÆØÅÜéæøåü",
    "#$á¡Ñ¿é`íñóú",
    "#$á¡Ñ¿éüíñóú",
    "#$@[₩]^`{|}~",
    "#$ŽŠĐĆČžšđćč",
    "#¥@[\\]^`{|}~",
)
NO_SUCH = "□"
"""What a printer puts out for two bytes that its fonts do not have."""


def print_character(machine: Machine, data: bytes) -> None:
    """Print one character of one, two or four bytes."""
    if len(data) > 1:
        _chinese(machine, data)
    elif data[0] < 0x7F:
        machine.put(_national(data[0], machine.country), is_wide=False)
    elif machine.is_chinese or data[0] == 0x7F:
        machine.report(data, "no character of Chinese mode")
    else:
        machine.put(_latin(data, machine.page), is_wide=False)


def _chinese(machine: Machine, data: bytes) -> None:
    char = decode(data, machine.code)
    if char is None:
        machine.report(data, f"no character of {machine.code}")
    machine.put(char or NO_SUCH, is_wide=True)


@lru_cache(maxsize=32768)
def decode(data: bytes, code: Code) -> str | None:
    """Return the Chinese character of two or four bytes, None where the printer has none."""
    if code == "gb2312" and not (0xA1 <= data[0] <= 0xF7 and data[1] >= 0xA1):
        return None
    try:
        char = data.decode("gb18030" if code == "gb18030" else "gbk")
    except UnicodeDecodeError:
        return None
    return None if 0xE000 <= ord(char) < 0xF900 else char


def _national(byte: int, country: int) -> str:
    place = _PLACES.find(chr(byte))
    return COUNTRIES[country][place] if place >= 0 else chr(byte)


def _latin(data: bytes, page: int) -> str:
    return data.decode(PAGES[page], "replace")
