"""What nodes carry: bytecode for every chip, small enough, listed, and named so that it needs little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.firmware_files import AT_ROOT, FIRMWARE, compiled, compiler
from hub.firmware_names import shortened
from sim.firmware_sizes import MOST_BYTES, PAGE, boards, carried, common, page, sizes

CHIPS = ("armv6m", "armv7emsp", "xtensawin")
SOURCES = sorted(path for path in FIRMWARE.rglob("*.py") if path.name not in AT_ROOT)


def bytecode(source: Path, folder: Path, *options: str) -> bytes:
    made = folder / "made.mpy"
    subprocess.run([compiler(), *options, "-o", made, source], check=True, capture_output=True)
    return made.read_bytes()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_module_is_the_same_bytecode_on_every_chip(source: Path, tmp_path: Path) -> None:
    plain = bytecode(source, tmp_path, "-O3")
    assert [bytecode(source, tmp_path, "-O3", f"-march={chip}") for chip in CHIPS] == [plain] * len(CHIPS)


def test_native_code_would_be_found_out(tmp_path: Path) -> None:
    source = tmp_path / "native.py"
    source.write_text("import micropython\n@micropython.native\ndef double(one):\n    return one + one\n")
    made = {bytecode(source, tmp_path, f"-march={chip}") for chip in CHIPS}
    assert len(made) == len(CHIPS)


def test_the_page_lists_what_each_kind_of_node_carries_and_all_of_it_is_small_enough() -> None:
    assert page() == PAGE.read_text(), "run: python -m sim.firmware_sizes"
    known = sizes()
    assert common().union(*(carried(board) for board in boards().values())) <= set(known)
    assert sum(known.values()) <= MOST_BYTES
    assert {"alone", "handover", "lease", "taken", "node"} <= common()
    widest = boards()["dispenser-id-pico"]
    assert {"parts.reader", "parts.printer", "parts.keys", "nics.wired"} <= carried(widest)
    assert "parts.reader" not in carried(boards()["dispenser-pico"]) | common()


def test_the_interpreter_loads_what_needs_no_board(tmp_path: Path) -> None:
    names = "alone checks handover hub_watch jobs lease lift limits link messages mqtt outbox spool store taken"
    done = subprocess.run(
        [Path(sys.executable).with_name("micropython"), "-c", f"import {names.replace(' ', ', ')}; print('loaded')"],
        cwd=tmp_path,
        env={"MICROPYPATH": f"{compiled(FIRMWARE)}:.frozen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "loaded\n", done.stderr


NAMED = """
class Keys:
    def __init__(self, keys, turn):
        self._turn = turn
        self._keys = [key for key in keys if key]
        self.shown = self._turn

    def _draw(self, step):
        return [self._one(step, key=key) for key in self._keys]

    def _one(self, step, key):
        return lambda more: (step, key, more, self._turn)
"""
SHORT = """
class Keys:
    def __init__(self, _0, _1):
        self._1 = _1
        self._0 = [key for key in _0 if key]
        self.shown = self._1

    def _draw(self, _0):
        return [self._one(_0, key=key) for key in self._0]

    def _one(self, _0, key):
        return lambda more: (_0, key, more, self._1)
"""


def test_private_names_are_shared_and_what_others_call_by_name_is_kept() -> None:
    path = Path("keys.py")
    assert shortened({path: NAMED}) == {path: SHORT}


def test_a_name_that_another_module_asks_for_is_kept() -> None:
    mine, other = Path("mine.py"), Path("other.py")
    texts = {
        mine: "class A:\n    def __init__(self):\n        self._count = 0\n",
        other: "def f(a):\n    return a._count\n",
    }
    assert shortened(texts)[mine] == texts[mine]


CONSTANTS = """
_LOOK_MS = const(5)
_WORDS = ("off", "on")
_END = b"!"


def said(at, rest):
    return _WORDS[at] + rest, _END, _LOOK_MS
"""
SHORT_CONSTANTS = """
_LOOK_MS = const(5)
_2 = ("off", "on")
_3 = b"!"


def said(_0, _1):
    return _2[_0] + _1, _3, _LOOK_MS
"""


def test_private_constants_that_are_no_numbers_are_shared_and_no_argument_hides_them() -> None:
    path = Path("words.py")
    assert shortened({path: CONSTANTS}) == {path: SHORT_CONSTANTS}


def test_where_callers_are_not_known_arguments_keep_their_names() -> None:
    path = Path("words.py")
    expected = SHORT_CONSTANTS.replace("(_0, _1)", "(at, rest)").replace("_2[_0] + _1", "_2[at] + rest")
    expected = expected.replace("_2", "_0").replace("_3", "_1")
    assert shortened({path: CONSTANTS}, is_whole=False) == {path: expected}


def test_what_a_module_gives_another_ones_objects_is_kept() -> None:
    path = Path("start.py")
    text = "def end(node):\n    node.Node._handlers = None\n"
    assert shortened({path: text})[path] == text.replace("node", "_0")
