"""Every fault between a node and its broker: noticed in time, borne as it must be, and over soon (docs/network.md)."""

from pathlib import Path

import pytest

from tests.integration.link_faults import FAULTS, Fault
from tests.integration.network_page import HEAD, PAGE, TAIL


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.run.__name__)
async def test_a_fault_is_noticed_and_the_node_is_back_soon(tmp_path: Path, fault: Fault) -> None:
    outcome = await fault.run(tmp_path)
    assert outcome.back_s < fault.back_s
    assert (outcome.noticed_s is None) == (fault.noticed_s is None)
    if outcome.noticed_s is not None and fault.noticed_s is not None:
        assert outcome.noticed_s < fault.noticed_s


def test_the_page_has_every_fault_with_its_limits() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(HEAD)
    assert page.endswith(TAIL)
    rows = [line.split(" | ") for line in page.removeprefix(HEAD).removesuffix(TAIL).splitlines()]
    limits = [["-" if fault.noticed_s is None else f"{fault.noticed_s:g}", f"{fault.back_s:g} |"] for fault in FAULTS]
    assert [[row[0], row[1], row[4], row[6]] for row in rows] == [
        [f"| {fault.name}", fault.does, *limit] for fault, limit in zip(FAULTS, limits, strict=True)
    ]
