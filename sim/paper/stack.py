"""Several slips in one picture, one under the other as they came out: cut straight, or with a torn edge."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from sim.paper.slip import Slip

TABLE, PAPER = 0xB4, 0xFF
GAP_DOTS = 24
TOOTH_DOTS = 8


def stacked(slips: Sequence[Slip]) -> Image.Image:
    """Return the slips in mode "L" on a grey table. Raises ValueError where there are none."""
    if not slips:
        raise ValueError("nothing was printed; the bytes hold no text and no picture")
    width = max(slip.image.width for slip in slips)
    height = sum(slip.image.height + TOOTH_DOTS for slip in slips) + GAP_DOTS * (len(slips) + 1)
    table = Image.new("L", (width + 2 * GAP_DOTS, height), TABLE)
    top = GAP_DOTS
    for slip in slips:
        table.paste(slip.image.convert("L"), (GAP_DOTS, top))
        top += slip.image.height
        if not slip.is_cut:
            _tear(table, top, slip.image.width)
        top += TOOTH_DOTS + GAP_DOTS
    return table


def _tear(table: Image.Image, top: int, width: int) -> None:
    """Let paper hang in teeth below its end."""
    right = GAP_DOTS + width - 1
    places = [(min(right, GAP_DOTS + at * TOOTH_DOTS), TOOTH_DOTS * (at % 2)) for at in range(width // TOOTH_DOTS + 2)]
    teeth = [(left, top + drop) for left, drop in places]
    ImageDraw.Draw(table).polygon([(GAP_DOTS, top), *teeth, (right, top)], fill=PAPER)
