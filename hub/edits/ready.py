"""A change of the hall's file that may be made, and why one may not."""

from msgspec import Struct

from hub.config import Hall


class NotChangedError(ValueError):
    """The hall's file stays as it is; the sentence says why, for whoever wanted it."""


class Prepared(Struct, frozen=True, kw_only=True):
    """A change that may be made. hall: as it would be, for a preview. words: what would be different."""

    before: str
    after: str
    hall: Hall
    words: str
