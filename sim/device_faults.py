"""What can be broken at one device of a simulated hall, and made whole: power, program, cable, link, printer."""

import random
from typing import Literal, cast, get_args

from sim.acts import Fault
from sim.bad_link import LINKS, WELL, BadLink, Link
from sim.cable import Cable
from sim.changes import Faults, PanelNow
from sim.chips.max7219 import Max7219Chain
from sim.chips.printer_faults import PrinterFault, faults_of, have_only, set_fault
from sim.errors import NoSuchThingError
from sim.node import Node
from sim.panel_faults import PanelFault
from sim.processes import freeze, thaw
from sim.speaker import SpeakerNode


class DeviceFaults:
    """What breaks at a device; a part of `sim.device.Device`, which says what can be seen of it."""

    name: str
    cable: Cable
    node: Node | SpeakerNode
    power: bool
    panel_fault: PanelFault = "panel-well"
    flood_per_s: int = 0
    _frozen_pid: int | None = None

    async def power_on(self) -> None:
        """Give the node power again."""
        if not self.power:
            await self.node.start()
            self.power = True
            self._tell(power=True)

    async def power_cut(self) -> None:
        """Take the node's power away at once; what its flash holds stays."""
        if self.power:
            self.power = False
            await self.node.cut_power()
            self._tell(power=False, hangs=False)

    async def fault(self, what: Fault, on: bool) -> None:
        """Break something, or make it whole; raise NoSuchThingError where there is nothing of the kind to break."""
        if what == "power-off":
            await (self.power_cut() if on else self.power_on())
        elif what in ("cut", "frozen"):
            self.cut() if on and what == "cut" else self.freeze() if on else self.mend()
        elif what == "hangs":
            self.freeze_node() if on else self.thaw_node()
        elif what in LINKS:
            self.set_link(LINKS[what] if on else WELL, random.Random())  # noqa: S311  (packets, no secrets)
        elif what == "panel-upset":
            self.upset_panel(random.Random())  # noqa: S311  (sparks, no secrets)
        elif what in get_args(PanelFault):
            self.break_panel(cast(PanelFault, what) if on else "panel-well")
        else:
            self._printer_fault(cast(PrinterFault, what), on)

    def cut(self) -> None:
        """Cut the network cable."""
        self.cable.cut()
        self._tell(cable=self.cable.state)

    def freeze(self) -> None:
        """Let no byte through the cable while the connection stays."""
        self.cable.freeze()
        self._tell(cable=self.cable.state)

    def mend(self) -> None:
        """Make the cable and the link over it whole."""
        self.cable.mend()
        self._tell(cable=self.cable.state, link=WELL)

    def set_link(self, link: Link, chance: random.Random) -> None:
        """Let the link be as bad as that; `WELL` makes it whole."""
        self.cable.bad = None if link == WELL else BadLink(link, chance)
        self._tell(link=link)

    @property
    def link(self) -> Link:
        """How bad the link is."""
        return self.cable.bad.link if self.cable.bad else WELL

    def freeze_node(self) -> None:
        """Let the node's program hang until it is let go on, or until its watchdog starts it anew (8 s)."""
        if isinstance(self.node, SpeakerNode):
            raise NoSuchThingError(f"{self.name} has no processor of its own here; cut or freeze its cable")
        if self.node.pid and not self.hangs:
            self._frozen_pid = self.node.pid
            freeze(self.node.pid)
            self._tell(hangs=True)

    def thaw_node(self) -> None:
        """Let the node's program go on; nothing happens where it does not hang."""
        if self.hangs and self.node.pid:
            thaw(self.node.pid)
            self._frozen_pid = None
            self._tell(hangs=False)

    @property
    def hangs(self) -> bool:
        """Whether the node's program hangs."""
        return self._frozen_pid is not None and self._frozen_pid == self.node.pid

    def break_panel(self, fault: PanelFault) -> None:
        """Let the panel be dark, or one of its modules garbled; raise NoSuchThingError where there is no panel."""
        if not self.node.panel:
            raise NoSuchThingError(f"{self.name} has no panel")
        self.panel_fault = fault
        self._tell(panel_fault=fault, panel=self._look_anew())

    def upset_panel(self, chance: random.Random) -> None:
        """Let one module of the panel forget what it was told; raise NoSuchThingError where no module could."""
        if not isinstance(self.node.panel, Max7219Chain):
            raise NoSuchThingError(f"{self.name} has no chain of modules that could be upset")
        self.node.panel.upset(chance.randrange(len(self.node.panel.chips)), chance)

    def flooding(self, per_s: int) -> None:
        """Take note that the node sends so many messages a second that nobody wants."""
        self.flood_per_s = per_s
        self._tell(flood_per_s=per_s)

    async def mend_all(self) -> None:
        """Let nothing of it be broken any more."""
        self.mend()
        self.thaw_node()
        if self.node.panel:
            self.break_panel("panel-well")
        if self.node.printer:
            self._printer_fault("printer-well", on=True)
        await self.power_on()

    def _faults(self) -> Faults | None:
        printer = self.node.printer
        return Faults(now=faults_of(printer)) if printer else None

    def _printer_fault(self, what: PrinterFault | Literal["printer-well"], on: bool) -> None:
        printer = self.node.printer
        if not printer:
            raise NoSuchThingError(f"{self.name} has no printer")
        if on:
            have_only(printer, None if what == "printer-well" else what)
        elif what != "printer-well":
            set_fault(printer, what, is_on=False)
        self._tell(faults=self._faults())

    def _tell(self, **what: object) -> None:
        raise NotImplementedError

    def _look_anew(self) -> PanelNow | None:
        raise NotImplementedError
