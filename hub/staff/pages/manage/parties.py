"""Who puts right what is wrong with a device (M34, W 16): the site, an office for each work, a work for each fault."""

from typing import Any, get_args

from hub.edits.kinds import Edit, Put, Remove
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.routing import Action, Declared
from hub.staff.visit import Visit
from hub.upkeep_file import PARTIES, WORK_OF, FaultKind, PartyTable, Site, UpkeepTable, Work
from hub.upkeep_words import FAULTS, SITES, WORKS

USUAL: Work = "tech"


class Parties(common.Step, frozen=True, kw_only=True):
    """An office for each kind of work; empty, as usual. fault: KIND=WORK for each kind of fault."""

    site: Site
    upkeep_name: str = ""
    upkeep_phone: str = ""
    repair_name: str = ""
    repair_phone: str = ""
    tech_name: str = ""
    tech_phone: str = ""
    software_name: str = ""
    software_phone: str = ""
    fault: tuple[str, ...] = ()


def parties_values(table: UpkeepTable) -> dict[str, Any]:
    """Return what the page's template needs of the table."""
    return {
        "upkeep": table,
        "sites": SITES,
        "usual": PARTIES[table.site],
        "parties": {work: table.parties.get(work, PartyTable()) for work in get_args(Work)},
        "fault_kinds": FAULTS,
        "work_of": {kind: table.faults.get(kind) or usual_work(kind) for kind in FAULTS},
    }


def usual_work(kind: FaultKind) -> Work:
    """Return whose a fault is where the hall's file says nothing."""
    return WORK_OF.get(kind, USUAL)


async def save(visit: Visit) -> Told:
    """Change who is responsible; what is as usual stands in no line of the file."""
    form, table = await visit.form(Parties), visit.house.hall.file.upkeep
    common.still(form, table)
    edits = common.changes(("upkeep",), table, {"site": form.site})
    for work in get_args(Work):
        present = table.parties.get(work, PartyTable())
        wanted = {key: getattr(form, f"{work}_{key}").strip() for key in ("name", "phone")}
        edits += common.changes(("upkeep", "parties", work), present, wanted)
    return await common.change(visit, [*edits, *_faults(form, table)], to="/staff/devices", step=form.step)


def _faults(form: Parties, table: UpkeepTable) -> list[Edit]:
    """form.fault: KIND=WORK for each."""
    edits: list[Edit] = []
    for one in form.fault:
        kind, _, work = one.partition("=")
        if kind not in FAULTS or work not in WORKS:
            raise refused("请从所列类别中选", 400)
        known = table.faults.get(kind)
        if work != (known or usual_work(kind)):
            is_usual = work == usual_work(kind)
            place = ("upkeep", "faults", kind)
            edits.append(Remove(at=place) if is_usual else Put(at=place, value=work))
    return edits


DECLARED: tuple[Declared, ...] = (Action(path="/staff/devices/parties", permission="devices", do=save),)
