"""What is typed into the search form of the archive, and what is looked for then."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from hub.archive.finding import Search
from hub.staff.typed import at_most, days_of, matching, staff_of, whole

DIGITS = 3
"""As many as a number has behind its letter: who types A12 means A012."""

USUAL_DAYS = 92
"""How far back is looked where nobody says since when: a busy day takes a tenth of a second."""
DAYS_MAX = 366


class Asked(Struct, frozen=True, kw_only=True):
    """The form as it was typed; all of it empty: nothing is looked for yet."""

    first: str = ""
    last: str = ""
    number: str = ""
    serial: str = ""
    paper: str = ""
    service: str = ""
    counter: str = ""
    staff: str = ""
    page: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not any(getattr(self, name) for name in self.__struct_fields__)


def search_of(asked: Asked) -> Search:
    """Return what is looked for; raise Told with one sentence for a field that makes no sense."""
    first, last = days_of(asked.first, asked.last)
    return Search(
        first=first,
        last=last,
        number=number_of(asked.number),
        serial=whole(asked.serial, 999_999, "序号有误，请填写1至999999的数字"),
        own_serial=matching(asked.paper, r"\d{8}-[A-Z]\d{3,6}", "单据编号有误，请填写为 20261123-G001"),
        service=matching(asked.service, r"[A-Z]", "业务有误，请从列表中选择"),
        counter=whole(asked.counter, 99, "窗口有误，请填写1至99的数字"),
        staff=staff_of(asked.staff),
    )


def limited(search: Search, today: date) -> Search:
    """Return a search that looks through no more days than anybody waits for; raise Told where more are named."""
    if search.own_serial:
        return search  # it names its day
    last = date.fromisoformat(search.last) if search.last else today
    first = date.fromisoformat(search.first) if search.first else last - timedelta(days=USUAL_DAYS - 1)
    at_most(DAYS_MAX, first, last)
    return replace(search, first=f"{first:%Y%m%d}")


def number_of(typed: str) -> str:
    """Return a ticket's number as it is printed; raise Told where it is none."""
    found = matching(typed, r"[A-Z]\d{1,6}", "号码有误，请填写票面上的号码，如 A012")
    return found[:1] + found[1:].zfill(DIGITS) if found else ""
