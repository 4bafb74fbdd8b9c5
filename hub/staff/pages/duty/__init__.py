"""The duty officer's desk: counters, queues and alarms at one glance, what he may change, what went wrong."""

from hub.staff.pages.duty import incidents, orders, page
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (*page.DECLARED, *orders.DECLARED, *incidents.DECLARED)
