"""Files of the state folder that a bad disk has spoilt: the hub makes its own ones anew, and tells of the rest."""

import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from hardware.contract import HUB
from hardware.link import Address
from hub.broker import Broker
from hub.broker_tls import BrokerTls
from hub.journal import Body, Entry, Journal, JournalError
from hub.journal_end import JournalEnd, forget_end
from hub.secrets import Secrets, SecretsError, load_secrets, tell_if_lost
from sim.ports import free_port

RUBBISH = b"\xff\x00{"
OWN = ("mosquitto.conf", "broker.acl", "broker.passwords", "broker.crt", "broker.key", "broker.pid")


class Signs:
    """An authority that has one certificate; mosquitto is not asked what it thinks of it."""

    def server(self, _names: object) -> tuple[bytes, bytes]:
        return b"a certificate", b"its key"


def broker(folder: Path, *, is_tls: bool = False) -> Broker:
    tls = BrokerTls(authority=Signs(), folder=folder, names=[]) if is_tls else None
    secrets = load_secrets(folder / "secrets.json", [HUB])
    return Broker(folder=folder, address=Address("127.0.0.1", free_port()), hall="small", secrets=secrets, tls=tls)


@pytest.mark.bad_input
async def test_what_the_hub_writes_at_every_start_is_written_anew_whatever_was_there(tmp_path: Path) -> None:
    for name in OWN:
        (tmp_path / name).write_bytes(RUBBISH)
    found = broker(tmp_path)
    try:
        await found.start()
    finally:
        await found.stop()
    broker(tmp_path, is_tls=True).renew()
    assert [name for name in OWN if (tmp_path / name).exists() and (tmp_path / name).read_bytes() == RUBBISH] == []


@pytest.mark.bad_input
@pytest.mark.parametrize("key", ["", "zz", "abc", "00" * 32 + "\n"])
def test_a_key_that_is_none_is_told_at_the_start_and_not_at_the_first_ticket(tmp_path: Path, key: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_bytes(msgspec.json.encode(Secrets(passwords={}, key=key)))
    with pytest.raises(SecretsError, match="restore it, or remove it and give all devices new passwords"):
        load_secrets(path, [])


def test_a_hall_that_has_worked_and_has_no_secrets_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, journal = tmp_path / "secrets.json", tmp_path / "journal.db"
    tell_if_lost(path, journal)
    assert caplog.text == "", "a hall that begins has none"
    journal.touch()
    tell_if_lost(path, journal)
    assert "restore the last copy, or flash all devices" in caplog.text
    caplog.clear()
    load_secrets(path, [HUB])
    tell_if_lost(path, journal)
    assert caplog.text == ""


@pytest.mark.req("M4", "M26")
@pytest.mark.parametrize("is_gone", [False, True], ids=["older", "gone"])
def test_a_journal_that_is_older_than_the_last_one_gives_no_number_twice(tmp_path: Path, is_gone: bool) -> None:
    path, kept = tmp_path / "journal.db", tmp_path / "kept"
    for rows in (2, 3):
        with closing(Journal(path)) as journal:
            journal.append([Entry(at=at, body=Body()) for at in range(rows)])
            JournalEnd(tmp_path, journal).note()
        if rows == 2:
            shutil.copy(path, kept)
    path.unlink()
    if not is_gone:
        shutil.copy(kept, path)
    with closing(Journal(path)) as journal:
        with pytest.raises(JournalError, match=r"ends with row [02], but row 5 was written: .*restore the last copy"):
            JournalEnd(tmp_path, journal)
        forget_end(tmp_path)
        JournalEnd(tmp_path, journal).note()


def test_what_is_only_somebody_elses_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads so would restore an old copy, or give all devices new passwords, where a chown is all it needs."""
    path = tmp_path / "journal.db"
    path.write_bytes(RUBBISH)
    with pytest.raises(JournalError, match="cannot be read as a journal"):
        Journal(path)
    monkeypatch.setattr("hub.journal_file.os.access", lambda _path, _mode: False)
    with pytest.raises(JournalError, match=r"journal\.db is not yours to read and write; .* chown it to him"):
        Journal(path)
    (tmp_path / "secrets.json").mkdir()
    with pytest.raises(SecretsError, match="Is a directory; it has to be a file of the hub's user"):
        load_secrets(tmp_path / "secrets.json", [])
