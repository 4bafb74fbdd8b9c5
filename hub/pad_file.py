"""``[pad]`` and ``[reasons]`` of the hall's file: what pads' and desks' keys do, and the lists they choose from."""

from typing import Annotated

from msgspec import Meta, Struct

from hardware.contract import KeyName

Label = Annotated[str, Meta(min_length=1, max_length=20)]
Reasons = Annotated[tuple[Label, ...], Meta(max_length=9)]
Digit = Annotated[str, Meta(pattern=r"^[0-9]\Z")]
Action = Annotated[str, Meta(pattern=r"^[a-z-]{1,20}\Z")]


class ReasonsTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[reasons]``: lists from which a digit chooses, 1 the first."""

    special: Reasons = ("材料已补齐", "急事急办", "投诉处理", "领导安排")
    transfer: Reasons = ("业务不符", "需他窗办理", "疑难问题", "设备故障")
    absence: Annotated[Reasons, Meta(min_length=1)] = ("开会", "就餐", "取件", "外出办案", "临时有事")
    refused: Reasons = ("材料不全", "不属本所管辖", "不符合条件", "身份无法核实")


class PadTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[pad]``: what the keys of pads and desks do. keys: key to action. menu, guide_menu, duty_menu: digit to action.

    more, guide_more, duty_more: the same where 功能 was pressed twice. words: what a pad says instead of the usual
    words, by refusal.
    """

    keys: dict[KeyName, Action] = {}
    menu: dict[Digit, Action] = {}
    guide_menu: dict[Digit, Action] = {}
    duty_menu: dict[Digit, Action] = {}
    more: dict[Digit, Action] = {}
    guide_more: dict[Digit, Action] = {}
    duty_more: dict[Digit, Action] = {}
    words: dict[Action, Annotated[str, Meta(max_length=20)]] = {}
