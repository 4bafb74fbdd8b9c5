"""What a module of pages declares: its pages, what can be done on them, what they show by themselves.

A permission stands with each, so that there is no page and no action without one.
"""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct
from starlette.responses import Response

from hub.staff.house import Told
from hub.staff.visit import Visit


class Page(Struct, frozen=True, kw_only=True):
    """A page, for reading. menu: what leads there, empty: nothing does. noted: whoever reads it is kept (M26).

    by_itself: a page that is open asks for it again and again, which is no sign that somebody sits there.
    while_locked: it goes on while its session is locked, for it shows what anybody may see.
    """

    path: str
    permission: str
    show: Callable[[Visit], Awaitable[Response]]
    menu: str = ""
    noted: bool = False
    by_itself: bool = False
    while_locked: bool = False


class Action(Struct, frozen=True, kw_only=True):
    """Something that is asked for by a form; what came of it is returned, or raised as `Told`."""

    path: str
    permission: str
    do: Callable[[Visit], Awaitable[Told]]


class Stream(Struct, frozen=True, kw_only=True):
    """What a page shows by itself. parts: id of an element to its HTML, made anew whenever something has changed.

    while_locked: as of the page.
    """

    path: str
    permission: str
    parts: Callable[[Visit], Mapping[str, str]]
    while_locked: bool = False


Declared = Page | Action | Stream
