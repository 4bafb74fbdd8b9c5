"""The guide's desk on a tablet: tickets for people, what can be done with them, appointments, items, guides (M7)."""

from hub.staff.pages.guide import appointments, desk, received, tickets
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *desk.DECLARED,
    *tickets.DECLARED,
    *appointments.DECLARED,
    *received.DECLARED,
)
