"""Looks for what types alone cannot say of a hall's voice: zones without a speaker, speakers without a voice."""

from collections.abc import Callable
from typing import NoReturn

from hardware.board import Board
from hub.hall_file import Device, HallFile

Refuse = Callable[..., NoReturn]
"""Raises HallError with a sentence, and the place of what is wrong."""


def check_voice(file: HallFile, boards: dict[str, Board], refuse: Refuse) -> None:
    """Refuse what is wrong with the voice and the speakers of a hall's file."""
    for at, device in enumerate(file.devices):
        _check_device(file, device, boards[device.name], refuse, f"$.devices[{at}]")
    voice = file.voice
    if len(set(voice.languages)) != len(voice.languages):
        refuse("a language stands here twice; remove one, or say more repeats", "$.voice.languages")
    ends = [hour for span in voice.quiet.split() for hour in span.split("-")]
    if ends != sorted(set(ends)):
        refuse("quiet: spans end after they begin, follow each other and do not overlap; correct them", "$.voice.quiet")
    there = {device.zone for device in file.devices if device.kind == "speaker"}
    for zone in voice.zones:
        if zone not in there:
            refuse(f"no speaker has the zone {zone}; give it to one, or remove it here", "$.voice.zones")


def _check_device(file: HallFile, device: Device, board: Board, refuse: Refuse, place: str) -> None:
    if device.kind != "speaker":
        if device.zone and device.kind not in ("dispenser", "printer"):
            refuse(f"zone is for speakers, dispensers and printers; remove it from {device.name}", place + ".zone")
        return
    if not board.voice:
        refuse(f"board {device.board} has no voice; a speaker needs one", place + ".board")
    if device.counter is not None and all(one.number != device.counter for one in file.counters):
        refuse(f"speaker {device.name} is at counter {device.counter}, which does not exist", place + ".counter")
    if device.keys:
        refuse(f"keys are for dispensers; remove them from {device.name}", place + ".keys")
