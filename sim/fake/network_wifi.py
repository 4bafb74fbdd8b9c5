"""Stands for a radio as a station; the sockets are the host's own."""

import time

import network

STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 201, 202
_JOIN_MS = 150
_country = []


def country(code):
    """Take the country, whose channels the radio may use."""
    if len(code) != 2:
        raise ValueError("a country has two letters")
    _country.append(code)


class WLAN:
    """A radio that forgets its access point when that goes away, and has to be told to join again, as CYW43 does."""

    IF_STA = 0
    PM_NONE = 0

    def __init__(self, interface):
        if interface != self.IF_STA:
            raise ValueError("a station only")
        self._wanted = None
        self._is_on = False
        self._is_fixed = False
        self._pm = 1
        self._status = STAT_IDLE

    def active(self, is_active):
        """Switch the radio on, or off."""
        self._is_on = is_active
        self._wanted = None
        self._is_fixed = False

    def config(self, *, pm):
        """Take how the radio saves power."""
        self._pm = pm

    def ifconfig(self, address):
        """Take address, mask, gateway and name server."""
        if len(address) != 4:
            raise ValueError("an address has four fields")
        self._is_fixed = True

    def disconnect(self):
        """Leave the access point."""
        self._wanted = None
        self._status = STAT_IDLE

    def connect(self, ssid, password):
        """Begin to join an access point."""
        if not self._is_on or not _country:
            raise OSError("the radio is off")
        self._wanted = ssid, password
        self._joined_at = time.ticks_add(time.ticks_ms(), _JOIN_MS)
        self._status = STAT_CONNECTING

    def isconnected(self):
        """Return whether there are an access point and an address."""
        return self.status() == STAT_GOT_IP

    def status(self, what=None):
        """Return how far it is, or the strength of the access point in dBm."""
        wrong = network.outside()
        if what == "rssi":
            return -90 if "weak" in wrong else -60
        if self._wanted and time.ticks_diff(time.ticks_ms(), self._joined_at) >= 0:
            self._status = self._outcome(wrong)
            if self._status in (STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD):
                self._wanted = None
        return self._status

    def _outcome(self, wrong):
        if "cable" in wrong:
            return STAT_NO_AP_FOUND
        if "password" in wrong:
            return STAT_WRONG_PASSWORD
        return STAT_CONNECTING if "dhcp" in wrong and not self._is_fixed else STAT_GOT_IP
