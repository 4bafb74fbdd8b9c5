"""docs/security.md is what is declared, and what is declared is played."""

import ast
from pathlib import Path

from tests.attacks.declared import ATTACKS
from tests.attacks.security_page import MODULES, PAGE, page

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_is_declared() -> None:
    """`make docs` makes it again."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_attack_has_a_name_of_its_own_and_somebody_who_plays_it() -> None:
    assert len({one.id for one in ATTACKS}) == len(ATTACKS)
    assert [one.id for one in ATTACKS if bool(one.play) == bool(one.test)] == []
    missing = [one.test for one in ATTACKS if one.test and not _is_there(one.test)]
    assert missing == []


def test_every_module_of_attacks_is_on_the_page() -> None:
    here = {path.stem for path in Path(__file__).parent.glob("by_*.py")}
    assert {module.__name__.rpartition(".")[2] for module in MODULES} == here


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return name in names if name else any(one.startswith("test_") for one in names)
