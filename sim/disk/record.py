"""Reads what strace has written of a program into what happened to its files, and what it has told others.

Every call stands where it has ended, but what is sent stands where it began: from then on others may know it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from sim.disk.tracer import program

_FILES = "openat,?open,?creat,?pwrite64,write,?ftruncate,fdatasync,fsync,lseek"
_NAMES = "?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat"
SENDS = "sendto,sendmsg"
_SENDS = (b"sendto", b"sendmsg")
_UNFINISHED, _RESUMED = b" <unfinished ...>", b"<... "
LONGEST_BYTES = 1 << 20
"""The longest write that is recorded whole; the hub lays its journal's log out in pieces of this length."""
WATCHED = f"{_FILES},{_NAMES},{SENDS}"
_WRITES, _CREATES, _TRUNCATES, _APPENDS = 0o3, 0o100, 0o1000, 0o2000
_RESULT = re.compile(rb"(-?\d+)(?:<([^>]*)>)?")
_STRING = re.compile(rb'"([^"]*)"')
_FD = re.compile(rb"^(-?\d+)(?:<([^>]*)>)?")


class Opened(Struct, frozen=True):
    """A file was opened to be written, and made or emptied by that if need be."""

    path: str
    creates: bool
    empties: bool
    appends: bool


class Written(Struct, frozen=True):
    """Bytes were written. at: where; None: where the last ones ended."""

    path: str
    at: int | None
    data: bytes


class Cut(Struct, frozen=True):
    """A file was made this long."""

    path: str
    length: int


class Sought(Struct, frozen=True):
    """The place of the next write in a file."""

    path: str
    at: int


class Synced(Struct, frozen=True):
    """A file's content, or a folder's entries, are durable."""

    path: str


class Renamed(Struct, frozen=True):
    """A file took the place of another."""

    path: str
    to: str


class Removed(Struct, frozen=True):
    """A name is gone."""

    path: str


class Made(Struct, frozen=True):
    """A folder was made."""

    path: str


class Sent(Struct, frozen=True):
    """Something was told by the process ``pid`` through the socket ``to``."""

    pid: int
    to: str
    data: bytes


Op = Opened | Written | Cut | Sought | Synced | Renamed | Removed | Made | Sent


def recording(to: Path) -> list[str]:
    """Return what strace is told to record all that matters here in a file."""
    return ["-y", "-X", "raw", "-xx", "-s", str(LONGEST_BYTES), "-e", f"trace={WATCHED}", "-o", str(to)]


def recorded(to: Path) -> list[str]:
    """Return what comes before a command so that it is recorded from its start; its process stays our child."""
    return [program(), "-D", "-f", "--seccomp-bpf", *recording(to)]


def read_record(lines: Iterable[bytes]) -> Iterator[Op]:
    """Yield what happened, in order."""
    begun: dict[tuple[bytes, bytes], bytes] = {}
    for line in lines:
        pid, _, rest = line.rstrip().partition(b" ")
        call, words, is_begun_before = _split(rest.lstrip())
        if not call:
            continue
        if words.endswith(_UNFINISHED):
            begun[pid, call] = words.removesuffix(_UNFINISHED)
            if call in _SENDS:
                yield from _sent(int(pid), words, None)
            continue
        words, _, found = words.rpartition(b") ")
        result = _RESULT.search(found)
        if result and call in _SENDS and not is_begun_before:
            yield from _sent(int(pid), words, int(result[1]))
        elif result and call not in _SENDS and int(result[1]) >= 0:
            yield from _op(call, begun.pop((pid, call), b"") + words, int(result[1]), result[2])


def _split(rest: bytes) -> tuple[bytes, bytes, bool]:
    """Return a line's call, its words, and whether it goes on with one that has begun before; no call: none of ours."""
    if rest.startswith(_RESUMED):
        call, _, words = rest.removeprefix(_RESUMED).partition(b" resumed>")
        return call, words, True
    call, _, words = rest.partition(b"(")
    return (call if call.isalnum() or b"_" in call else b""), words, False


def _op(call: bytes, words: bytes, result: int, opened: bytes | None) -> Iterator[Op]:
    if call in _OF_NAMES:
        yield _OF_NAMES[call](*(_bytes(one).decode() for one in _STRING.findall(words)))
    elif call in _OF_FILES:
        yield _OF_FILES[call](_path_of(words), words, result)
    elif opened is not None and (flags := _flags(call, words)) & _WRITES:
        yield Opened(_text(opened), bool(flags & _CREATES), bool(flags & _TRUNCATES), bool(flags & _APPENDS))


_OF_NAMES: dict[bytes, Callable[..., Op]] = {
    **dict.fromkeys((b"rename", b"renameat", b"renameat2"), Renamed),
    **dict.fromkeys((b"unlink", b"unlinkat"), Removed),
    **dict.fromkeys((b"mkdir", b"mkdirat"), Made),
}
_OF_FILES: dict[bytes, Callable[[str, bytes, int], Op]] = {
    b"pwrite64": lambda path, words, result: Written(path, _last(words), _first(words)[:result]),
    b"write": lambda path, words, result: Written(path, None, _first(words)[:result]),
    b"ftruncate": lambda path, words, _result: Cut(path, _last(words)),
    b"lseek": lambda path, _words, result: Sought(path, result),
    **dict.fromkeys((b"fdatasync", b"fsync"), lambda path, _words, _result: Synced(path)),
}


def _first(words: bytes) -> bytes:
    """Return the bytes that a call was given."""
    found = _STRING.search(words)
    return _bytes(found[1]) if found else b""


def _last(words: bytes) -> int:
    """Return a call's last argument."""
    return int(words.rpartition(b",")[2], 0)


def _sent(pid: int, words: bytes, result: int | None) -> Iterator[Sent]:
    if result is None or result > 0:
        data = b"".join(_bytes(one) for one in _STRING.findall(words))
        yield Sent(pid, _path_of(words), data[:result])


def _flags(call: bytes, words: bytes) -> int:
    if call == b"creat":
        return _WRITES | _CREATES | _TRUNCATES
    return int(words.rpartition(b'"')[2].split(b",")[1], 0)


def _path_of(words: bytes) -> str:
    """Return what the first argument, a descriptor, leads to."""
    found = _FD.match(words)
    return _text(found[2]) if found and found[2] else ""


def _text(escaped: bytes) -> str:
    return _bytes(escaped).decode(errors="replace")


def _bytes(escaped: bytes) -> bytes:
    """Return what strace has written as ``\\x41\\x42``."""
    return bytes.fromhex(escaped.replace(b"\\x", b"").decode())
