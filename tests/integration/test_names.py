"""Names on notices: where they may go, and how long they are kept."""

from pathlib import Path

import pytest

from hardware.link import Address
from hub.names import Names, may_travel
from hub.paper_file import NoticesTable


@pytest.mark.req("M40")
@pytest.mark.parametrize(
    ("host", "ca", "own", "may"),
    [
        ("127.0.0.1", None, True, True),
        ("::1", None, True, True),
        ("localhost", None, True, True),
        ("0.0.0.0", None, True, False),
        ("192.168.1.10", None, True, False),
        ("hub.local", None, True, False),
        ("127.0.0.1", None, False, False),
        ("192.168.1.10", Path("ca.pem"), False, True),
    ],
)
def test_a_name_goes_by_tls_or_stays_in_the_computer(host: str, ca: Path | None, own: bool, may: bool) -> None:
    assert may_travel(Address(host, 1883, ca=ca), own_broker=own) == may


@pytest.mark.req("M40")
def test_names_that_are_kept_are_erased_after_their_days(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    names = Names(path, NoticesTable(keep_names=True, keep_days=30))
    names.put("20261101-G001", "欧阳娜")
    names.put("20261102-G001", "司马光")
    names.printed("20261101-G001")
    names.begin_day("20261202")
    again = Names(path, NoticesTable(keep_names=True))
    assert (again.of("20261101-G001"), again.of("20261102-G001")) == ("", "司马光")
    assert "欧阳娜" not in path.read_text(encoding="utf-8")


@pytest.mark.req("M40")
def test_a_unit_that_keeps_no_names_any_more_has_none_left(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    Names(path, NoticesTable(keep_names=True)).put("20261101-G001", "欧阳娜")
    names = Names(path, NoticesTable())
    assert not path.exists()
    names.put("20261101-G002", "司马光")
    assert (names.of("20261101-G001"), names.of("20261101-G002")) == ("", "司马光")
    names.printed("20261101-G002")
    assert names.of("20261101-G002") == ""
    assert not path.exists()


def test_a_file_that_cannot_be_read_is_said_and_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "names.json"
    path.write_text("[", encoding="utf-8")
    assert Names(path, NoticesTable(keep_names=True)).of("20261101-G001") == ""
    assert f"{path} cannot be read" in caplog.text
