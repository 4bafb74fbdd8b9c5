"""When certificates end: what is in use, what is told of it, the fault that is kept, and the command that shows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from hardware.contract import HUB
from hardware.link import Address
from hub.authority import AUTHORITY_DAYS, CA_RENEW_DAYS, load_authority
from hub.cli.main import main
from hub.config import Hall, load_hall
from hub.endings import ANOTHER, AUTHORITY, BEFORE, BROKER, PAGES, Endings, endings, files_in_use
from hub.outside_file import BrokerTable
from hub.rules.commands import NoteHealth
from hub.screen_file import WebTable
from hub.upkeep_words import fault_words

HALL_FILE = Path(__file__).parents[2] / "examples" / "two-counters.toml"
NOW = datetime.now(UTC)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    file = tmp_path / "hall.toml"
    file.write_text(HALL_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return load_hall(file)


def test_what_is_in_use_goes_by_the_file(hall: Hall, tmp_path: Path) -> None:
    plain, tls = Address("127.0.0.1", 1883), Address("192.168.10.2", 1883, ca=tmp_path / "ca.crt")
    theirs = structs.replace(hall, file=structs.replace(hall.file, broker=BrokerTable(own=False, ca="theirs.crt")))
    own = structs.replace(hall, file=structs.replace(hall.file, web=WebTable(certificate="a.crt", key="a.key")))
    used = [
        set(files_in_use(of, tmp_path, broker, pages=pages))
        for of, broker, pages in (
            (hall, plain, False),
            (hall, tls, False),
            (hall, plain, True),
            (theirs, tls, False),
            (own, plain, True),
        )
    ]
    assert used == [set(), {AUTHORITY, BEFORE, BROKER}, {AUTHORITY, PAGES}, {ANOTHER}, {PAGES}]
    assert files_in_use(own, tmp_path, plain, pages=True)[PAGES] == tmp_path / "a.crt"


@pytest.mark.req("M34")
def test_a_fault_is_kept_while_something_ends_soon(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = load_authority(tmp_path, "donghu")
    made.web(["hub.lintel"])
    looked = Endings({PAGES: tmp_path / "web.crt", BEFORE: tmp_path / "ca-before.crt"})
    assert list(looked.due({})) == [], "nothing is said before it has looked"
    looked.look()
    assert list(looked.due({})) == []
    (page,) = endings({PAGES: tmp_path / "web.crt"})
    looked.look(page.ends - timedelta(days=29))
    fault = {"certificate": "ends"}
    assert list(looked.due({})) == [NoteHealth(device=HUB, faults=fault)]
    assert list(looked.due({HUB: fault})) == []
    assert f"web.crt ends on {page.ends.date()}" in caplog.text
    looked.look(NOW)
    assert list(looked.due({HUB: fault})) == [NoteHealth(device=HUB, faults={})]
    (tmp_path / "web.crt").write_text("x")
    looked.look(NOW)
    assert "cannot be read" in caplog.text
    assert fault_words("certificate", "ends") == "证书30天内到期，请更换"


def test_the_command_shows_what_a_tablet_is_compared_with(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    words = ["authority", str(hall.path), "--state", str(state)]
    assert main(words) == 1, "there is no such folder"
    state.mkdir()
    assert main(words) == 0
    assert "a hub that listens at its own computer alone needs none" in capsys.readouterr().out
    made = load_authority(state / "authority", hall.id)
    made.web(["hub.lintel", "192.168.10.2"])
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert f"SHA-256 {made.fingerprint}" in shown
    assert "for     hub.lintel, 192.168.10.2" in shown
    assert made.fingerprint.count(":") == 31


@pytest.mark.req("M48")
def test_the_authority_is_prolonged_with_the_same_key_and_devices_with_the_old_one_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hall: Hall
) -> None:
    from cryptography import x509

    from hub import authority as module

    folder = tmp_path / "authority"
    old = load_authority(folder, "donghu")
    later = NOW + timedelta(days=AUTHORITY_DAYS - CA_RENEW_DAYS + 1)
    monkeypatch.setattr(module, "_now", lambda: later)
    new = load_authority(folder, "donghu")
    assert new.ca_der != old.ca_der
    assert new.before is not None
    assert (new.before.not_valid_after_utc, new.ends - old.ends > timedelta(days=6000)) == (old.ends, True)
    leaf = x509.load_pem_x509_certificate(new.server(["127.0.0.1"])[0])
    for ca in (old, new):
        leaf.verify_directly_issued_by(x509.load_der_x509_certificate(ca.ca_der))
    assert load_authority(folder, "donghu").ca_der == new.ca_der, "it is made anew once"
    looked = Endings({AUTHORITY: folder / "ca.crt", BEFORE: folder / "ca-before.crt"})
    looked.look(old.ends - timedelta(days=20))
    assert [note.faults for note in looked.due({})] == [{"certificate": "ends"}], "before the last old device is out"
