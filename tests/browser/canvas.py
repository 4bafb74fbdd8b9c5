"""Reads a panel back from the pixels that the page has drawn."""

import asyncio

from playwright.async_api import Locator

from tests.contract.waiting import LIMIT_S

_DOTS = """(canvas, [w, h]) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const pitch = canvas.width / w;
  // Green tells a burning dot from a dark one in the red glow of its neighbours.
  const middle = (at) => Math.floor((at + 0.5) * pitch);
  const green = (x, y) => pixels[4 * (middle(y) * canvas.width + middle(x)) + 1];
  return Array.from({ length: h }, (_, y) => Array.from({ length: w }, (_, x) => Number(green(x, y) > 62)));
}"""


async def dots_on(canvas: Locator, *, w: int, h: int = 16) -> list[list[int]]:
    """Return rows of 0 and 1: whether the middle of each dot burns."""
    dots: list[list[int]] = await canvas.evaluate(_DOTS, [w, h])
    return dots


async def shows_dots(canvas: Locator, dots: list[list[int]]) -> None:
    """Wait until just these dots burn: the page draws a moment after it has heard, and a panel may blink."""
    deadline = asyncio.get_running_loop().time() + LIMIT_S
    while (found := await dots_on(canvas, w=len(dots[0]), h=len(dots))) != dots:
        assert asyncio.get_running_loop().time() < deadline, found
