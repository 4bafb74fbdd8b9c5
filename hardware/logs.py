"""The log of hub and agents: one line for each thing that matters, with the event's name, whose it is, what and why.

A person reads sentences, a program JSON lines; journald takes either, each with its level. The levels: info is a change
that is as it should be; warning, somebody should look at it on a working day; error, something does not work until
somebody acts; critical, the hall cannot do its work now. Every event is explained in docs/operator.md.
"""

import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TextIO

import msgspec

Style = Literal["plain", "json"]
STYLES: tuple[Style, ...] = ("plain", "json")
EVERY_S = 60.0
"""How often the same line is written at most."""
LINES_MAX = 512
"""So many different lines in that time: of more there is one that says so."""
WHY_MAX = 300
TRACE_MAX = 4000
_PRIORITY = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}
"""syslog(3)'s, as sd-daemon(3) has them written before a line."""
_UNPRINTABLE = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


class Log:
    """A module's voice. event: a name of its own for what happened; device: whose it is, empty: nobody's in particular.

    what: a sentence that is the same each time; why: what differs, such as an error's words. No line may hold anything
    personal or secret.
    """

    def __init__(self, where: str) -> None:
        self._logger = logging.getLogger(where)

    def debug(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say what only a programmer wants to know."""
        self._write(logging.DEBUG, event, what, device, why)

    def info(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say that something changed as it should."""
        self._write(logging.INFO, event, what, device, why)

    def warning(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say that somebody should look at something on a working day."""
        self._write(logging.WARNING, event, what, device, why)

    def error(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say that something does not work until somebody acts."""
        self._write(logging.ERROR, event, what, device, why)

    def critical(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say that the hall cannot do its work now."""
        self._write(logging.CRITICAL, event, what, device, why)

    def exception(self, event: str, what: str, *, device: str = "", why: object = "") -> None:
        """Say that the program has a fault, of which the present exception tells where."""
        self._write(logging.ERROR, event, what, device, why, is_exception=True)

    def _write(
        self, level: int, event: str, what: str, device: str, why: object, *, is_exception: bool = False
    ) -> None:
        if self._logger.isEnabledFor(level):
            fields = {"event": event, "device": device, "what": what, "why": _clean(why)[:WHY_MAX]}
            self._logger.log(level, "%s", _sentence(fields), extra={"fields": fields}, exc_info=is_exception)


def set_up(style: Style, stream: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
    """Have everything that this program logs written to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json() if style == "json" else _Plain())
    handler.addFilter(Often(clock))
    if _is_journald(stream):
        handler.setFormatter(_Prioritised(handler.formatter or _Plain()))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    if style == "json":
        sys.excepthook = _ended


class Often(logging.Filter):
    """Lets the same line through once a minute; the next one says how many there were meanwhile.

    What tells of a working change and names no device always comes through: nobody outside can provoke it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._lines: dict[tuple[str, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line is written."""
        fields = getattr(record, "fields", {})
        if record.levelno < logging.WARNING and not fields.get("device"):
            return True
        key = (record.name, fields.get("event") or record.msg, fields.get("device", ""), fields.get("what", ""))
        now = self._clock()
        if key not in self._lines and len(self._lines) >= LINES_MAX:
            self._lines = {one: last for one, last in self._lines.items() if now - last[0] < EVERY_S}
            if len(self._lines) >= LINES_MAX:
                return False
        at, left_out = self._lines.get(key, (now - EVERY_S, 0))
        is_due = now - at >= EVERY_S
        self._lines[key] = (now, 0) if is_due else (at, left_out + 1)
        record.left_out = left_out
        return is_due


class _Plain(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        """Return the sentence, and the event's name, by which docs/operator.md explains it."""
        fields, left_out = getattr(record, "fields", {}), getattr(record, "left_out", 0)
        more = f" ({left_out} more like it)" if left_out else ""
        return super().formatMessage(record) + more + (f" [{fields['event']}]" if fields else "")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object in a line; what is empty is left out."""
        fields = getattr(record, "fields", {"event": "", "what": _clean(record.getMessage())})
        line = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            **fields,
            "left_out": getattr(record, "left_out", 0),
            "trace": self.formatException(record.exc_info)[-TRACE_MAX:] if record.exc_info else "",
        }
        return msgspec.json.encode({name: said for name, said in line.items() if said}).decode()


class _Prioritised(logging.Formatter):
    """Begins every line with its priority, which journald takes off and keeps."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return lines as sd-daemon(3) has them."""
        begin = f"<{_PRIORITY.get(record.levelname, 6)}>"
        return "\n".join(begin + line for line in self._inner.format(record).splitlines())


def _is_journald(stream: TextIO) -> bool:
    """Tell whether a stream leads to journald: it names the one that it laid (systemd.exec(5), JOURNAL_STREAM)."""
    with contextlib.suppress(OSError, ValueError):
        found = os.fstat(stream.fileno())
        return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
    return False


def _ended(kind: type[BaseException], error: BaseException, trace: object) -> None:
    logging.getLogger(__name__).critical("%s", f"{kind.__name__}: {_clean(error)}", exc_info=error)


def _sentence(fields: dict[str, str]) -> str:
    device, what, why = _clean(fields["device"]), _clean(fields["what"]), fields["why"]
    return (f"{device}: " if device else "") + what + (f": {why}" if why else "")


def _clean(words: object) -> str:
    """Return words in one line, so that nobody who can bring words in can forge another."""
    return str(words).translate(_UNPRINTABLE)
