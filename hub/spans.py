"""How hours and spans of hours are written in the hall's file: 08:30-12:00 14:00-17:30."""

from typing import Annotated

from msgspec import Meta

HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"
SPAN = f"{HOUR}-{HOUR}"
Spans = Annotated[str, Meta(pattern=rf"^({SPAN}( {SPAN})*)?\Z")]
