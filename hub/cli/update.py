"""``lintel update``: brings new firmware to the nodes of a running hub, one first, then some, then all."""

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from hub.as_owner import as_owner
from hub.cli.options import add_state_option, default_state
from hub.cli.person import ask_person, refusal
from hub.cli.table import table
from hub.config import Hall, load_hall
from hub.door import send_order
from hub.firmware_files import FIRMWARE, VERSION_FILE, release
from hub.maintenance import UpdateNow
from hub.office import MAINTAINER, ShowUpdate, StartUpdate, StopUpdate
from hub.rules.rollout import Rollout
from hub.update_store import put_firmware
from hub.updating import Progress, is_node
from hub.upkeep_words import PHASES, WHY, or_dash, stopped_words

TITLES = ("设备", "批次", "进度", "传输", "现固件", "说明")
LOOK_EVERY_S = 1.0
NO_KEY = "0" * 64
EPILOG = """example:
  lintel update hall.toml
  lintel update hall.toml --devices lintel-1,lintel-2 --firmware ./firmware
  lintel update hall.toml --status
  lintel update hall.toml --stop

Asks for number and PIN of a person with the role maintainer, unless the hall's file has no people. One node gets the
firmware first, then a quarter of them, then the rest; the first that fails stops it. Nobody is disturbed: a device is
switched while nobody is served with it. The update goes on when this command is ended; --status looks again."""


class NotUpdatedError(PermissionError):
    """The hub does not begin or stop an update."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "update",
        help="bring new firmware to the nodes of a hall",
        description="Bring firmware to the nodes of a running hub, and print how far each is.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--devices", metavar="A,B", help="these nodes only")
    which.add_argument("--kind", help="nodes of this kind only, such as lintel")
    parser.add_argument("--firmware", type=Path, default=FIRMWARE, metavar="FOLDER", help="sources (default: Lintel's)")
    parser.add_argument("--detach", action="store_true", help="begin, and do not wait for the end")
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--status", action="store_true", help="only show how far it is")
    doing.add_argument("--stop", action="store_true", help="begin nothing more")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Begin, stop or look; 1 where the hub refuses, or where the update was stopped by a failure."""
    hall = load_hall(args.file)
    state = args.state or default_state(hall)
    if args.status:
        return _show(_now(state), as_json=args.json)
    order = StopUpdate() if args.stop else _order(hall, args, state)
    person, pin = ask_person() if hall.file.people else ("", "")
    reply = send_order(state, person, pin, order)
    if not reply.is_done:
        raise NotUpdatedError(refusal(reply.words, role=MAINTAINER))
    print(reply.words)
    if args.stop or args.detach:
        return 0
    return _show(_follow(state), as_json=args.json)


def _order(hall: Hall, args: argparse.Namespace, state: Path) -> StartUpdate:
    devices = _devices(hall, args)
    version = version_of(args.firmware)
    files = release(version, 0, "", NO_KEY, source=args.firmware.resolve()).files
    with as_owner(state):
        return StartUpdate(version=version, firmware=put_firmware(state, files), devices=devices)


def version_of(firmware: Path) -> str:
    """Return the version that sources say they are; raise ValueError where the folder has none."""
    try:
        found = re.search(r'^VERSION = "([^"]+)"$', (firmware / VERSION_FILE).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError as error:
        raise ValueError(f"{firmware}: no firmware is there ({error.strerror}); name its folder") from error
    if found is None:
        raise ValueError(f'{firmware / VERSION_FILE}: no line VERSION = "..."; write one')
    return found[1]


def _devices(hall: Hall, args: argparse.Namespace) -> tuple[str, ...]:
    if args.kind:
        of_kind = [one.name for one in hall.devices if one.kind == args.kind and is_node(hall, one.name)]
        if not of_kind:
            kinds = sorted({one.kind for one in hall.devices if is_node(hall, one.name)})
            raise ValueError(f"--kind {args.kind}: no node is one; the hall has {', '.join(kinds) or 'no nodes'}")
        return tuple(of_kind)
    if args.devices is None:
        return ()
    names = tuple(filter(None, map(str.strip, args.devices.split(","))))
    if not names:
        raise ValueError("--devices names none; leave it out to update every node")
    return names


def _now(state: Path) -> UpdateNow:
    return msgspec.json.decode(send_order(state, "", "", ShowUpdate()).found, type=UpdateNow)


def _follow(state: Path) -> UpdateNow:
    """Wait for the end and print what changes meanwhile."""
    told: dict[str, str] = {}
    while True:
        now = _now(state)
        for one in now.devices:
            words = f"{one.device} {PHASES[one.phase]} {_remark(one, now.rollout)}".rstrip()
            if told.get(one.device) != words:
                told[one.device] = words
                print(words, flush=True)
        if now.rollout is None or now.rollout.ended_at is not None or _has_come_to_rest(now):
            return now
        time.sleep(LOOK_EVERY_S)


def _has_come_to_rest(now: UpdateNow) -> bool:
    """What was stopped is over when nobody is in the middle of it."""
    under_way = any(one.phase in ("fetching", "switching", "proving") for one in now.devices)
    return now.rollout is not None and bool(now.rollout.stopped) and not under_way


def _show(now: UpdateNow, *, as_json: bool) -> int:
    """Print how far it is; 1 where something failed."""
    if as_json:
        print(msgspec.json.encode(now).decode())
    elif now.rollout is None:
        print("还没有升级过")
    else:
        print(table(TITLES, _lines(now.devices, now.rollout)))
        print(_sum(now))
    return int(now.rollout is not None and any(one.phase == "failed" for one in now.devices))


def _lines(devices: Sequence[Progress], rollout: Rollout) -> list[tuple[str, ...]]:
    return [
        (one.device, str(one.stage), PHASES[one.phase], f"{one.percent}%", or_dash(one.fw), _remark(one, rollout))
        for one in devices
    ]


def _remark(one: Progress, rollout: Rollout | None) -> str:
    if one.why:
        return WHY.get(one.why, one.why)
    target = rollout.target(one.device) if rollout else None
    if one.phase == "done" and target and not target.boot:  # it was never offered anything
        return "已是此版本"
    if one.phase == "waiting" and not one.is_ready:
        return "等待上线"
    return "等待空闲" if one.phase == "ready" and not one.is_free else ""


def _sum(now: UpdateNow) -> str:
    if now.rollout is None:
        return ""
    done = sum(one.phase == "done" for one in now.devices)
    words = f"{now.rollout.version}：{done}/{len(now.devices)} 台完成"
    return f"{words}；已停止：{stopped_words(now.rollout.stopped)}" if now.rollout.stopped else words
