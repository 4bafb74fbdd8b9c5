"""The clerk's pad in a browser, for a counter with a device or without: all that the keys do, and papers in a tap."""

from msgspec.structs import replace

from hub.staff.house import Told
from hub.staff.pages.counter import desk, papers, second, serving, signing
from hub.staff.routing import Action, Declared
from hub.staff.visit import Visit


def _showing(action: Action) -> Action:
    """Have an action answer with the page as it is then: the next press must not be about the one before."""

    async def do(visit: Visit) -> Told:
        try:
            told = await action.do(visit)
        except Told as said:
            told = said
        if visit.wants_json and not told.to:
            told.parts = desk.parts(visit)
        return told

    return replace(action, do=do)


_ACTIONS = (*signing.DECLARED, *serving.DECLARED, *papers.DECLARED)
DECLARED: tuple[Declared, ...] = (*desk.DECLARED, *map(_showing, _ACTIONS), *second.DECLARED)
