"""The code in a ticket's QR, which opens the page of its own queue: nobody can guess one, and it ends with the day.

Four letters of the ticket's serial, so that it is found at once, and fourteen of a keyed digest: 70 bits.
"""

import hmac

from hub.secrets import CHECK_LETTERS, Secrets

SERIAL_LETTERS = 4
DIGEST_LETTERS = 14
PATH = "/t/"
_BASE = len(CHECK_LETTERS)


def code_of(secrets: Secrets, day: str, serial: int) -> str:
    """Return the code of a ticket of a business day; raise ValueError for a serial beyond a million."""
    if not 0 < serial < _BASE**SERIAL_LETTERS:
        raise ValueError(f"ticket {serial} of {day} has no code")
    digest = int(secrets.digest(f"progress {day} {serial}"), 16)
    return _letters(serial, SERIAL_LETTERS) + _letters(digest, DIGEST_LETTERS)


def serial_of(secrets: Secrets, day: str, code: str) -> int | None:
    """Return the serial of a code of this day; None for any other, whatever is wrong with it."""
    if len(code) != SERIAL_LETTERS + DIGEST_LETTERS or not set(code) <= set(CHECK_LETTERS):
        return None
    serial = 0
    for letter in code[:SERIAL_LETTERS]:
        serial = serial * _BASE + CHECK_LETTERS.index(letter)
    if not serial or not day:
        return None
    return serial if hmac.compare_digest(code, code_of(secrets, day, serial)) else None


def address_of(url: str, code: str) -> str:
    """Return what the QR code says. url: how phones reach the hub."""
    return url.rstrip("/") + PATH + code


def _letters(number: int, count: int) -> str:
    found = ""
    for _ in range(count):
        number, place = divmod(number, _BASE)
        found = CHECK_LETTERS[place] + found
    return found
