"""The power goes at any flash operation: a node starts again, with its configuration whole and one of two firmwares."""

import pytest

from tests.integration.flash_cuts import cut_everywhere

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
CARELESS = BOOT.replace("boot = store.next_boot()", "with open('boot.json', 'w') as file: file.write('{}'); boot = 4")


def test_a_boot_number_never_comes_twice() -> None:
    assert cut_everywhere(BOOT, every=1) > 3


def test_a_file_that_is_written_in_place_does_not_survive() -> None:
    """The cuts find what is done wrongly."""
    with pytest.raises(AssertionError, match="cut at operation"):
        cut_everywhere(CARELESS, every=1)
