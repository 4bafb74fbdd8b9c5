"""Changes the hall of a running hub: looked at as the file is at a start, kept, written, journalled, and then so.

Between the journal's row and the changed hall no message is heard, so that every decision is made by one of the two.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from hardware.logs import Log
from hub.clock import HallClock, local
from hub.config import Hall
from hub.desk import Outcome
from hub.edits.kinds import Edit
from hub.edits.ready import NotChangedError, Prepared
from hub.edits.record import Made, Record, RecordError, Records, read_text, replace_text, sha256_of
from hub.journal import JournalError
from hub.rules.case import Reason
from hub.rules.commands import ChangeHall, Command
from hub.rules.events import Fact
from hub.rules.in_the_way import in_the_way
from hub.rules.state import State

log = Log(__name__)

T = TypeVar("T")

IN_THE_WAY: dict[Reason, str] = {
    "service-in-use": "业务{}还有未办结的号码，请办结后再删除",
    "counter-in-use": "{}号窗口有人在岗或还有号码，请先签退、办结",
    "person-on-duty": "{}正在岗，请先签退",
    "last-for-service": "业务{}将无人可办，须先进后出：请先加入接替人员",
    "class-in-use": "类别{}还有未办结的号码，请办结后再删除",
    "printing": "{}正在打印，请稍后再试",
}
NOT_KEPT = "系统暂时无法记录，文件保持原样，请稍后再试"


class Asking(Protocol):
    """Has a command decided and kept at once; `hub.service.Service.ask` is one."""

    def __call__(self, command: Command, told: Callable[[Iterable[Fact]], None]) -> Outcome:
        """Return what came of it; told: of durable facts, before anybody else."""


async def _nobody() -> None:
    """Where somebody else looks after the broker, he has to let new devices in himself."""


class HallEditor:
    """The one place through which the hall of a running hub changes. follow: told when it has, in the same turn.

    on_changed: lets the broker know who may connect from now on.
    """

    def __init__(
        self,
        hall: Hall,
        records: Records,
        clock: HallClock,
        *,
        ask: Asking,
        state: Callable[[], State],
        follow: Callable[[], None],
    ) -> None:
        self._hall = hall
        self._records = records
        self._clock = clock
        self._ask = ask
        self._state = state
        self._follow = follow
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.on_changed: Callable[[], Awaitable[None]] = _nobody

    async def preview(self, edits: Sequence[Edit]) -> Prepared:
        """Return what edits would come to, and do nothing; raise NotChangedError where they cannot be made."""
        ready = await asyncio.to_thread(_prepare, "edits", self._hall.path, self._hall.text, edits, self._today())
        self._refuse_what_is_in_the_way(ready)
        return ready

    async def change(self, edits: Sequence[Edit], *, by: str) -> Made:
        """Make edits, all of them or none, and return what was made; raise NotChangedError with words for a page.

        by: the person. Whoever goes away meanwhile does not stop half of it.
        """
        return await self._to_the_end(self._change(edits, by))

    async def undo(self, number: int, *, by: str) -> Made:
        """Take one change back, which is a change itself; raise NotChangedError with words for a page."""
        return await self._to_the_end(self._undo(number, by))

    async def adopt(self) -> Made | None:
        """Take what was written into the file by hand; None where nothing was. Raises NotChangedError."""
        return await self._to_the_end(self._adopt_alone())

    async def history(self, most: int = 50) -> list[Made]:
        """Return the latest changes, the latest first."""
        return await asyncio.to_thread(self._records.list, most)

    async def texts(self, number: int) -> Record:
        """Return a change with the texts before and after; raise RecordError where it is not remembered."""
        return await asyncio.to_thread(self._records.get, number)

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _change(self, edits: Sequence[Edit], by: str) -> Made:
        async with self._changing:
            await self._adopt()
            today = self._today()
            ready = await asyncio.to_thread(_prepare, "edits", self._hall.path, self._hall.text, edits, today)
            return await self._make(ready, by)

    async def _undo(self, number: int, by: str) -> Made:
        async with self._changing:
            await self._adopt()
            try:
                record = await asyncio.to_thread(self._records.get, number)
            except RecordError as error:
                raise NotChangedError(f"没有第{number}次修改的记录") from error
            ready = await asyncio.to_thread(_prepare, "undo", self._hall.path, self._hall.text, record)
            return await self._make(ready, by, undoes=number)

    async def _adopt_alone(self) -> Made | None:
        async with self._changing:
            return await self._adopt()

    async def _adopt(self) -> Made | None:
        """What stands in the file counts, whoever has written it; so it is taken before anything is done to it."""
        path, known = self._hall.path, self._hall.text
        try:
            text = await asyncio.to_thread(read_text, path)
            if text == known:
                return None
            return await self._make(await asyncio.to_thread(_prepare, "text", path, known, text), "", is_written=True)
        except (OSError, UnicodeDecodeError, NotChangedError) as error:
            raise NotChangedError(f"文件已被手工改动，但不能采用（{error}）；请先改正文件") from error

    async def _make(self, ready: Prepared, by: str, *, undoes: int = 0, is_written: bool = False) -> Made:
        """Keep both texts, write the file, then the journal: whatever is cut off here, the next start finishes."""
        self._refuse_what_is_in_the_way(ready)
        record = await asyncio.to_thread(self._begin, ready, by, undoes)
        try:
            if not is_written:
                await asyncio.to_thread(_write, self._hall, ready)
            self._take(ready, record)
        except (OSError, JournalError, NotChangedError) as error:
            await asyncio.to_thread(self._take_back, record, is_written)
            raise error if isinstance(error, NotChangedError) else NotChangedError(NOT_KEPT) from error
        await self._after(record)
        return Made(number=record.number, by=by, at=record.at, words=record.words, undoes=undoes, is_kept=True)

    def _begin(self, ready: Prepared, by: str, undoes: int) -> Record:
        number, at = self._records.next_number(), self._clock.now()
        record = Record(
            number=number, by=by, at=at, words=ready.words, undoes=undoes, before=ready.before, after=ready.after
        )
        try:
            self._records.put(record)
        except OSError as error:
            log.error("edit-not-kept", "a change of the hall's file cannot be kept", why=error)
            raise NotChangedError(NOT_KEPT) from error
        return record

    def _take(self, ready: Prepared, record: Record) -> None:
        """Journal the change and be the new hall; nobody is heard in between."""
        command = ChangeHall(
            person=record.by,
            summary=record.words,
            edit=record.number,
            sha256=sha256_of(record.after),
            plan=ready.hall.plan,
            undoes=record.undoes,
        )
        self._refuse_what_is_in_the_way(ready)
        outcome = self._ask(command, lambda _facts: self._hall.become(ready.hall))
        if outcome.refused:
            raise NotChangedError(IN_THE_WAY.get(outcome.refused, "{}").format(""))
        self._follow()

    def _take_back(self, record: Record, is_written: bool) -> None:
        """Only what this change has written is taken back, never what somebody has written since."""
        if not is_written and read_text(self._hall.path) == record.after:
            replace_text(self._hall.path, record.before)
        self._records.drop(record.number)

    async def _after(self, record: Record) -> None:
        """What is left to do changes nothing of what was done, so a failure of it is only told."""
        log.info("hall-changed", "the hall's file is changed", why=f"change {record.number}")
        try:
            await asyncio.to_thread(self._records.mark_kept, record.number)
            await self.on_changed()
        except (OSError, ValueError) as error:
            log.error("edit-half-done", "a change of the hall's file holds, but not everybody was told", why=error)

    def _refuse_what_is_in_the_way(self, ready: Prepared) -> None:
        if self._hall.has_administrator and not ready.hall.has_administrator:
            raise NotChangedError("未修改：不能去掉最后一名系统管理员，请先把这个角色授予他人")
        found = next(in_the_way(self._state(), self._hall.plan, ready.hall.plan), None)
        if found:
            reason, subject = found
            raise NotChangedError(f"未修改：{IN_THE_WAY[reason].format(self._name(reason, subject))}")

    def _name(self, reason: Reason, subject: str) -> str:
        if reason in ("service-in-use", "last-for-service"):
            return f"{subject} {self._hall.service_name(subject)}"
        person = self._hall.person(subject) if reason == "person-on-duty" else None
        return person.name if person else subject

    def _today(self) -> str:
        return f"{local(self._clock.now(), self._hall.zone):%Y-%m-%d}"


def _prepare(what: str, *args: Any) -> Prepared:
    """What prepares a change is imported with the first one: every start of a hub is spared that."""
    from hub.edits import prepare

    ready: Prepared = getattr(prepare, f"prepare_{what}")(*args)
    return ready


def _write(hall: Hall, ready: Prepared) -> None:
    """Write the new text, unless somebody has just written another one."""
    if read_text(hall.path) != ready.before:
        raise NotChangedError("未修改：文件刚被手工改动，请再试一次")
    replace_text(hall.path, ready.after)
