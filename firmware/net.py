"""Brings the network up: the Ethernet chip of the board, with DHCP or a fixed address."""

import asyncio

import network
from micropython import const

_LOOK_EVERY_MS = const(100)


async def bring_up(net):
    """Return when the cable is in and there is an address; a node without a cable waits here.

    net: ``{}`` for DHCP, else address, mask, gateway and dns as texts. The W5500's pins are the board's own.
    """
    nic = network.WIZNET5K()
    nic.active(True)
    if net:
        nic.ifconfig((net["address"], net["mask"], net["gateway"], net["dns"]))
    while not nic.isconnected():
        await asyncio.sleep_ms(_LOOK_EVERY_MS)
