"""The power goes at any flash operation while a dispenser is alone: no ticket is lost, printed twice or given twice."""

import pytest

from tests.contract.lease_file import lease_bytes
from tests.integration.flash_cuts import cut_everywhere

WORLD = """
import os
LEASE = {lease}
PAPER = []
TOLD = {}
CALLS = [0]

class Printer:
    fault = None

    async def check(self):
        return None

    async def put_out(self, chunks, size):
        data = b"".join(chunks)
        if self.fault != "paper-out":
            PAPER.append(data[7:11].decode())
        return self.fault

class Hub:
    is_lost = True

    def hall_ms(self, ticks):
        return 1795237200000

class Outbox:
    def offer(self, event, at_ms):
        TOLD.setdefault(event["number"], []).append(event["paper"])
        return True

    def holds(self, event):
        return False

def prepare():
    with open("lease", "wb") as file:
        file.write(LEASE)

def step(object):
    try:
        object.step(None).send(None)
    except StopIteration as stop:
        return stop.value

def give(key, fault=None):
    printer.fault = fault
    assert alone.press(key)
    step(alone)

def work():
    global alone, printer
    CALLS[0] += 1
    if CALLS[0] % 2:
        PAPER.clear()
        TOLD.clear()
    import alone as firmware, handover, lease
    hub, life, printer = Hub(), [], Printer()
    alone = firmware.Alone(lease.read(), hub, {"printer": printer}, lambda: None, life)
    for key, fault in (("A", None), ("B", "in-doubt"), ("A", "paper-out"), ("A", None), ("A", None), ("A", None)):
        give(key, fault)
    hub.is_lost = False
    over = handover.HandOver(hub, Outbox(), life)
    while step(over):
        pass
    hub.is_lost = True
    alone = firmware.Alone(lease.read(), hub, {"printer": printer}, lambda: None, life)
    give("A")
    for number in PAPER:
        assert number in TOLD or number == PAPER[-1], (PAPER, TOLD)

def check():
    import lease, taken
    noted, found = {}, taken.ticket(0)
    while found:
        ticket, at = found
        noted[ticket[1]] = ticket[4]
        found = taken.ticket(at)
    assert len(set(PAPER)) == len(PAPER), PAPER
    for number in PAPER:
        assert number in noted or number in TOLD, (number, noted, TOLD)
        assert "failed" not in TOLD.get(number, []) + [noted.get(number)], (noted, TOLD)
    for papers in TOLD.values():
        assert len(set(papers)) == 1, TOLD
    services = lease.read()[4]
    for number in PAPER + list(noted) + list(TOLD):
        assert services[number[0]][1] > int(number[1:]), (services, number)
""".replace("{lease}", repr(lease_bytes()))
LATE = '''
def note_late(firmware):
    """Note a ticket when its paper is out, and not before."""
    note, kept = firmware._note, []

    def later(*fields):
        if len(fields) == 2:
            note(*kept.pop())
            note(*fields)
        else:
            kept.append(fields)

    firmware._note = later
'''


KEPT = """
OLD, NEW = {old}, {new}

def put(data):
    import spool
    pages = spool.Spool("20261121-l00002")
    for at in range(0, len(data), 2688):
        pages.add(data[at : at + 2688])
    pages.keep("lease")

def prepare():
    put(OLD)

def work():
    import leftovers
    leftovers.sweep()
    put(NEW)
    assert kept() == NEW

def kept():
    with open("lease", "rb") as file:
        return file.read()

def check():
    assert kept() in (OLD, NEW)
"""


ANOTHER_SERVICE = """
LEASE = {lease}

def prepare():
    with open("lease", "wb") as file:
        file.write(LEASE)

def work():
    import alone, taken
    alone._note("20261121", "A835", "A", "5")
    alone._note("A835", "out")
    taken.forget("20261121")

def check():
    import lease
    assert lease.read()[4]["A"][:3] == ["B", 801, 820], lease.read()[4]
"""


def test_a_key_that_gives_another_service_since_begins_with_the_numbers_of_that_one() -> None:
    """What it gave of the first was given of the first."""
    lease = lease_bytes(services={"A": ("B", 801, 820, "出入境")})
    assert cut_everywhere(ANOTHER_SERVICE.replace("{lease}", repr(lease)), every=1) > 1


def test_no_ticket_is_lost_or_printed_twice_whenever_the_power_goes() -> None:
    assert cut_everywhere(WORLD, every=1) > 30


@pytest.mark.parametrize("head", [b"short", b"long" * 1500])
def test_a_lease_is_the_old_one_or_the_new_one(head: bytes) -> None:
    old, new = lease_bytes(), lease_bytes(serial=2, head=head)
    assert cut_everywhere(KEPT.replace("{old}", repr(old)).replace("{new}", repr(new)), every=1) > 5


def test_a_ticket_that_is_not_on_the_flash_before_its_paper_moves_is_found_out() -> None:
    """The cuts find what is done wrongly."""
    careless = WORLD.replace("lease\n    hub, life", "lease\n    note_late(firmware)\n    hub, life")
    with pytest.raises(AssertionError, match="cut at operation"):
        cut_everywhere(careless + LATE, every=1)
