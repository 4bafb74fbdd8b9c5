"""What a kind of device is called: the same on labels, pages, pictures of wiring and in the simulated hall."""

import re
from pathlib import Path
from typing import get_args

import pytest

from hardware.kinds import KIND_WORDS
from hub.hall_file import DeviceKind

PAGE = Path(__file__).parents[2] / "sim" / "page"


def words_in(text: str) -> dict[str, str]:
    return dict(re.findall(r'([a-z]+): "([^"]+)"', text))


def test_every_kind_has_words() -> None:
    assert sorted(KIND_WORDS) == sorted(get_args(DeviceKind))


@pytest.mark.parametrize(("file", "name"), [("broken.js", "KINDS"), ("room.js", "SIGNS"), ("room.js", "DESKS")])
def test_the_simulated_hall_calls_devices_the_same(file: str, name: str) -> None:
    table = (PAGE / file).read_text("utf-8").split(f"const {name} = {{")[1].split("};")[0]
    words = words_in(table)
    assert words == {kind: KIND_WORDS[kind] for kind in words} != {}
