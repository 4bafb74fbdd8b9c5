"""Archives to be carried away: made in the worker process, fetched once by whoever had them made (M26)."""

from datetime import date
from pathlib import Path

from msgspec import Struct
from starlette.responses import Response

from hub.archive.manifest import NoDayError, NotOverError
from hub.archive.span import month
from hub.journal import JournalError
from hub.staff.house import Told, refused
from hub.staff.pages.archive.page import PATH, UNREADABLE
from hub.staff.passing import FetchedOnce, waiting
from hub.staff.routing import Action, Declared, Page
from hub.staff.typed import at_most, days_of, plain
from hub.staff.visit import Visit

DAYS_MAX = 92
"""What one file may have: a quarter of a year; more of it is made month by month."""


class Wanted(Struct, frozen=True, kw_only=True):
    """A month, YYYY-MM, or from a day to a day. rows: with the journal's rows themselves."""

    month: str = ""
    first: str = ""
    last: str = ""
    rows: str = ""


class Made(Struct, frozen=True, kw_only=True):
    """What was made, as the worker tells it. manifest: SHA-256 of the archive's manifest."""

    name: str
    records: int
    days: int
    manifest: str


async def export(visit: Visit) -> Told:
    """Have an archive made; that it was wanted is kept before."""
    wanted = await visit.form(Wanted)
    first, last = _days(wanted)
    visit.note("archive-export", f"{first}-{last}{' rows' if wanted.rows else ''}")
    house = visit.house
    hall, now = house.hall.path, house.clock.now()
    try:
        made = await house.apart.run(make, house.folder, hall, visit.by, (first, last), now, has_rows=bool(wanted.rows))
    except NotOverError:
        raise refused("所选日期里有尚未结束的业务日，请等次日开启后再导出") from None
    except NoDayError:
        raise refused("所选日期里没有业务日，或其日志已归档移除") from None
    except JournalError:
        raise refused(UNREADABLE, 503) from None
    except (OSError, ValueError):
        raise refused("档案没有做成：主机磁盘空间不足或无法写入，请联系设备维护人员", 503) from None
    words = f"已导出{made.days}个业务日，共{made.records}件。清单校验值（请另行保存）：{made.manifest}"
    return Told(words, to=f"{PATH}/file/{made.name}")


def make(folder: Path, hall: Path, by: str, days: tuple[str, str], at: int, *, has_rows: bool) -> Made:
    """Make it in the worker process; raise ArchiveError, JournalError or OSError where it cannot be."""
    from hub.archive.export import Job
    from hub.archive.zipping import export_zip
    from hub.config import load_hall
    from hub.staff.passing import fresh

    loaded = load_hall(hall)
    to = fresh(folder, by) / f"{loaded.id}-{days[0]}-{days[1]}"
    journal = folder / "journal.db"
    job = Job(journal=journal, hall=loaded, first=days[0], last=days[1], to=to, by=by, at=at, has_rows=has_rows)
    zipped = export_zip(job)
    return Made(name=zipped.path.name, records=zipped.records, days=zipped.days, manifest=zipped.manifest)


async def fetch(visit: Visit) -> Response:
    """Send it, once, to whoever had it made."""
    path = waiting(visit.house.folder, visit.by, visit.request.path_params["name"])
    if path is None:
        raise refused("没有待下载的档案；每次导出只能下载一次，请重新导出", 404)
    return FetchedOnce(path, {"Cache-Control": "no-store"})


def _days(wanted: Wanted) -> tuple[str, str]:
    if plain(wanted.month):
        try:
            return month(plain(wanted.month))
        except ValueError:
            raise refused("月份有误，请填写为 2026-11", 400) from None
    first, last = days_of(wanted.first, wanted.last)
    if not (first and last):
        raise refused("请选择月份，或起止日期", 400)
    at_most(DAYS_MAX, date.fromisoformat(first), date.fromisoformat(last))
    return first, last


DECLARED: tuple[Declared, ...] = (
    Action(path=f"{PATH}/export", permission="archive-export", do=export),
    Page(path=PATH + "/file/{name}", permission="archive-export", show=fetch, noted=True),
)
