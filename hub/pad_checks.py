"""Looks for what types cannot say of a hall's keypads: keys, actions and refusals that there are not."""

from collections.abc import Callable
from typing import NoReturn

from hardware.board import Board
from hub.hall_file import HallFile
from hub.plans import DUTY_MENU, GUIDE_MENU, KEYS, MENU
from hub.words import REFUSED

_KEYPADS = ("pad", "guide", "duty")

Refuse = Callable[..., NoReturn]
"""Raises HallError with a sentence, and the place of what is wrong."""


def check_pad(file: HallFile, boards: dict[str, Board], refuse: Refuse) -> None:
    """Refuse a key, an action or a refusal in the tables of pads and desks that names nothing."""
    pad, actions = file.pad, _actions()
    for table in ("keys", "menu", "guide_menu", "duty_menu"):
        for key, action in getattr(pad, table).items():
            if action not in actions:
                refuse(f"no action {action!r}; there is {', '.join(actions)}", f"$.pad.{table}", key)
    _check_keys(file, boards, refuse)
    for reason in pad.words:
        if reason not in REFUSED:
            refuse(f"no refusal {reason!r}; there is {', '.join(REFUSED)}", "$.pad.words", reason)


def _actions() -> list[str]:
    """Return all that a key or a digit may do."""
    from hub.forms import FORMS  # forms are about a hall that was found sound, so they come later

    return sorted({*KEYS, *MENU.values(), *GUIDE_MENU.values(), *DUTY_MENU.values(), *FORMS, "resume"})


def _check_keys(file: HallFile, boards: dict[str, Board], refuse: Refuse) -> None:
    """Refuse a key that no board has, and one whose usual action nothing on a pad does any more."""
    there = {key for one in file.devices if one.kind in _KEYPADS for key in _keys(boards[one.name])}
    for key in file.pad.keys:
        if there and key not in there:
            refuse(f"no pad and no desk has a key {key}; there is {', '.join(sorted(there))}", "$.pad.keys", key)
    for device in file.devices:
        if device.kind == "pad":
            for action in _lost(file, _keys(boards[device.name])):
                refuse(
                    f"{device.name}: no key does {action} any more; give it a digit in pad.menu", "$.pad.keys", action
                )


def _keys(board: Board) -> tuple[str, ...]:
    return board.keys.names() if board.keys else ()


def _lost(file: HallFile, keys: tuple[str, ...]) -> list[str]:
    """Return what a pad's keys did before the hall gave them other actions, and what nothing on it does now."""
    usual, now = {KEYS.get(key) for key in keys}, {(KEYS | file.pad.keys).get(key) for key in keys}
    menu = set((MENU | file.pad.menu).values()) if "menu" in now else set()
    return sorted({"next", "finish"} & usual - now - menu)
