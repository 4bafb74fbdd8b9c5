"""docs/security.md, of its template and of what is declared: ``python -m tests.attacks.security_page``."""

from pathlib import Path

from hub.repelled import KINDS
from tests.attacks import by_browser, by_device, by_loud_device, by_others, by_person, by_stranger
from tests.attacks.declared import ATTACKS, COUNTED, WHO, Attack, Who

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
TEMPLATE = Path(__file__).with_name("security_template.md")
MODULES = (by_device, by_loud_device, by_stranger, by_browser, by_person, by_others)
"""Importing them declares their attacks."""
TITLES = "| attack | what is tried | what happens | where it is counted | played by |\n|---|---|---|---|---|\n"


def page() -> str:
    """Return the whole page."""
    template = TEMPLATE.read_text(encoding="utf-8")
    kinds = "\n".join(f"| {words} | `{kind}` |" for kind, words in KINDS.items())
    tables = "\n".join(_table(who) for who in WHO)
    return template.replace("{kinds}", kinds).replace("{attacks}\n", tables)


def _table(who: Who) -> str:
    rows = "".join(_row(one) for one in ATTACKS if one.who == who)
    return f"## {WHO[who]}\n\n{TITLES}{rows}"


def _row(one: Attack) -> str:
    counted = KINDS.get(one.counted) or COUNTED[one.counted]  # type: ignore[call-overload]
    return f"| {one.id} | {one.tried} | {one.happens} | {counted} | `{one.shown_by.partition('::')[0]}` |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
