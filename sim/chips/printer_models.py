"""Model printers of the kinds that profiles describe."""

from collections.abc import Callable
from typing import get_args

from printers.profile import profile
from sim.chips.printer import PrinterChip
from sim.chips.printer_wire import Flow
from sim.paper.lexer import Code
from sim.paper.slip import Slip


def printer_like(
    name: str,
    *,
    baud: int | None,
    reply: Callable[[bytes], None],
    on_slip: Callable[[Slip], None],
    flow: Flow = "none",
    on_busy: Callable[[bool], None] = lambda _: None,
) -> PrinterChip:
    """Return a printer of a profile's kind: its width, Chinese, cutter and answers. Raises UnknownProfileError."""
    kind = profile(name)
    codes: dict[str, Code] = {code: code for code in get_args(Code)}
    return PrinterChip(
        baud=baud,
        reply=reply,
        on_slip=on_slip,
        width_dots=kind.width_dots,
        flow=flow,
        on_busy=on_busy,
        code=codes.get(kind.charset, "gb18030"),
        is_chinese=kind.native,
        status=kind.status,
        finishes=kind.finishes,
        has_cutter=kind.cutter != "none",
    )
