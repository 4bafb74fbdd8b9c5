"""A change of a TOML text that leaves every other character as it is, and that is looked at before it is believed."""

import tomllib
from typing import Any

from hub.edits import kinds
from hub.edits.differences import BYTE_ORDER_MARK
from hub.edits.kinds import Add, Edit, Put, Remove
from hub.edits.scan import Path, Statement, statements
from hub.edits.written import changed_list, name, value


class CannotWriteError(ValueError):
    """A change that this text has no good place for."""


def edited(text: str, edit: Edit) -> str:
    """Return the text after a change.

    Raises NoSuchPlaceError where the text has not what the change names, UnwritableError for a value that TOML does not
    have, and CannotWriteError where the file is written in a way that only a person can change.
    """
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    text = text.removeprefix(mark)
    wanted = kinds.changed(tomllib.loads(text), edit)
    try:
        new = _Text(text).after(edit)
        is_right = _is_it(tomllib.loads(new), wanted, edit)
    except (tomllib.TOMLDecodeError, IndexError) as error:
        raise CannotWriteError(_by_hand(edit)) from error
    if not is_right:
        raise CannotWriteError(_by_hand(edit))
    return mark + new


def _is_it(made: dict[str, Any], wanted: dict[str, Any], edit: Edit) -> bool:
    """A table without a header of its own, such as screen of [[screen.pages]], goes with the last that is in it."""
    if isinstance(edit, Remove) and wanted.get(str(edit.at[0])) == {} and edit.at[0] not in made:
        wanted = {key: one for key, one in wanted.items() if key != edit.at[0]}
    return made == wanted


def _by_hand(edit: Edit) -> str:
    place = edit.to if isinstance(edit, Add) else edit.at
    return f"{kinds.name_of(place)}: the file is written so that this cannot be changed here; change it by hand"


class _Text:
    """A text under one change. Steps of it are done one by one, each on the text that the one before has left."""

    def __init__(self, text: str) -> None:
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._become(text)

    def _become(self, text: str) -> None:
        self._text, self._data, self._found = text, tomllib.loads(text), statements(text)

    def after(self, edit: Edit) -> str:
        if isinstance(edit, Add):
            self._add(kinds.found(self._data, edit.to), edit)
        elif isinstance(edit, Put):
            self._put(kinds.found(self._data, edit.at), edit.value)
        else:
            self._remove(kinds.found(self._data, edit.at))
        return self._text

    def _put(self, path: Path, new: Any) -> None:
        old = kinds.value_at(self._data, path)
        if old == new and type(old) is type(new):
            return
        own = self._of(path)
        if isinstance(old, dict) and isinstance(new, dict) and self._has_lines(path) and not own:
            for key in [key for key in old if key not in new]:
                self._remove((*path, key))
            for key, one in new.items():
                self._put((*path, key), one)
            return
        if own:
            self._rewrite(own, old, new)
        elif above := self._inline_above(path):
            self._put(above.path, _with(kinds.value_at(self._data, above.path), path[len(above.path) :], new))
        elif old is not None:
            self._remove(path)
            self._insert(path, new)
        else:
            self._insert(path, new)

    def _rewrite(self, own: Statement, old: Any, new: Any) -> None:
        begin, end = own.value
        if isinstance(old, list) and isinstance(new, list) and new and "\n" in self._text[begin:end]:
            written = changed_list(self._text, own.value, old, new, self._newline)
        else:
            written = value(new, self._newline)
        self._become(self._text[:begin] + written + self._text[end:])

    def _insert(self, path: Path, new: Any) -> None:
        """Write a key, or a table with a header of its own, where nothing stood."""
        above = path[:-1]
        header = next((at for at, one in enumerate(self._found) if one.kind != "key" and one.path == above), None)
        dotted = [one for one in self._found if one.kind == "key" and one.path[: len(above)] == above]
        if isinstance(new, dict) and _has_own_header(path):
            self._insert_lines(self._end_of(path), self._section(path, new))
        elif header is not None:
            own = [one for one in self._found if one.kind == "key" and one.owner == header]
            self._insert_at((own or [self._found[header]])[-1].span[1], self._line(path[-1:], new))
        elif dotted:
            home = self._found[dotted[-1].owner].path if dotted[-1].owner >= 0 else ()
            self._insert_at(dotted[-1].span[1], self._line(path[len(home) :], new))
        elif above:
            self._insert_lines(self._end_of(above), self._section(above, {path[-1]: new}))
        else:
            self._insert_at(0, self._line(path, new))

    def _remove(self, path: Path) -> None:
        if not self._has_lines(path):
            above = self._inline_above(path)
            if above is None:
                raise IndexError("nothing stands there")
            self._put(above.path, _without(kinds.value_at(self._data, above.path), path[len(above.path) :]))
            return
        if (own := self._of(path)) and self._is_last_dotted(own):
            home = self._found[own.owner].path if own.owner >= 0 else ()
            self._become(self._text[: own.span[0]] + self._line(path[len(home) : -1], {}) + self._text[own.span[1] :])
            return
        text, groups = self._text, self._groups(path)
        for begin, end in reversed(groups):
            if text[:begin].endswith(self._newline * 2) or not begin:
                while text.startswith(self._newline, end):
                    end += len(self._newline)
            text = text[:begin] + text[end:]
        self._become(text)

    def _add(self, path: Path, edit: Add) -> None:
        elements = kinds.value_at(self._data, path) or []
        if own := self._of(path):
            at = len(elements) if edit.before is None else kinds.index_of(edit.to, elements, edit.before)
            self._rewrite(own, elements, [*elements[:at], edit.value, *elements[at:]])
            return
        lines = self._element(path, edit.value)
        if edit.before is None:
            self._insert_lines(self._end_of((*path, len(elements) - 1) if elements else path), lines)
            return
        first = self._groups((*path, kinds.index_of(edit.to, elements, edit.before)))[0][0]
        self._become(self._text[:first] + lines + self._newline + self._text[first:])

    def _of(self, path: Path) -> Statement | None:
        return next((one for one in self._found if one.kind == "key" and one.path == path), None)

    def _inline_above(self, path: Path) -> Statement | None:
        """Return the key in whose value a path ends."""
        return next((own for size in range(len(path) - 1, 0, -1) if (own := self._of(path[:size]))), None)

    def _is_last_dotted(self, own: Statement) -> bool:
        """A table that is written with dots alone is gone with its last key, though nobody has asked for that."""
        above = own.path[:-1]
        others = [one for one in self._found if one is not own and above and one.path[: len(above)] == above]
        return bool(above) and not others

    def _has_lines(self, path: Path) -> bool:
        return any(one.path[: len(path)] == path for one in self._found)

    def _groups(self, path: Path) -> list[tuple[int, int]]:
        """Return where the lines of a path stand; what is between two of them with nothing else belongs to it."""
        groups: list[tuple[int, int]] = []
        before = -2
        for at, one in enumerate(self._found):
            if one.path[: len(path)] == path:
                begin = groups.pop()[0] if before == at - 1 and groups else one.span[0]
                groups.append((begin, one.span[1]))
                before = at
        return groups

    def _end_of(self, path: Path) -> int:
        """Return where something new of a path belongs: after what it has, or after what it is in, or at the end."""
        for size in range(len(path), 0, -1):
            ends = [one.span[1] for one in self._found if one.path[:size] == path[:size]]
            if ends:
                return ends[-1]
        return len(self._text)

    def _line(self, names: Path, new: Any) -> str:
        return f"{'.'.join(name(str(one)) for one in names)} = {value(new, self._newline)}{self._newline}"

    def _section(self, path: Path, table: dict[Any, Any]) -> str:
        header = ".".join(name(one) for one in path if isinstance(one, str))
        return f"[{header}]{self._newline}" + "".join(self._line((key,), one) for key, one in table.items())

    def _element(self, path: Path, table: dict[str, Any]) -> str:
        header = ".".join(name(one) for one in path if isinstance(one, str))
        keys = "".join(self._line((key,), one) for key, one in table.items() if not isinstance(one, dict))
        tables = [self._section((*path, key), one) for key, one in table.items() if isinstance(one, dict)]
        return f"[[{header}]]{self._newline}{keys}" + "".join(self._newline + one for one in tables)

    def _insert_lines(self, at: int, lines: str) -> None:
        """Put a table after a character, with an empty line before it."""
        self._insert_at(at, self._newline + lines if self._text else lines)

    def _insert_at(self, at: int, lines: str) -> None:
        is_open = at and not self._text[:at].endswith("\n")
        self._become(self._text[:at] + (self._newline if is_open else "") + lines + self._text[at:])


def _has_own_header(path: Path) -> bool:
    """A table in a table in a table is written in one line, as ``[devices.keys]`` has it."""
    return not isinstance(path[-1], int) and sum(isinstance(one, str) for one in path) < 3


def _with(data: Any, path: Path, new: Any) -> Any:
    """Return a copy of a value with something else inside it."""
    if not path:
        return new
    if isinstance(data, list):
        at = int(path[0])
        return [*data[:at], _with(data[at], path[1:], new), *data[at + 1 :]]
    known = data if isinstance(data, dict) else {}
    return known | {path[0]: _with(known.get(path[0]), path[1:], new)}


def _without(data: Any, path: Path) -> Any:
    """Return a copy of a value with something taken out of it."""
    if isinstance(data, list):
        at = int(path[0])
        rest = [] if len(path) == 1 else [_without(data[at], path[1:])]
        return [*data[:at], *rest, *data[at + 1 :]]
    if len(path) == 1:
        return {key: one for key, one in data.items() if key != path[0]}
    return data | {path[0]: _without(data[path[0]], path[1:])}
