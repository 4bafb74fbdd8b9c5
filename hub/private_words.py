"""Words that go into the journal, which can forget nothing: they must not say who somebody is."""

import re
import unicodedata
from collections.abc import Iterable

from printers.wrapping import clean

WORDS_MAX = 500
_MOBILE = re.compile(r"(?<!\d)1[3-9](?:[ -]?\d){9}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])")


class PrivateWordsError(ValueError):
    """Words that cannot be kept; the sentence repeats none of them."""


MASK = "某某"
NAME_FROM = 2
"""Letters from which a name tells something: 李 alone is nobody's, and stands in many words."""
PHONE_FROM = 5
"""Digits from which a number is somebody's."""


def without_marks(words: str) -> str:
    """Return words without what nobody sees: it would hide a number, or turn a line around wherever they are shown."""
    return "\n".join(clean(line) for line in words.splitlines())


def masked(words: str, private: Iterable[str]) -> str:
    """Return words with each of these struck out, for who must not learn whether they were in them."""
    for one in sorted(filter(_tells, private), key=len, reverse=True):
        if one in unicodedata.normalize("NFKC", words):
            words = unicodedata.normalize("NFKC", words).replace(one, MASK)
    return words


def has_number(phone: str) -> bool:
    """Tell whether somebody could be called at what was typed for a telephone."""
    return sum(one.isdecimal() for one in phone) >= PHONE_FROM


def _tells(private: str) -> bool:
    is_name = any(one.isalpha() for one in private)
    return len(private) >= NAME_FROM if is_name else has_number(private)


def check_items(items: Iterable[str], name: str = "") -> None:
    """Raise PrivateWordsError where a notice's items say whose it is; an office's telephone may stand there."""
    for item in items:
        plain = unicodedata.normalize("NFKC", without_marks(item))
        if _MOBILE.search(plain) or _IDENTITY.search(plain) or (_tells(name) and name in plain):
            raise PrivateWordsError("材料中请勿填写群众姓名、手机号码或证件号码")


def check_words(words: str, private: Iterable[str] = ()) -> None:
    """Raise PrivateWordsError where words are too long, or have a phone or identity number or one of these in them."""
    if len(words) > WORDS_MAX:
        raise PrivateWordsError(f"文字过长，最多{WORDS_MAX}字")
    plain = unicodedata.normalize("NFKC", words)
    if any(pattern.search(plain) for pattern in (_MOBILE, _LANDLINE, _IDENTITY)):
        raise PrivateWordsError("请勿填写电话号码或证件号码；联系方式请填入联系方式栏")
    if any(_tells(one) and one in plain for one in private):
        raise PrivateWordsError("请勿填写群众姓名或电话；联系方式请填入联系方式栏")
