"""The power goes at any flash operation: a node starts again, with its configuration whole and one of two firmwares."""

from pathlib import Path

import pytest

from hub.firmware_files import Release, release
from tests.contract.firmware_offer import KEY, TARGET, signed
from tests.integration import cut_trials
from tests.integration.flash_cuts import EVERY, cut_everywhere

BOOT = """
TOLD = [0]

def prepare():
    import store
    for boot in (1, 2, 3):
        assert store.next_boot() == boot

def work():
    import store
    # After a cut a number may be left out, and none comes twice.
    boot = store.next_boot()
    assert TOLD[0] < boot
    TOLD[0] = 3

def check():
    import store
    assert store._kept_boot() in (3, 4, 5)
"""
CARELESS = BOOT.replace(
    "    boot = store", "    import os\n    os.remove('boot.json')\n    store.keep_boot(3)\n    boot = store"
)

KINDS = ["small", *(["shipped"] if EVERY == 1 else [])]
"""The whole firmware only where every operation is cut: it takes minutes."""


def small(version: str, serial: int, changes: dict[str, bytes]) -> Release:
    """Return a firmware of few files that has all that can happen: more than one piece, a block and a folder."""
    same = {"flow.mpy": b"f" * 5000, "keys.mpy": b"k" * 300, "parts/lamps.mpy": b"l" * 700}
    return signed(version, serial, {**same, "version.mpy": version.encode(), **changes})


def releases(kind: str) -> dict[str, Release]:
    if kind == "shipped":
        old = release("0.2.0", 2, TARGET, KEY)
        older = signed("0.1.0", 1, {path: data + b"o" for path, data in old.files.items()})
        files = {**old.files, "version.mpy": b"v" * 200, "node.mpy": b"n" * 9000, "parts/new.mpy": b"m"}
        return {"older": older, "old": old, "new": signed("0.3.0", 3, files)}
    return {
        "older": small("0.1.0", 1, {"flow.mpy": b"F", "gone.mpy": b"g" * 2500, "parts/gone.mpy": b"g"}),
        "old": small("0.2.0", 2, {"node.mpy": b"n" * 1000}),
        "new": small("0.3.0", 3, {"node.mpy": b"N" * 2600, "parts/tone.mpy": b"t" * 90}),
    }


def trial_of(text: str, folder: Path, kind: str) -> str:
    """Return a trial with the firmwares that it is about in a folder of the PC."""
    for name, found in releases(kind).items():
        for path, data in {**found.files, "manifest": found.manifest}.items():
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return cut_trials.COMMON.format(host=folder, key=KEY) + text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trial", ["PROVISION", "UPDATE", "SWITCH", "ROLLBACK", "CONFIRM"])
def test_a_node_starts_again_and_what_was_begun_can_be_completed(tmp_path: Path, trial: str, kind: str) -> None:
    limit_s = 900.0 if kind == "shipped" else 120.0
    assert cut_everywhere(trial_of(getattr(cut_trials, trial), tmp_path, kind), limit_s=limit_s) > 3


def test_a_boot_number_never_comes_twice() -> None:
    assert cut_everywhere(BOOT, every=1) > 3


def test_a_file_that_is_removed_before_it_is_written_does_not_survive() -> None:
    """The cuts find what is done wrongly."""
    with pytest.raises(AssertionError, match="cut at operation"):
        cut_everywhere(CARELESS, every=1)
