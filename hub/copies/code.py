"""The recovery code: what opens the secret part of a copy. People keep it on paper; the hub keeps it for itself."""

import secrets
from pathlib import Path

from hub.lock import one_writer
from hub.secrets import CHECK_LETTERS, write_private

FILE = "copies.code"
LETTERS = 24
"""Of them 23 by chance, which are 115 bits, and one that shows a mistake in reading."""
_GROUP = 4


class CodeError(ValueError):
    """No recovery code, or none of a copy; the sentence says what to do."""


def make_code() -> str:
    """Return a new code, in groups of four letters."""
    letters = "".join(secrets.choice(CHECK_LETTERS) for _ in range(LETTERS - 1))
    return _grouped(letters + _check(letters))


def parse_code(text: str) -> str:
    """Return a code as it is written; spaces, dashes and small letters do not matter. Raises CodeError."""
    letters = "".join(one for one in text.upper() if one not in " -\t\r\n")
    if len(letters) != LETTERS or not set(letters) <= set(CHECK_LETTERS):
        raise CodeError(f"a recovery code has {LETTERS} letters and digits, none of them 0, 1, I or O; look again")
    if _check(letters[:-1]) != letters[-1]:
        raise CodeError("that recovery code was not read rightly: its last letter does not fit; look again")
    return _grouped(letters)


def kept_code(state: Path) -> str | None:
    """Return the code that a hub keeps in its state folder, None before it has one. Raises CodeError."""
    try:
        return parse_code((state / FILE).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CodeError(f"{state / FILE}: {error}; write the code from the paper into it") from error


def keep_code(state: Path, code: str) -> None:
    """Keep a code in the state folder, for its owner's eyes only."""
    write_private(state / FILE, f"{code}\n".encode("ascii"))


def code_of(state: Path) -> tuple[str, bool]:
    """Return the code of a state folder and whether it was made just now."""
    with one_writer(state / FILE):
        code = kept_code(state)
        if code:
            return code, False
        code = make_code()
        keep_code(state, code)
        return code, True


def _check(letters: str) -> str:
    """Odd weights, so that any one wrong letter and nearly all that changed places are seen."""
    total = sum((2 * place + 1) * CHECK_LETTERS.index(one) for place, one in enumerate(letters))
    return CHECK_LETTERS[total % len(CHECK_LETTERS)]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
