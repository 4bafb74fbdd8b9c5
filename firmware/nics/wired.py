"""What carries the network over a cable: the W5500 of a W5500-EVB-Pico or -Pico2, or the LAN8720 of a WT32-ETH01."""

import network


class Wired:
    """An Ethernet chip that is to be switched on. net: as in settings.json. linked: its status with a cable in."""

    def __init__(self, chip, net, linked):
        self.isconnected = chip.isconnected
        self._nic = chip
        self._net = net
        self._linked = linked
        self._begin()

    def why(self):
        """Return in words why there is no network."""
        return "no address by DHCP" if self._nic.status() == self._linked else "no cable"

    def again(self):
        """Switch the chip off and on, which ends every connection."""
        self._nic.active(False)
        self._begin()

    def rssi(self):
        """Return None: a cable has no radio."""

    def _begin(self):
        net = self._net
        self._nic.active(True)
        if "address" in net:
            self._nic.ifconfig((net["address"], net["mask"], net["gateway"], net["dns"]))


def carrier(chip, net):
    """Return the board's carrier. chip, net: as of `nics.nic`.

    The numbers are those of a link without an address (extmod/network_wiznet5k.c, "status"; esp_eth.h, ETH_CONNECTED).
    """
    if chip != "wt32-eth01":
        return Wired(network.WIZNET5K(), net, 2)
    from nics import lan8720

    return Wired(lan8720.chip(), net, 3)
