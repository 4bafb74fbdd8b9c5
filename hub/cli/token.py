"""``lintel token``: makes, lists and revokes what other systems show to be told of the hall."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.cli.table import table
from hub.clock import wall_ms
from hub.outside.tokens import SCOPES, Token, Use, make_token, read_tokens, read_uses, revoke_token
from hub.secrets import SecretsError, load_secrets, reader_account

TITLES = ("名称", "范围", "制作", "使用次数", "最近使用", "状态")
EPILOG = f"""example:
  lintel token ~/.local/state/lintel/donghu make wall-display --scopes queues,hall
  lintel token ~/.local/state/lintel/donghu list
  lintel token ~/.local/state/lintel/donghu revoke wall-display
  lintel token ~/.local/state/lintel/donghu reader signage

Scopes: {", ".join(SCOPES)}. A token is printed once and kept nowhere but as a hash; who revokes one stops it at once in
the running hub. reader prints the broker's password of one of [interface] readers of the hall's file.
docs/interface.md has examples."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "token",
        help="let another system read the hall's counters and queues, or no longer",
        description="Make, list and revoke tokens for the interface for other systems.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("state", type=Path, help="the hub's folder, with journal.db")
    parser.add_argument("what", choices=("make", "list", "revoke", "reader"))
    parser.add_argument("name", nargs="?", default="", help="of the token, or of the broker's reader")
    parser.add_argument("--scopes", default="", help=f"what it is for: some of {','.join(SCOPES)}")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; TokenError where it cannot be done."""
    if not args.state.is_dir():
        raise NotADirectoryError(f"{args.state}: no such folder; name the hub's own, with journal.db in it")
    if args.what == "list":
        uses = read_uses(args.state)
        print(table(TITLES, [_line(one, uses.get(one.sha256, Use())) for one in read_tokens(args.state)]))
    elif not args.name:
        raise ValueError(f"{args.what}: name whose token it is")
    elif args.what == "make":
        print(make_token(args.state, args.name, tuple(filter(None, args.scopes.split(","))), wall_ms()))
    elif args.what == "revoke":
        revoke_token(args.state, args.name, wall_ms())
        print(f"{args.name}: revoked")
    else:
        print(_password(args.state, args.name))
    return 0


def _password(folder: Path, reader: str) -> str:
    passwords = load_secrets(folder / "secrets.json", ()).passwords
    account = reader_account(reader)
    if account not in passwords:
        raise SecretsError(f"no reader {reader}; name it in [interface] of the hall's file, and start the hub anew")
    return f"{account} {passwords[account]}"


def _line(token: Token, use: Use) -> tuple[str, ...]:
    state = "有效" if token.revoked_at is None else f"{_moment(token.revoked_at)} 停用"
    last = _moment(use.last_at) if use.last_at is not None else "—"
    return token.name, ",".join(token.scopes), _moment(token.made_at), str(use.count), last, state


def _moment(at_ms: int) -> str:
    """Return a moment in the computer's own time."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"
