"""Writes a WireViz document as YAML that reads well in a diff; strings are written as JSON, which YAML takes."""

import json
from typing import Any

WIDTH = 118


def block_yaml(content: dict[str, Any]) -> str:
    """Return mappings as blocks and short lists in one line; what is in them are strings, numbers and true or false."""
    return "\n".join(_mapping(content, 0)) + "\n"


def _mapping(content: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in content.items():
        lead = f"{' ' * indent}{_scalar(key)}:"
        if isinstance(value, dict):
            lines += [lead, *_mapping(value, indent + 2)]
        elif isinstance(value, list) and value and not isinstance(value[0], str | int):
            lines += [lead, *_sequence(value, indent + 2)]
        else:
            lines += _list(lead, value, indent + 2) if isinstance(value, list) else [f"{lead} {_scalar(value)}"]
    return lines


def _sequence(items: list[Any], indent: int) -> list[str]:
    """Write a list of lists or of mappings with one key, as connections are."""
    lines: list[str] = []
    for item in items:
        if isinstance(item, list):
            lines += [f"{' ' * indent}-", *_sequence(item, indent + 2)]
        else:
            first, *others = _mapping(item, indent + 2)
            lines += [f"{' ' * indent}- {first.lstrip()}", *others]
    return lines


def _list(lead: str, items: list[Any], indent: int) -> list[str]:
    line = f"{lead} [{', '.join(map(_scalar, items))}]"
    if len(line) <= WIDTH:
        return [line]
    return [lead, *(f"{' ' * indent}- {_scalar(item)}" for item in items)]


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
