"""Looks for what types cannot say of the hall screen's tables: pictures that are not there, dates that are none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from hub.hall_file import HallFile

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
PICTURE_BYTES = 5_000_000

Refuse = Callable[..., object]
"""Called with sentence, place and perhaps key of what is wrong; does not return."""


def check_screen(file: HallFile, folder: Path, refuse: Refuse) -> None:
    """Refuse what is wrong with the screen's pages and pictures. folder: that of the hall's file."""
    for at, one in enumerate(file.people):
        _check_picture(one.photo, folder, f"$.people[{at}].photo", refuse)
    _check_picture(file.screen.safety_sign, folder, "$.screen.safety_sign", refuse)
    if len(set(file.screen.order)) != len(file.screen.order):
        refuse("a kind of page stands in order twice; remove one", "$.screen.order")
    _check_date(file.screen.effective, "$.screen.effective", refuse)
    for at, page in enumerate(file.screen.pages):
        _check_date(page.effective, f"$.screen.pages[{at}].effective", refuse)
    for at, service in enumerate(file.services):
        if service.guide:
            _check_date(service.guide.effective, f"$.services[{at}].guide.effective", refuse)


def _check_date(written: str, place: str, refuse: Refuse) -> None:
    try:
        date.fromisoformat(written or "2000-01-01")
    except ValueError:
        refuse(f"{written} is no day of the calendar; correct it", place)


def _check_picture(name: str, folder: Path, place: str, refuse: Refuse) -> None:
    """A picture lies beside the hall's file or below it, so that nothing else of the machine is ever served."""
    if not name:
        return
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        refuse(f"{name} lies elsewhere; put the picture beside this file", place)
    if path.suffix.lower() not in PICTURES:
        refuse(f"{name} is no {', '.join(PICTURES)}; convert the picture", place)
    if not path.is_file():
        refuse(f"no file {name} beside this file; put the picture there", place)
    if path.stat().st_size > PICTURE_BYTES:
        refuse(f"{name} is larger than {PICTURE_BYTES // 1_000_000} MB; make the picture smaller", place)
