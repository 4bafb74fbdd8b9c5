"""How a board file names a pin."""

from typing import Annotated

from msgspec import Meta

Gpio = Annotated[int, Meta(ge=0, le=48, description="the chip's own (BCM, GP, IO) number, not the header's")]
