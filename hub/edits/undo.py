"""Taking back one change of the hall's file; what came later stays, as far as it touches other places."""

import difflib
import tomllib

from hub.edits.differences import Difference, differences, leaves


class CannotUndoError(ValueError):
    """Something later has touched the same places. at: one of them, in words of the file."""

    def __init__(self, at: str) -> None:
        super().__init__(at)
        self.at = at


def undone(before: str, after: str, present: str) -> str:
    """Return the present text without the change from before to after; raise CannotUndoError where that cannot be.

    Where nothing came later it is the text before, to the byte.
    """
    if present == after:
        return before
    wanted = differences(before, after)
    now = leaves(present)
    for one in wanted:
        if now.get(one.at) != one.after:
            raise CannotUndoError(".".join(map(str, one.at)))
    found = _merged(before, after, present)
    if found is None or not _is_it(found, present, wanted):
        raise CannotUndoError(".".join(map(str, wanted[0].at)) if wanted else "")
    return found


def _is_it(found: str, present: str, wanted: list[Difference]) -> bool:
    """Lines that look alike may be mistaken for each other; the values cannot be."""
    try:
        back = {one.at: (one.before, one.after) for one in differences(found, present)}
    except tomllib.TOMLDecodeError:
        return False
    return back == {one.at: (one.before, one.after) for one in wanted}


def _merged(before: str, after: str, present: str) -> str | None:
    """Put the lines of the present text back that the change has touched; None where later ones stand in between."""
    old, mid, new = (text.splitlines(keepends=True) for text in (before, after, present))
    place = _places(mid, new)
    result, done = [], 0
    for kind, a, b, c, d in difflib.SequenceMatcher(a=mid, b=old, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        begin = place.get(a) if a < b else _gap(place, a, len(mid), len(new))
        if begin is None or any(place.get(at) != begin + at - a for at in range(a, b)):
            return None
        result += [*new[done:begin], *old[c:d]]
        done = begin + b - a
    return "".join([*result, *new[done:]])


def _places(mid: list[str], new: list[str]) -> dict[int, int]:
    """Return line of the middle text to the same line of the present one."""
    blocks = difflib.SequenceMatcher(a=mid, b=new, autojunk=False).get_matching_blocks()
    return {block.a + at: block.b + at for block in blocks for at in range(block.size)}


def _gap(place: dict[int, int], at: int, mid_lines: int, new_lines: int) -> int | None:
    """Return where lines that the change has taken away belong: between the same neighbours, or beside one of them."""
    if at in place:
        return place[at]
    if at - 1 in place:
        return place[at - 1] + 1
    return new_lines if at == mid_lines else None
