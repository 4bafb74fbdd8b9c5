"""Makes the stored frames again: python -m tests.golden.remake_strips; look at the pictures before you commit them."""

from displays.picture import glowing
from displays.strip import fit, image
from tests.golden.test_strips import GOLDEN, STRIPS, drawn

if __name__ == "__main__":
    for name, (text, width) in GOLDEN.items():
        panel = fit(text, panel_w_px=width)
        (STRIPS / f"{name}.txt").write_text(drawn(panel))
        glowing(image(panel)).save(STRIPS / f"{name}.png")
