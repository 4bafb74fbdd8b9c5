"""What carries the network over a cable, whatever the chip."""


class Wired:
    """An Ethernet chip that is to be switched on. net: as in settings.json. linked: its status with a cable in."""

    def __init__(self, chip, net, linked):
        self.isconnected = chip.isconnected
        self._chip = chip
        self._net = net
        self._linked = linked
        self._begin()

    def why(self):
        """Return in words why there is no network."""
        return "no address by DHCP" if self._chip.status() == self._linked else "no cable"

    def again(self):
        """Switch the chip off and on, which ends every connection."""
        self._chip.active(False)
        self._begin()

    def rssi(self):
        """Return None: a cable has no radio."""

    def _begin(self):
        net = self._net
        self._chip.active(True)
        if "address" in net:
            self._chip.ifconfig((net["address"], net["mask"], net["gateway"], net["dns"]))
