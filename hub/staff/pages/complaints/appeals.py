"""Where who was rated badly may say that it is wrong (误评、恶意差评申诉), and a 业务管理员 for him."""

from starlette.responses import Response

from hub.complaints_table import APPEALS, GROUNDS
from hub.rules import commands
from hub.rules.complaints import Complaint
from hub.staff.house import Told
from hub.staff.pages.complaints.lines import line
from hub.staff.pages.complaints.lists import today_of
from hub.staff.pages.complaints.work import Appealed, do
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit


async def show(visit: Visit) -> Response:
    """Return the page: his own low ratings, to a 业务管理员 everybody's; nothing of who gave them."""
    house = visit.house
    today = today_of(house)
    rated = [one for one in house.state.complaints.known.values() if one.channel == "rating" and _concerns(visit, one)]
    return visit.page(
        "appeals.html",
        lines=[line(house.hall, one, today) for one in reversed(rated)],
        appeals=APPEALS,
        grounds=GROUNDS,
        zone=house.hall.zone,
    )


def _concerns(visit: Visit, one: Complaint) -> bool:
    return visit.by in one.served_by or "business" in visit.roles


async def lodge(visit: Visit) -> Told:
    """申诉: it is not settled before it has been looked into."""
    form = await visit.form(Appealed)
    words = form.words.strip()
    do(visit, commands.LodgeAppeal(complaint=form.complaint, by=visit.by, grounds=form.grounds, words=words))
    return Told("申诉已提交，等待复核", to="/staff/appeals")


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/appeals", permission="complaints-appeal", show=show, menu="评价申诉", noted=True),
    Action(path="/staff/appeals/lodge", permission="complaints-appeal", do=lodge),
)
