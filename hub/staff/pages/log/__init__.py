"""The system administrator's log: who signed in, was refused, saw, exported or changed what (M26)."""

from hub.staff.pages.log.page import DECLARED as DECLARED
