"""Every fault between a node and its broker: noticed in time, borne as it must be, and over soon (docs/network.md)."""

from pathlib import Path

import pytest

from hub import authority
from hub.broker_tls import authority_of
from tests.contract.broker import HALL
from tests.contract.waiting import until
from tests.integration.link_faults import FAULTS, Fault, a_hub, a_site, shows_its_view, tls_of
from tests.integration.network_page import HEAD, PAGE, TAIL


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.run.__name__)
async def test_a_fault_is_noticed_and_the_node_is_back_soon(tmp_path: Path, fault: Fault) -> None:
    outcome = await fault.run(tmp_path)
    assert outcome.back_s < fault.back_s
    assert (outcome.noticed_s is None) == (fault.noticed_s is None)
    if outcome.noticed_s is not None and fault.noticed_s is not None:
        assert outcome.noticed_s < fault.noticed_s


async def test_a_node_goes_on_when_the_authority_is_prolonged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ca.der is the old certificate, of the same key and name; nobody has to flash all nodes on one day."""
    async with a_site(tmp_path) as site, a_hub(site) as hub:
        await shows_its_view(site, hub)
        old = authority_of(tmp_path, HALL)
        monkeypatch.setattr(authority, "CA_RENEW_DAYS", authority.AUTHORITY_DAYS + 1)
        new = authority_of(tmp_path, HALL)
        monkeypatch.undo()
        assert new.ca_der != old.ca_der
        (tmp_path / "authority" / "server.crt").unlink()  # so that one is made which the new certificate signs
        await site.broker.start_with(tls_of(tmp_path, new, "127.0.0.1"))
        await until(lambda: len(site.node.console) > 3, limit_s=20, why=lambda: site.node.console)
        await until(lambda: site.node.console[-1].endswith(": connected"), limit_s=20, why=lambda: site.node.console)


def test_the_page_has_every_fault_with_its_limits() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(HEAD)
    assert page.endswith(TAIL)
    rows = [line.split(" | ") for line in page.removeprefix(HEAD).removesuffix(TAIL).splitlines()]
    limits = [["-" if fault.noticed_s is None else f"{fault.noticed_s:g}", f"{fault.back_s:g} |"] for fault in FAULTS]
    assert [[row[0], row[1], row[4], row[6]] for row in rows] == [
        [f"| {fault.name}", fault.does, *limit] for fault, limit in zip(FAULTS, limits, strict=True)
    ]
