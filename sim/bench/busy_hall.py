"""A large hall for the bench of pages, as its file: twelve counters, four services, somebody for every role."""

from collections.abc import Iterator
from typing import get_args

from hub.people import hash_pin
from hub.rules.roles import SERVING, Role

HALL = "busy"
COUNTERS = 12
SERVICES = {"A": "户籍业务", "B": "出入境", "C": "车驾管", "D": "治安管理"}
DISPENSERS = tuple(f"dispenser-{n}" for n in (1, 2, 3))
PIN = "4821"
_GUIDE = """[services.guide]
basis = "《中华人民共和国户口登记条例》"
conditions = "符合规定条件的居民均可申请"
materials = "居民身份证、户口簿、申请表"
place = "一楼综合窗口"
times = "工作日 08:30-17:00"
process = "取号、受理、审核、办结"
time_limit = "5个工作日"
fee = "不收费"
"""
_TABLES = f"""[hall]
id = "{HALL}"
name = "东湖派出所"

[rules]
call_pause_s = 0
day_volume = 500

[staff]
lock_min = 0

[web]
port = 8610

[progress]
enabled = true
url = "http://hub.example:8610"

[report]
printer = "dispenser-1"

"""


def clerk_of(counter: int) -> str:
    """Return the number of who works at a counter."""
    return f"0271{counter:02}"


def holder_of(role: Role) -> str:
    """Return the number of who is this role: a clerk at a counter, for others somebody who is nothing else."""
    if role in SERVING:
        return clerk_of(1)
    return f"0290{get_args(Role).index(role):02}"


def busy_hall() -> str:
    """Return the hall's file."""
    return _TABLES + "".join([*_services(), *_people(), *_counters(), *_devices()])


def _services() -> Iterator[str]:
    for code, name in SERVICES.items():
        yield f'[[services]]\ncode = "{code}"\nname = "{name}"\nmaterials = ["身份证", "户口簿", "照片"]\n{_GUIDE}\n'


def _people() -> Iterator[str]:
    pin = hash_pin(PIN)
    for n in range(1, COUNTERS + 1):
        yield f'[[people]]\nid = "{clerk_of(n)}"\nname = "民警{n}"\npin = "{pin}"\nkind = "police"\n\n'
    for role in (one for one in get_args(Role) if one not in SERVING):
        yield f'[[people]]\nid = "{holder_of(role)}"\nname = "{role}"\npin = "{pin}"\nkind = "office"\n'
        yield f'roles = ["{role}"]\n\n'


def _counters() -> Iterator[str]:
    for n in range(1, COUNTERS + 1):
        yield f'[[counters]]\nnumber = {n}\nprinter = "{DISPENSERS[n % 3]}"\n\n'


def _devices() -> Iterator[str]:
    for name in DISPENSERS:
        yield _device(name, "dispenser", "dispenser-pico")
    for n in range(1, COUNTERS + 1):
        for kind, board in (("pad", "desk-pico"), ("lintel", "lintel-pico"), ("rating", "rating-pico")):
            yield _device(f"{kind}-{n}", kind, board, f"counter = {n}\n")
    yield _device("guide", "guide", "desk-pico", 'prints = "dispenser-1"\n')
    yield _device("duty", "duty", "desk-pico")


def _device(name: str, kind: str, board: str, more: str = "") -> str:
    return f'[[devices]]\nname = "{name}"\nkind = "{kind}"\nboard = "{board}"\n{more}\n'
