"""Gives names that nobody reads shorter and common ones before the firmware is compiled.

A name that MicroPython has once seen stays in its memory until the power goes, also that of a module which is long
forgotten. So the private attributes of all modules share a few names, and so do arguments that no caller names.
Functions, which tracebacks tell of, and whatever another module could ask for keep theirs.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_Place = tuple[int, int, str]
"""Line, byte where a name ends, and the name."""
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def shortened(files: dict[Path, str]) -> dict[Path, str]:
    """Return the sources of a firmware with its private names shortened; raise SyntaxError where one is no Python."""
    trees = {path: ast.parse(text, str(path)) for path, text in files.items()}
    named = {name for tree in trees.values() for name in _named_by_callers(tree)}
    shared = _shared(trees)
    return {path: _rewritten(files[path], _places(tree, shared, named)) for path, tree in trees.items()}


def _places(tree: ast.Module, shared: set[str], named: set[str]) -> dict[_Place, str]:
    """Return where names stand that get others, and which."""
    short = {name: f"_{count}" for count, name in enumerate(sorted(_own_attributes(tree) - shared))}
    places = {_end(node, node.attr): short[node.attr] for node in _attributes(tree) if node.attr in short}
    for function in _plain_functions(tree):
        kept = named | set(_bound_otherwise(function)) | {"self"}
        mine = [arg.arg for arg in function.args.args if arg.arg not in kept]
        places.update(_argument_places(function, {name: f"_{count}" for count, name in enumerate(mine)}))
    return places


def _argument_places(function: ast.FunctionDef | ast.AsyncFunctionDef, short: dict[str, str]) -> dict[_Place, str]:
    places = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in short:
            places[_end(node, node.id)] = short[node.id]
        elif isinstance(node, ast.arg) and node.arg in short:
            places[_end(node, node.arg)] = short[node.arg]
    return places


def _plain_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield functions that have no function of their own inside, whose arguments' names could mean something else."""
    for node in ast.walk(tree):
        inner = [one for one in ast.walk(node) if isinstance(one, _FUNCTION)]
        if isinstance(node, _FUNCTION) and not node.decorator_list and inner == [node]:
            yield node


def _bound_otherwise(function: ast.AST) -> Iterator[str]:
    """Yield names that an import or an ``except`` binds, which are no `ast.Name` there."""
    for node in ast.walk(function):
        if isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _own_attributes(tree: ast.Module) -> set[str]:
    """Return the private attributes that a module sets, those aside that are functions."""
    functions = {node.name for node in ast.walk(tree) if isinstance(node, _FUNCTION)}
    set_here = {node.attr for node in _attributes(tree) if isinstance(node.ctx, ast.Store)}
    return {name for name in set_here if name.startswith("_") and not name.startswith("__")} - functions


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
