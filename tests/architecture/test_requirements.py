"""Every requirement has a test that names it; what has none says why (REQUIREMENTS.md: a clause counts only then)."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
EVERY = {f"M{number}" for number in range(1, 51)} | {f"S{number}" for number in range(1, 29)}
WITHOUT: dict[str, str] = {}


def marked() -> set[str]:
    """Return the ids that tests say they show."""
    found = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return found


def test_every_requirement_is_shown_by_a_test_or_says_why_not() -> None:
    shown = marked()
    assert shown <= EVERY, "an id that does not exist"
    assert sorted(EVERY - shown - set(WITHOUT)) == []
    assert sorted(set(WITHOUT) & shown) == []
