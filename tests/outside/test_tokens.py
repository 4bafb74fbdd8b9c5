"""Tokens: made and revoked by the command beside a running hub, kept as hashes, their uses counted."""

import re
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.outside.tokens import SCOPES, TOKENS, TokenError, make_token, read_tokens, read_uses, sha256_of
from tests.outside.looked_at import LookedAt, busy

HALL = "/api/v1/hall"


@pytest.fixture
def hall(tmp_path: Path) -> LookedAt:
    return busy(tmp_path)


def lintel(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["token", *words]) == 0
    return capsys.readouterr().out


async def test_a_token_is_made_used_counted_and_revoked_at_once(
    hall: LookedAt, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(hall.folder)
    made = lintel(capsys, folder, "make", "wall-display", "--scopes", "queues,hall").strip()
    assert re.fullmatch("lintel_[A-Za-z0-9_-]{43}", made)
    assert [(await hall.ask(HALL, made)).status for _ in range(3)] == [200] * 3
    await hall.outside.close()
    listed = lintel(capsys, folder, "list")
    assert re.search(r"wall-display +hall,queues +\S+ \S+ +3 +\S+ \S+ +有效", listed)
    lintel(capsys, folder, "revoke", "wall-display")
    assert (await hall.ask(HALL, made)).status == 404, "nobody has a token any more"
    again = lintel(capsys, folder, "make", "wall-display", "--scopes", "hall").strip()
    assert [(await hall.ask(HALL, one)).status for one in (made, again)] == [401, 200]
    assert "停用" in lintel(capsys, folder, "list")
    await hall.outside.close()


async def test_what_is_kept_opens_nothing(hall: LookedAt) -> None:
    made = make_token(hall.folder, "wall", ("hall",), 1)
    path = hall.folder / TOKENS
    assert made not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    (kept,) = read_tokens(hall.folder)
    assert kept.sha256 == sha256_of(made)
    assert [(await hall.ask(HALL, one)).status for one in (kept.sha256, made[:-1], "")] == [401] * 3


async def test_a_damaged_file_opens_to_nobody_and_a_mended_one_again(hall: LookedAt) -> None:
    made = make_token(hall.folder, "wall", ("hall",), 1)
    path = hall.folder / TOKENS
    good = path.read_bytes()
    path.write_bytes(b"[{")
    assert (await hall.ask(HALL, made)).status == 404
    path.write_bytes(good)
    assert (await hall.ask(HALL, made)).status == 200
    await hall.outside.close()
    (use,) = read_uses(hall.folder).values()
    assert (use.count, use.last_at) == (1, hall.scene.now)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "wall"), "--scopes : name some of hall,queues"),
        (("make", "wall", "--scopes", "hall,all"), "--scopes hall,all: name some of hall,queues"),
        (("make", "墙", "--scopes", "hall"), "name 墙: write small letters"),
        (("make", "taken", "--scopes", "hall"), "taken has a token already"),
        (("revoke", "nobody"), "nobody has no token; taken has one"),
        (("revoke",), "revoke: name whose token it is"),
        (("reader", "signage"), "no reader signage; name it in [interface]"),
    ],
)
def test_bad_input_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    make_token(tmp_path, "taken", SCOPES, 1)
    assert main(["token", str(tmp_path), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"lintel: {said}")
    assert error.count("\n") == 1


def test_a_folder_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", str(tmp_path / "none"), "list"]) == 1
    assert "no such folder; name the hub's own" in capsys.readouterr().err


def test_there_are_not_more_tokens_than_anybody_can_look_through(tmp_path: Path) -> None:
    for at in range(100):
        make_token(tmp_path, f"one-{at}", ("hall",), at)
    with pytest.raises(TokenError, match="there are 100 tokens; revoke those that nobody uses"):
        make_token(tmp_path, "one-more", ("hall",), 1)
