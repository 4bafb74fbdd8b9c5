"""Every attack that is declared, played on one real hall by TLS: it fails, is counted, and disturbs nobody else."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
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


@pytest.mark.req("M40", "M48")
def test_no_secret_is_where_others_could_read_it(site: Site) -> None:
    """After all that was tried: not in a log, the journal, a command line, the environment, nor twice on the disk."""
    kept = msgspec.json.decode((site.state / "secrets.json").read_bytes())
    key_lines = [
        line for path in (site.state / "authority").glob("*.key") for line in path.read_text().splitlines()[1:-1]
    ]
    secrets = [kept["key"], *kept["passwords"].values(), *kept["keys"].values(), *key_lines]
    assert len(secrets) > 40
    said = [(site.folder / "hub.log").read_bytes()]
    for pid in (site.hub_pid, site.broker_pid):
        said += [Path(f"/proc/{pid}/{of}").read_bytes() for of in ("cmdline", "environ")]
    files = [path for path in site.state.rglob("*") if path.is_file() and path.name != "secrets.json"]
    said += [path.read_bytes() for path in files if path.suffix != ".key"]
    assert [words for words in secrets if any(words.encode() in one for one in said)] == []


def test_the_hubs_folder_is_its_owners_alone_and_no_core_is_left(site: Site) -> None:
    open_to_others = [path for path in (site.state, *site.state.rglob("*")) if path.lstat().st_mode & 0o077]
    assert open_to_others == []
    for pid in (site.hub_pid, site.broker_pid):
        core = Path(f"/proc/{pid}/limits").read_text().partition("Max core file size")[2].split()
        assert core[:2] == ["0", "0"]
