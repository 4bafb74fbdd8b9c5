"""The network over Wi-Fi, on a Pico W or an ESP32; it joins again by itself when the access point was away."""

import time

import network
from micropython import const

_JOIN_MS = const(15_000)
"""As long as an access point and its DHCP may take; afterwards everything begins anew."""


class Wifi:
    """One radio as a station. net: ssid, password, country, and a fixed address if there is one."""

    def __init__(self, net):
        self._net = net
        network.country(net["country"])
        self._radio = network.WLAN(network.WLAN.IF_STA)
        self.again()

    def isconnected(self):
        """Return whether there are an access point and an address; if there have been none for a while, join again."""
        now = time.ticks_ms()
        if self._radio.isconnected():
            self._joined_at = now
            return True
        if time.ticks_diff(now, self._joined_at) > _JOIN_MS:
            self._join()
        return False

    def why(self):
        """Return in words why there is no network."""
        status = self._radio.status()
        if status == network.STAT_WRONG_PASSWORD:
            return "the access point %s refuses the password" % self._net["ssid"]
        if status == network.STAT_NO_AP_FOUND:
            return "no access point %s in reach" % self._net["ssid"]
        return "no address by DHCP"

    def again(self):
        """Switch the radio off and on, and join."""
        radio, net = self._radio, self._net
        radio.active(False)
        radio.active(True)
        # A radio that sleeps between beacons answers a key a tenth of a second later.
        radio.config(pm=radio.PM_NONE)
        if "address" in net:
            radio.ifconfig((net["address"], net["mask"], net["gateway"], net["dns"]))
        self._join()

    def rssi(self):
        """Return how strong the access point is heard, in dBm; None where there is none."""
        return self._radio.status("rssi") if self._radio.isconnected() else None

    def _join(self):
        self._joined_at = time.ticks_ms()
        try:
            self._radio.disconnect()
            self._radio.connect(self._net["ssid"], self._net["password"])
        except OSError:
            # An ESP32 says so where it is still at the last attempt; there will be another one.
            pass


def carrier(_chip, net):
    """Return the board's carrier. net: as of `nics.nic`."""
    return Wifi(net)
