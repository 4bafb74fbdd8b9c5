"""Bar codes as rows of modules, 1 is black. Sources: ISO/IEC 15417 (Code 128), 15420 (EAN), 16388 (39), 16390 (ITF)."""

from collections.abc import Callable

from msgspec import Struct


class Bars(Struct, frozen=True):
    """A bar code. modules: 1 and 0. words: what stands below it."""

    modules: str
    words: str


def _patterns(text: str) -> list[str]:
    return text.split()


_LEFT_ODD = _patterns("0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011")
_RIGHT = ["".join("10"[int(bit)] for bit in digit) for digit in _LEFT_ODD]
_LEFT_EVEN = [digit[::-1] for digit in _RIGHT]
_FIRST = _patterns("LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL")
_WIDE = 3
_39_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*"
_39_DIGITS = _patterns(
    "nnnwwnwnn wnnwnnnnw nnwwnnnnw wnwwnnnnn nnnwwnnnw wnnwwnnnn nnwwwnnnn nnnwnnwnw wnnwnnwnn nnwwnnwnn"
)
_39_LETTERS = _patterns(
    "wnnnnwnnw nnwnnwnnw wnwnnwnnn nnnnwwnnw wnnnwwnnn nnwnwwnnn nnnnnwwnw wnnnnwwnn nnwnnwwnn nnnnwwwnn "
    "wnnnnnnww nnwnnnnww wnwnnnnwn nnnnwnnww wnnnwnnwn nnwnwnnwn nnnnnnwww wnnnnnwwn nnwnnnwwn nnnnwnwwn "
    "wwnnnnnnw nwwnnnnnw wwwnnnnnn nwnnwnnnw wwnnwnnnn nwwnwnnnn"
)
_39_SIGNS = _patterns("nwnnnnwnw wwnnnnwnn nwwnnnwnn nwnwnwnnn nwnwnnnwn nwnnnwnwn nnnwnwnwn nwnnwnwnn")
_39 = dict(zip(_39_CHARS, _39_DIGITS + _39_LETTERS + _39_SIGNS, strict=True))
_ITF = _patterns("nnwwn wnnnw nwnnw wwnnn nnwnw wnwnn nwwnn nnnww wnnwn nwnwn")
_CODABAR = dict(
    zip(
        "0123456789-$:/.+ABCD",
        _patterns(
            "nnnnnww nnnnwwn nnnwnnw wwnnnnn nnwnnwn wnnnnwn nwnnnnw nwnnwnn nwwnnnn wnnwnnn "
            "nnnwwnn nnwwnnn wnnnwnw wnwnnnw wnwnwnn nnwnwnw nnwwnwn nwnwnnw nnnwnww nnnwwwn"
        ),
        strict=True,
    )
)
_128 = _patterns(
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_93_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_93 = _patterns(
    "100010100 101001000 101000100 101000010 100101000 100100100 100100010 101010000 100010010 100001010 110101000 "
    "110100100 110100010 110010100 110010010 110001010 101101000 101100100 101100010 100110100 100011010 101011000 "
    "101001100 101000110 100101100 100010110 110110100 110110010 110101100 110100110 110010110 110011010 101101100 "
    "101100110 100110110 100111010 100101110 111010100 111010010 111001010 101101110 101110110 110101110 100100110 "
    "111011010 111010110 100110010"
)
_93_ENDS = "101011110"
_UPC_E = _patterns("EEEOOO EEOEOO EEOOEO EEOOOE EOEEOO EOOEEO EOOOEE EOEOEO EOEOOE EOOEOE")
_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}
_STOP = 106
_FNC = {"1": 102, "2": 97, "3": 96}


def ean13(data: bytes) -> Bars:
    """Return EAN-13 of 12 digits, or of 13 with the right check digit; raise ValueError."""
    digits = _checked(data, 12, "EAN-13")
    left = zip(digits[1:7], _FIRST[int(digits[0])], strict=True)
    first = "".join((_LEFT_ODD if kind == "L" else _LEFT_EVEN)[int(digit)] for digit, kind in left)
    return Bars("101" + first + "01010" + _right(digits[7:]) + "101", digits)


def ean8(data: bytes) -> Bars:
    """Return EAN-8 of 7 or 8 digits; raise ValueError."""
    digits = _checked(data, 7, "EAN-8")
    left = "".join(_LEFT_ODD[int(digit)] for digit in digits[:4])
    return Bars("101" + left + "01010" + _right(digits[4:]) + "101", digits)


def upc_a(data: bytes) -> Bars:
    """Return UPC-A of 11 or 12 digits; raise ValueError."""
    digits = _checked(data, 11, "UPC-A")
    return Bars(ean13(b"0" + digits.encode()).modules, digits)


def upc_e(data: bytes) -> Bars:
    """Return UPC-E of 6 digits, with or without its 0 before them and its check digit; raise ValueError."""
    text = _text(data, "UPC-E")
    digits = text if len(text) == 6 else text[1:7]
    if not text.isdecimal() or len(text) not in (6, 7, 8) or (len(text) > 6 and text[0] != "0"):
        raise ValueError(f"UPC-E of {text!r}; give 6 digits")
    check = _checked(_long_upc(digits).encode() + text[7:].encode(), 11, "UPC-E")[-1]
    sides = {"E": _LEFT_EVEN, "O": _LEFT_ODD}
    inner = "".join(sides[side][int(digit)] for digit, side in zip(digits, _UPC_E[int(check)], strict=True))
    return Bars("101" + inner + "010101", "0" + digits + check)


def _long_upc(digits: str) -> str:
    """Return the 11 digits of UPC-A that six of UPC-E stand for."""
    last = digits[5]
    if last in "012":
        return "0" + digits[:2] + last + "0000" + digits[2:5]
    if last in "34":
        kept = int(last)
        return "0" + digits[:kept] + "00000" + digits[kept:5]
    return "0" + digits[:5] + "0000" + last


def code93(data: bytes) -> Bars:
    """Return Code 93 with its two check characters; raise ValueError."""
    text = _text(data, "CODE93")
    if not text or any(char not in _93_CHARS for char in text):
        raise ValueError(f"CODE93 has no {text!r}; capitals, digits and -. $/+% only")
    values = [_93_CHARS.index(char) for char in text]
    for most in (20, 15):
        values.append(sum((place % most + 1) * value for place, value in enumerate(reversed(values))) % 47)
    return Bars(_93_ENDS + "".join(_93[value] for value in values) + _93_ENDS + "1", text)


def code39(data: bytes) -> Bars:
    """Return Code 39; start and stop are added where they are missing. Raise ValueError."""
    text = _text(data, "CODE39").strip("*")
    if not text or any(char not in _39 or char == "*" for char in text):
        raise ValueError(f"CODE39 has no {text!r}; capitals, digits and -. $/+% only")
    return Bars("0".join(_widths(_39[char]) for char in f"*{text}*"), text)


def itf(data: bytes) -> Bars:
    """Return Interleaved 2 of 5 of an even number of digits; raise ValueError."""
    text = _text(data, "ITF")
    if not text.isdecimal() or len(text) % 2:
        raise ValueError(f"ITF of {text!r}; give an even number of digits")
    pairs = zip(text[::2], text[1::2], strict=True)
    inner = ("".join(one + two for one, two in zip(_ITF[int(a)], _ITF[int(b)], strict=True)) for a, b in pairs)
    return Bars("1010" + "".join(map(_widths, inner)) + _widths("wnn"), text)


def codabar(data: bytes) -> Bars:
    """Return Codabar, with its own start and stop letters A to D; raise ValueError."""
    text = _text(data, "CODABAR").upper()
    inner = text[1:-1]
    if len(text) < 3 or not {text[0], text[-1]} <= set("ABCD") or any(char not in _CODABAR for char in inner):
        raise ValueError(f"CODABAR of {text!r}; give A to D, digits and -$:/.+, A to D")
    return Bars("0".join(_widths(_CODABAR[char]) for char in text), text)


def code128(data: bytes) -> Bars:
    """Return Code 128 of data that begins with its set, ``{A``, ``{B`` or ``{C``; raise ValueError."""
    text = data.decode("latin-1")
    if text[:1] != "{" or text[1:2] not in _START:
        raise ValueError(f"CODE128 of {text!r}; it begins with {{A, {{B or {{C")
    values, words = _values_128(text[2:], text[1])
    values.insert(0, _START[text[1]])
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return Bars("".join(_elements(_128[value]) for value in (*values, check, _STOP)), words)


def _values_128(text: str, kind: str) -> tuple[list[int], str]:
    values: list[int] = []
    words = ""
    while text:
        char, text = text[0], text[1:]
        if char == "{" and text[:1] != "{":
            kind, value = _special_128(text[:1], kind)
            values.append(value)
            text = text[1:]
            continue
        text = text[1:] if char == "{" else text
        values.append(_value_128(char, kind))
        words += f"{ord(char):02}" if kind == "C" else char
    return values, words


def _special_128(letter: str, kind: str) -> tuple[str, int]:
    if letter in _SWITCH and letter != kind:
        return letter, _SWITCH[letter]
    if letter == "1" or (letter in _FNC and kind != "C"):
        return kind, _FNC[letter]
    raise ValueError(f"CODE128 has no {{{letter} in set {kind}")


def _value_128(char: str, kind: str) -> int:
    place = ord(char)
    if kind == "C" and place < 100:
        return place
    if kind == "B" and 32 <= place < 128:
        return place - 32
    if kind == "A" and place < 96:
        return place - 32 if place >= 32 else place + 64
    raise ValueError(f"CODE128 has no {char!r} in set {kind}")


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} of {data!r}; ASCII only") from error


def _checked(data: bytes, count: int, name: str) -> str:
    digits = _text(data, name)
    if not digits.isdecimal() or len(digits) not in (count, count + 1):
        raise ValueError(f"{name} of {digits!r}; give {count} digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:count])))
    check = str(-total % 10)
    if digits[count:] not in ("", check):
        raise ValueError(f"{name} of {digits}: its check digit is {check}")
    return digits[:count] + check


def _right(digits: str) -> str:
    return "".join(_RIGHT[int(digit)] for digit in digits)


def _widths(pattern: str) -> str:
    """Bars and spaces in turn, narrow or wide."""
    return "".join("10"[place % 2] * (_WIDE if wide == "w" else 1) for place, wide in enumerate(pattern))


def _elements(pattern: str) -> str:
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(pattern))


KINDS: dict[int, Callable[[bytes], Bars]] = {
    65: upc_a, 66: upc_e, 67: ean13, 68: ean8, 69: code39, 70: itf, 71: codabar, 72: code93, 73: code128
}  # fmt: skip
"""By the number of ``GS k``; the numbers 0 to 6 are the same kinds from 65 on."""
