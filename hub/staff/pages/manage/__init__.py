"""The managers' pages: what the hall's file holds, changed while the hall works (M21, M34, M35, M43-M45)."""

from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = ()
