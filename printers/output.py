"""From a document to the bytes that a printer gets, as its profile asks for them."""

from printers.layout import Document
from printers.native import print_native
from printers.profile import Profile
from printers.raster import print_raster


def print_bytes(document: Document, profile: Profile) -> bytes:
    """Return the ESC/POS bytes of a document, from init to cut.

    Raises TooWideError for columns wider than the paper, QrTooLongError, and FontMissingError where a picture is needed
    and GNU Unifont is not installed.
    """
    return print_native(document, profile) if profile.native else print_raster(document, profile)
