"""Gives names that nobody reads shorter and common ones before the firmware is compiled.

A name that MicroPython has once seen stays in its memory until the power goes, also that of a module which is long
forgotten. So the private attributes and constants of all modules share a few names, and so do arguments that no caller
names. Functions, which tracebacks tell of, and whatever another module could ask for keep theirs.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_Place = tuple[int, int, str]
"""Line, byte where a name ends, and the name."""
_PRIVATE_CONSTANT = re.compile(r"_[A-Z][A-Z0-9_]*")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def shortened(files: dict[Path, str], *, is_whole: bool = True) -> dict[Path, str]:
    """Return sources with their private names shortened; raise SyntaxError where one is no Python.

    is_whole: whether all callers are among them. Where they are not, arguments keep their names.
    """
    trees = {path: ast.parse(text, str(path)) for path, text in files.items()}
    named = {name for tree in trees.values() for name in _named_by_callers(tree)} if is_whole else None
    shared = _shared(trees)
    return {path: _rewritten(files[path], _places(tree, shared, named)) for path, tree in trees.items()}


def _places(tree: ast.Module, shared: set[str], named: set[str] | None) -> dict[_Place, str]:
    """Return where names stand that get others, and which. named: by callers; None leaves all arguments alone."""
    short = {name: f"_{count}" for count, name in enumerate(sorted(_own_attributes(tree) - shared))}
    places = {_end(node, node.attr): short[node.attr] for node in _attributes(tree) if node.attr in short}
    taken = 0
    for function in _plain_functions(tree) if named is not None else ():
        fixed = {"self", *(named or ()), *_bound_otherwise(function)}
        mine = [arg.arg for arg in function.args.args if arg.arg not in fixed]
        places.update(_argument_places(function, {name: f"_{count}" for count, name in enumerate(mine)}))
        taken = max(taken, len(mine))
    # An argument hides a constant of the same name.
    return places | _constant_places(tree, taken)


def _constant_places(tree: ast.Module, first: int) -> dict[_Place, str]:
    """Return where private constants stand that MicroPython does not put in as numbers; first: number of a name."""
    made = [node for node in tree.body if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call)]
    names = [target.id for node in made for target in node.targets if isinstance(target, ast.Name)]
    short = {name: f"_{first + at}" for at, name in enumerate(filter(_PRIVATE_CONSTANT.fullmatch, names))}
    return {
        _end(node, node.id): short[node.id]
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in short
    }


def _argument_places(function: _Function, short: dict[str, str]) -> dict[_Place, str]:
    places = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in short:
            places[_end(node, node.id)] = short[node.id]
        elif isinstance(node, ast.arg) and node.arg in short:
            places[_end(node, node.arg)] = short[node.arg]
    return places


def _plain_functions(tree: ast.Module) -> Iterator[_Function]:
    """Yield functions that have no function of their own inside, whose arguments' names could mean something else."""
    for node in ast.walk(tree):
        inner = [one for one in ast.walk(node) if isinstance(one, _Function)]
        if isinstance(node, _Function) and not node.decorator_list and inner == [node]:
            yield node


def _bound_otherwise(function: ast.AST) -> Iterator[str]:
    """Yield names that an import or an ``except`` binds, which are no `ast.Name` there."""
    for node in ast.walk(function):
        if isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _own_attributes(tree: ast.Module) -> set[str]:
    """Return the private attributes that a module's objects give themselves, those aside that are functions."""
    functions = {node.name for node in ast.walk(tree) if isinstance(node, _Function)}
    set_here = [node for node in _attributes(tree) if isinstance(node.ctx, ast.Store)]
    own = {node.attr for node in set_here if _is_self(node.value)} - {n.attr for n in set_here if not _is_self(n.value)}
    return {name for name in own if name.startswith("_") and not name.startswith("__")} - functions


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _shared(trees: dict[Path, ast.Module]) -> set[str]:
    """Return attributes that a module asks for and does not set: they may be another one's."""
    shared = set()
    for tree in trees.values():
        shared |= {node.attr for node in _attributes(tree)} - _own_attributes(tree)
    return shared


def _named_by_callers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def _attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _end(node: ast.expr | ast.arg, name: str) -> _Place:
    if isinstance(node, ast.arg):
        return node.lineno, node.col_offset + len(name), name
    return node.end_lineno or 0, node.end_col_offset or 0, name


def _rewritten(text: str, places: dict[_Place, str]) -> str:
    lines = text.encode().splitlines(keepends=True)
    for (line, end, name), short in sorted(places.items(), reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[: end - len(name)] + short.encode() + old[end:]
    return b"".join(lines).decode()
