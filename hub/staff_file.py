"""``[staff]`` of the hall's file: how the staff's pages keep who has signed in."""

from typing import Annotated

from msgspec import Meta, Struct


class StaffTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[staff]``. lock_min: after which a page that nobody used wants the PIN again (M12); 0: never.

    hours: after which one signs in anew, whatever he did meanwhile.
    """

    lock_min: Annotated[float, Meta(ge=0, le=600)] = 15.0
    hours: Annotated[float, Meta(ge=1, le=24)] = 12.0
