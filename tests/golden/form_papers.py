"""The sample papers of every form: for 58 and 80 mm, by a printer that has Chinese and by one that has not."""

from functools import lru_cache
from pathlib import Path

from PIL import Image

from printers.forms import Forms
from printers.layout import Document
from printers.output import print_bytes
from printers.profile import Profile, profile
from sim.paper import Slip, read_slips
from tests.golden.form_values import VALUES

FOLDER = Path(__file__).parent / "forms"
WIDTHS_MM = (58, 80)
WAYS = ("native", "raster")
PAPERS = [f"{name}-{width}-{way}" for name in sorted(VALUES) for width in WIDTHS_MM for way in WAYS]
GAP_DOTS = 12


def profile_of(paper: str) -> Profile:
    """Return the printer of a paper such as ticket-58-raster."""
    _, width, way = paper.rsplit("-", 2)
    return profile(f"{'generic' if way == 'native' else 'raster'}-{width}")


@lru_cache(maxsize=1)
def shipped() -> Forms:
    """Return the forms as they are shipped."""
    return Forms(None)


def document_of(paper: str) -> Document:
    """Return what stands on a paper."""
    name = paper.rsplit("-", 2)[0]
    return shipped().fill(name, VALUES[name])


@lru_cache(maxsize=len(PAPERS))
def bytes_of(paper: str) -> bytes:
    """Return the bytes that a paper's printer gets."""
    return print_bytes(document_of(paper), profile_of(paper))


@lru_cache(maxsize=len(PAPERS))
def slips_of(paper: str) -> tuple[Slip, ...]:
    """Return the pieces that come out."""
    return tuple(read_slips(bytes_of(paper), width_dots=profile_of(paper).width_dots))


def picture_of(paper: str) -> Image.Image:
    """Return all pieces of a paper, one below the other, with a black bar where they were cut."""
    images = [slip.image for slip in slips_of(paper)]
    height = sum(one.height for one in images) + GAP_DOTS * (len(images) - 1)
    sheet = Image.new("1", (images[0].width, height), 0)
    top = 0
    for one in images:
        sheet.paste(one, (0, top))
        top += one.height + GAP_DOTS
    return sheet
