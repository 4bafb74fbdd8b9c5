"""Every sentence of the checker of the hall's file has words for whoever fills in a form."""

import ast
import re
from pathlib import Path

import pytest

import hub
from hub.staff.refusals import in_chinese, mistyped

FOLDER = Path(hub.__file__).parent
SOURCES = ("checks.py", "people_checks.py")
OF_FILE_ALONE = ("not TOML", "no time zone")
"""What no form can bring about: the file's own writing."""


def sentence(node: ast.expr) -> str:
    """Return a sentence as it is said of some thing called X1."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X1" for one in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def refusals(tree: ast.AST) -> list[str]:
    """Return what a module refuses with, and what it calls `said` before it does."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("self._refuse", "refuse"):
            found.append(sentence(node.args[0]))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "said":
            found.append(sentence(node.value))
    return [one for one in found if one and not one.startswith(OF_FILE_ALONE)]


SENTENCES = sorted({one for name in SOURCES for one in refusals(ast.parse((FOLDER / name).read_text("utf-8")))})


def test_there_are_sentences() -> None:
    assert len(SENTENCES) > 35


@pytest.mark.parametrize("said", SENTENCES)
def test_every_sentence_of_the_checker_has_chinese_words(said: str) -> None:
    words = in_chinese(f"未修改：hall.toml第12行 {said}")
    assert words.startswith("未修改：")
    assert not re.search("[a-z]{4}", words), words


def test_what_has_no_words_is_told_with_its_line() -> None:
    assert in_chinese("未修改：hall.toml第12行 something new") == "未修改：文件第12行有误（something new）"
    assert in_chinese("未修改：内容与现在相同") == "未修改：内容与现在相同"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Expected `int`, got `str` - at `$.counter`", "所在窗口须为整数"),
        ("Expected `float`, got `str` - at `$.minutes`", "办理时长须为数字"),
        ("Object missing required field `name`", "请填写名称"),
        ("Expected `str` matching regex '^x$' - at `$.effective`", "生效日期须为规定的格式"),
        ("Invalid enum value 'x' - at `$.kind`", "类型须为所列选项之一"),
        ("Expected `int`, got `str` - at `$.counter[...]`", "所在窗口须为整数"),
    ],
)
def test_a_form_that_was_typed_wrongly_names_the_field(message: str, words: str) -> None:
    assert mistyped(message) == words
