"""Every fault between a node and its broker: noticed in time, borne as it must be, and over soon (docs/network.md)."""

from pathlib import Path

import pytest

from tests.integration.link_faults import FAULTS, Fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.run.__name__)
async def test_a_fault_is_noticed_and_the_node_is_back_soon(tmp_path: Path, fault: Fault) -> None:
    outcome = await fault.run(tmp_path)
    assert outcome.back_s < fault.back_s
    assert (outcome.noticed_s is None) == (fault.noticed_s is None)
    if outcome.noticed_s is not None and fault.noticed_s is not None:
        assert outcome.noticed_s < fault.noticed_s
