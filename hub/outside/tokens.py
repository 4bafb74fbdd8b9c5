"""The tokens of other systems: who may ask what over HTTP; kept as hashes, made and revoked while the hub runs."""

import hashlib
import secrets
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from hub.lock import one_writer
from hub.secrets import write_private

TOKENS, USES = "tokens.json", "token-uses.json"
Scope = Literal["hall", "queues", "tickets", "devices", "figures", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
TokenName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z")]
BEGIN = "lintel_"
"""What every token begins with, so that one that strays into a file or a log is known for what it is."""
TOKENS_MAX = 100


class TokenError(ValueError):
    """A token that cannot be made, found or read; the sentence says what to do."""


class TokenTakenError(TokenError):
    """Somebody of that name has a token that holds."""


class NoRoomForTokenError(TokenError):
    """There are as many tokens as there may be."""


class NoSuchTokenError(TokenError):
    """Nobody of that name has a token that holds."""


class Token(Struct, frozen=True, kw_only=True):
    """A token, but for its own letters. sha256: of those; of 256 random bits nobody finds them by trying.

    made_at, revoked_at: ms; None: it holds.
    """

    name: str
    sha256: str
    scopes: tuple[Scope, ...]
    made_at: int
    revoked_at: int | None = None


class Use(Struct, frozen=True, kw_only=True):
    """How often a token was used, and when last, ms; None: never."""

    count: int = 0
    last_at: int | None = None


def sha256_of(written: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(written.encode()).hexdigest()


def is_token_name(name: str) -> bool:
    """Tell whether a token may be called so."""
    try:
        msgspec.convert(name, TokenName)
    except msgspec.ValidationError:
        return False
    return True


def make_token(folder: Path, name: str, scopes: tuple[str, ...], now: int) -> str:
    """Return a new token, which is kept nowhere; raise TokenError where the name is taken or a scope is none."""
    if not is_token_name(name):
        raise TokenError(f"name {name}: write small letters, digits and dashes, such as wall-display")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise TokenError(f"--scopes {','.join(scopes)}: name some of {','.join(SCOPES)}")
    written = BEGIN + secrets.token_urlsafe(32)
    chosen = tuple(scope for scope in SCOPES if scope in scopes)
    with one_writer(folder / TOKENS):
        tokens = read_tokens(folder)
        if any(one.name == name and one.revoked_at is None for one in tokens):
            raise TokenTakenError(f"{name} has a token already; revoke it, or take another name")
        if len(tokens) >= TOKENS_MAX:
            tokens = tuple(one for one in tokens if one.revoked_at is None)
        if len(tokens) >= TOKENS_MAX:
            raise NoRoomForTokenError(f"there are {TOKENS_MAX} tokens; revoke those that nobody uses")
        _keep(folder, (*tokens, Token(name=name, sha256=sha256_of(written), scopes=chosen, made_at=now)))
    return written


def revoke_token(folder: Path, name: str, now: int) -> None:
    """Have a token hold no longer, at once; raise TokenError where there is none of that name."""
    with one_writer(folder / TOKENS):
        tokens = read_tokens(folder)
        if not any(one.name == name and one.revoked_at is None for one in tokens):
            known = ", ".join(one.name for one in tokens if one.revoked_at is None)
            raise NoSuchTokenError(f"{name} has no token; {known or 'nobody'} has one")
        _keep(folder, tuple(_revoked(one, now) if one.name == name else one for one in tokens))


def read_tokens(folder: Path) -> tuple[Token, ...]:
    """Return all tokens, the oldest first, revoked ones too; raise TokenError for a file that is none."""
    try:
        return msgspec.json.decode((folder / TOKENS).read_bytes(), type=tuple[Token, ...])
    except FileNotFoundError:
        return ()
    except msgspec.MsgspecError as error:
        raise TokenError(f"{folder / TOKENS}: {error}; remove it, and make the tokens anew") from error


def read_uses(folder: Path) -> dict[str, Use]:
    """Return hash to use, as the hub wrote it last; one that cannot be read counts nothing."""
    try:
        return msgspec.json.decode((folder / USES).read_bytes(), type=dict[str, Use])
    except (OSError, msgspec.MsgspecError):
        return {}


def _revoked(token: Token, now: int) -> Token:
    return token if token.revoked_at is not None else msgspec.structs.replace(token, revoked_at=now)


def _keep(folder: Path, tokens: tuple[Token, ...]) -> None:
    write_private(folder / TOKENS, msgspec.json.format(msgspec.json.encode(tokens), indent=1))
