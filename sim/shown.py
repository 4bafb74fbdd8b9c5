"""What a panel shows, as people read it and as it can be measured."""

from functools import cached_property

from PIL import Image

from sim.changes import PanelNow


class Shown:
    """One picture on a panel. text: what people read. dots: rows of 0 and 1, as decoded from the bytes on the wire."""

    def __init__(self, panel: PanelNow) -> None:
        self.text = panel.text
        self._panel = panel

    @cached_property
    def dots(self) -> list[list[int]]:
        """Rows from the top, each from the left; 1 is lit."""
        stride = (self._panel.w + 7) // 8
        return [
            [self._panel.bits[y * stride + x // 8] >> (7 - x % 8) & 1 for x in range(self._panel.w)]
            for y in range(self._panel.h)
        ]

    @cached_property
    def image(self) -> Image.Image:
        """The dots as a picture of mode "1", white is lit."""
        return Image.frombytes("1", (self._panel.w, self._panel.h), self._panel.bits)

    def __repr__(self) -> str:
        return f"<Shown {self.text!r}>"
