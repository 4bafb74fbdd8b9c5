"""docs/permissions.md, made from the table and from what the pages declare: ``python -m hub.staff.permissions_page``."""

from pathlib import Path

from hub.rules.roles import NEVER_SERVING, SERVING
from hub.staff.pages import DECLARED
from hub.staff.permissions import PERMISSIONS, ROLE_WORDS
from hub.staff.routing import Action, Declared, Stream

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
HEAD = """# Who may do what

Made by `python -m hub.staff.permissions_page` from `hub/staff/permissions.py` and what the pages declare; a test
makes it again and compares, and asks every line of it over HTTP for every role: what is marked works, all else is
refused with 403 and kept in the journal.

"""
PAIRS = """
Forbidden pairs (M43, N 6.3.1), refused when granted, in the hall's file, and when signing in, at a page or a pad:
{pairs}.

## Addresses

| address | | permission |
|---|---|---|
"""
MARK = "●"


def page() -> str:
    """Return the whole page."""
    head = "| permission | | " + " | ".join(ROLE_WORDS.values()) + " |\n"
    line = "|---|---|" + "---|" * len(ROLE_WORDS) + "\n"
    rows = "".join(_row(name) for name in PERMISSIONS)
    pairs = ", ".join(
        f"{ROLE_WORDS[never]} with {ROLE_WORDS[serving]}"
        for never in sorted(NEVER_SERVING)
        for serving in sorted(SERVING)
    )
    return HEAD + head + line + rows + PAIRS.format(pairs=pairs) + "".join(map(_address, DECLARED))


def _row(name: str) -> str:
    permission = PERMISSIONS[name]
    cells = " | ".join(MARK if role in permission.roles else "" for role in ROLE_WORDS)
    return f"| `{name}` | {permission.words} | {cells} |\n"


def _address(declared: Declared) -> str:
    kind = "does" if isinstance(declared, Action) else "streams" if isinstance(declared, Stream) else "shows"
    return f"| `{declared.path}` | {kind} | `{declared.permission}` |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
