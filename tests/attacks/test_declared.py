"""Every attack that is declared, played on one real hall by TLS: it fails, is counted, and disturbs nobody else."""

from collections.abc import Iterator

import pytest

from hub.repelled import KINDS
from tests.attacks.declared import ATTACKS, Attack
from tests.attacks.security_page import MODULES
from tests.attacks.site import Site, besieged

PLAYED = [one for one in ATTACKS if one.play and any(one.play.__module__ == module.__name__ for module in MODULES)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, shared_processes: set[int]) -> Iterator[Site]:
    with besieged(tmp_path_factory.mktemp("besieged"), shared_processes) as found:
        yield found


@pytest.mark.bad_input
@pytest.mark.req("M48")
@pytest.mark.parametrize("attack", PLAYED, ids=lambda one: one.id)
def test_an_attack_fails_is_counted_and_disturbs_nobody(site: Site, attack: Attack) -> None:
    site.press()
    kind = attack.counted
    is_kind = kind in KINDS
    before = site.counted(kind) if is_kind else 0  # type: ignore[arg-type]
    assert attack.play
    try:
        attack.play(site)
    finally:
        site.rest()
    if is_kind:
        site.until(lambda: site.counted(kind) > before, lambda: f"not counted as {kind}; {site.log[-2000:]}")  # type: ignore[arg-type]
    site.press()
    assert "Traceback" not in site.log
