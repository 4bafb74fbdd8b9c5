"""The self-test of a board's parts: lamps, panel, arrow, tone, a printed line, and each key by somebody's finger."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.board import Board, Keys
from hub.flashing.errors import OnBoardError
from hub.flashing.link import BoardLink

_SCRIPT = Path(__file__).parent / "on_board" / "self_test.py"
KEY_S = 20
PAPER_S = 60
ANSWER_S = 10
"""How long the longest of the rest may take beyond what it shows."""
FEED_S = 2.0
NEAR_END = "near-end"

Say = Callable[[str], None]
Ask = Callable[[str], bool]
_BY_EYE = {"lamps": "all lamps lit", "panel": "whole panel lit", "arrow": "arrow lit", "tone": "two tones sounded"}


class Result(Struct, frozen=True, kw_only=True):
    """What came of one part. is_well: None where only somebody who looks could say, and nobody was asked."""

    part: str
    is_well: bool | None
    words: str


def self_test(
    link: BoardLink, board: Board, slot: str, paper: bytes, *, say: Say, ask: Ask | None, key_s: float = KEY_S
) -> list[Result]:
    """Try the parts of a board that has its firmware, and return what came of each; raises FlashError.

    slot: whose firmware tries them. paper: what is printed. say: hears what somebody is to do now. ask: puts a
    question with yes or no; None where nobody is there. key_s: how long a key is waited for.
    """
    link.do(_SCRIPT.read_text(encoding="utf-8"))
    try:
        kinds = msgspec.json.decode(link.do(f"build_parts({slot!r})"), type=list[str])
    except OnBoardError as error:
        return [Result(part="parts", is_well=False, words=f"they cannot be made: {error}")]
    results = [_seen(kind, link, board, ask) for kind in ("lamps", "panel", "arrow", "tone") if kind in kinds]
    if "printer" in kinds:
        results.append(_printed(link, paper))
    if "keys" in kinds and board.keys:
        results += [_pressed(link, name, say, key_s) for name in _names(board.keys)]
    return results


def _seen(kind: str, link: BoardLink, board: Board, ask: Ask | None) -> Result:
    words = {
        "lamps": "lamps()",
        "panel": "panel(b'SELF-TEST')",
        "arrow": f"arrow({sorted(board.arrow.groups) if board.arrow else []!r})",
        "tone": "tone()",
    }[kind]
    try:
        link.do(words, limit_s=ANSWER_S + len(board.lamps.pins if board.lamps else ()))
    except OnBoardError as error:
        return Result(part=kind, is_well=False, words=str(error))
    if ask is None:
        return Result(part=kind, is_well=None, words=f"look: {_BY_EYE[kind]}?")
    is_well = _answered(link, ask, f"{_BY_EYE[kind]}?")
    return Result(
        part=kind, is_well=is_well, words="" if is_well else "not seen or heard; check its wires and its pins"
    )


def _answered(link: BoardLink, ask: Ask, words: str) -> bool:
    """Return the answer of somebody who may take his time, which the board's watchdog does not give him."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        answer = pool.submit(ask, words)
        while True:
            try:
                return answer.result(timeout=FEED_S)
            except TimeoutError:
                link.feed()


def _printed(link: BoardLink, paper: bytes) -> Result:
    why = msgspec.json.decode(link.do(f"paper({paper!r})", limit_s=PAPER_S), type=str | None)
    if why in (None, NEAR_END):
        return Result(part="printer", is_well=True, words="the roll ends soon" if why else "")
    return Result(
        part="printer", is_well=False, words=f"{why}; check its power, its wires, its paper and its baud rate"
    )


def _pressed(link: BoardLink, name: str, say: Say, key_s: float) -> Result:
    said = link.do(f"key({round(key_s * 1000)})", limit_s=key_s + ANSWER_S, on_line=lambda: say(f"press {name}"))
    found = msgspec.json.decode(said.splitlines()[-1], type=str | None)
    if found == name:
        return Result(part=f"key {name}", is_well=True, words="")
    words = (
        f"{found} came instead; two wires are exchanged" if found else f"no press within {key_s:g} s; check its wires"
    )
    return Result(part=f"key {name}", is_well=False, words=words)


def _names(keys: Keys) -> list[str]:
    return list(keys.pins)
