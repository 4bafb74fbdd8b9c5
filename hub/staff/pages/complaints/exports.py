"""The dissatisfaction record to take away (整改清单, S17): without names, and with them for who may know them (M26)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.responses import Response

from hub.complaints_table import Kind, file_of
from hub.contacts import Contact
from hub.rules.complaints import Complaint
from hub.staff.house import Told
from hub.staff.pages.complaints.item import contact_of
from hub.staff.pages.complaints.lists import Query, chosen, today_of
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit

MEDIA: dict[Kind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _exporting(kind: Kind, *, named: bool) -> Callable[[Visit], Awaitable[Response]]:
    async def export(visit: Visit) -> Response:
        query = visit.asked(Query)
        items = await chosen(visit, query)
        day = today_of(visit.house)
        with_names = " 含姓名电话" if named else ""
        visit.note("complaints-export", f"{query.which} {kind} {len(items)}件{with_names}")
        contacts = await _contacts(visit, items) if named else None
        data = await visit.house.apart.run(file_of, kind, visit.house.hall.path, items, day, contacts)
        file = f"complaints-{'names-' if named else ''}{query.list}-{day}.{kind}"
        return Response(data, media_type=MEDIA[kind], headers={"Content-Disposition": f'attachment; filename="{file}"'})

    return export


async def _contacts(visit: Visit, items: Sequence[Complaint]) -> dict[str, Contact]:
    """Return whom to call back; each is journalled, and presses come in between. His own matters show nobody."""
    found = {}
    for one in items:
        if one.has_contact:
            try:
                contact = contact_of(visit, one)
            except Told as told:
                if told.status != 403:  # nothing is shown of which it cannot be kept that it was
                    raise
                contact = None
            if contact:
                found[one.id] = contact
            await asyncio.sleep(0)
    return found


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/complaints.csv", permission="complaints-export", show=_exporting("csv", named=False)),
    Page(path="/staff/complaints.xlsx", permission="complaints-export", show=_exporting("xlsx", named=False)),
    Page(path="/staff/complaints-names.csv", permission="complaints-names", show=_exporting("csv", named=True)),
    Page(path="/staff/complaints-names.xlsx", permission="complaints-names", show=_exporting("xlsx", named=True)),
)
