"""Looks at what the hub is reached by: its door, its pages, the broker, their ports and certificates."""

import os
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from hub.broker_tls import ca_of
from hub.doctor.finding import Finding, ok, unknown, wrong
from hub.doctor.place import Place, listed
from hub.door import NobodyThereError, send_order
from hub.endings import WARN_DAYS
from hub.office import ShowDevices
from hub.watch.hub_now import certificate_days

LIMIT_S = 3.0
_LISTENS = "0A"
"""State of a listening socket in /proc/net/tcp."""
_INODE = re.compile(r"socket:\[(\d+)\]")


def door(place: Place) -> Iterator[Finding]:
    """Does a hub run with this folder, and does it answer?"""
    if place.state.exists() and not os.access(place.state, os.X_OK):
        yield unknown("hub", f"{place.state} cannot be entered", place.eyes)
        return
    start = "systemctl start lintel-hub, then journalctl -u lintel-hub -n 50"
    try:
        send_order(place.state, "", "", ShowDevices())
    except NobodyThereError:
        yield wrong("hub", f"no hub runs with {place.state}", start)
    except PermissionError:
        yield unknown("hub", f"the hub's door in {place.state} is closed to {place.user}", place.eyes)
    except (OSError, ValueError) as error:
        words = f"a hub is there and does not answer ({error})"
        yield wrong("hub", words, "systemctl restart lintel-hub; its watchdog does so too")
    else:
        yield ok("hub", "it runs and answers")


def pages(place: Place) -> Iterator[Finding]:
    """Are the hall screen and the pages served?"""
    table = place.hall.file.web if place.hall else None
    if table is None or not table.port:
        yield ok("pages", "the hall's file has no port for them")
        return
    host = "127.0.0.1" if table.host in ("0.0.0.0", "::", "") else table.host  # noqa: S104  (nobody listens here)
    address = f"http://{f'[{host}]' if ':' in host else host}:{table.port}/"
    try:
        with urllib.request.urlopen(address, timeout=LIMIT_S) as answer:
            answer.read(1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        remedy = "start the hub, or look below who has the port"
        yield wrong("pages", f"{address} is not served: {getattr(error, 'reason', error)}", remedy)
    else:
        yield ok("pages", f"{address} is served")


def broker(place: Place) -> Iterator[Finding]:
    """Is the broker reached, with TLS where the hall has it, and is it the hall's own?"""
    if place.hall is None:
        return
    table = place.hall.file.broker
    ca = ca_of(place.state) if table.own else (place.file.parent / table.ca if table.ca else None)
    is_secret = table.speaks_tls(table.host) if table.own else ca is not None
    host = "127.0.0.1" if table.host in ("0.0.0.0", "") else table.host  # noqa: S104  (nobody listens here)
    where = f"{host}:{table.port}"
    if is_secret and (ca is None or not os.access(ca, os.R_OK)):
        yield unknown("broker", f"{ca} cannot be read, so nobody can tell whose broker {where} is", place.eyes)
        return
    try:
        with socket.create_connection((host, table.port), timeout=LIMIT_S) as line:
            said = _handshake(line, host, ca) if is_secret and ca else "reached, without TLS"
    except ssl.SSLError as error:
        remedy = "another broker listens there, or the authority was made anew: give the devices its new ca"
        yield wrong("broker", f"{where} does not show the hall's certificate ({error.reason})", remedy)
    except OSError as error:
        remedy = "start the hub, which starts the broker" if table.own else "start that broker, or correct [broker]"
        yield wrong("broker", f"{where} is not reached: {error.strerror or error}", remedy)
    else:
        yield ok("broker", f"{where}: {said}")


def _handshake(line: socket.socket, host: str, ca: Path) -> str:
    context = ssl.create_default_context(cafile=str(ca))
    with context.wrap_socket(line, server_hostname=host) as safe:
        return f"reached, {safe.version()}"


def certificates(place: Place) -> Iterator[Finding]:
    """Do the hall's certificates hold long enough?"""
    if not (place.state / "authority").exists():
        yield ok("certificates", "the hall has none")
        return
    days = certificate_days(place.hall, place.state) if place.hall else {}
    if not days:
        yield unknown("certificates", f"those in {place.state} cannot be read", place.eyes)
        return
    ending = [f"that of the {name} ends in {left} days" for name, left in days.items() if left < WARN_DAYS]
    if ending:
        remedy = "the running hub renews its own by itself; docs/operator.md says what else to do"
        yield wrong("certificates", "; ".join(ending), remedy)
    else:
        yield ok("certificates", ", ".join(f"{name} {left} days" for name, left in days.items()))


def ports(place: Place) -> Iterator[Finding]:
    """Have the hall's ports not been taken by other programs?"""
    if place.hall is None:
        return
    file = place.hall.file
    wanted = {file.broker.port: "mosquitto"} if file.broker.own else {}
    if file.web.port:
        wanted[file.web.port] = "lintel"
    inodes = {port: found for port in wanted if (found := _listening(place, port))}
    names = _names_of(place, {inode for found in inodes.values() for inode in found})
    taken = []
    for port, found in inodes.items():
        who = {names[inode] for inode in found if inode in names}
        taken += [f"{port} by {name}" for name in sorted(who) if wanted[port] not in name]
    if taken:
        yield wrong("ports", f"taken: {listed(taken)}", "end that program, or name another port in the hall's file")
    elif any(inode not in names for found in inodes.values() for inode in found):
        yield unknown("ports", "somebody listens, but nobody here may see who", place.eyes)
    else:
        yield ok("ports", "only the hall's own programs have them")


def _listening(place: Place, port: int) -> set[str]:
    """Return the inodes of the sockets that listen at a port (proc(5), /proc/net/tcp)."""
    lines = [line.split() for kind in ("tcp", "tcp6") for line in (place.read("proc/net", kind) or "").splitlines()[1:]]
    return {line[9] for line in lines if line[3] == _LISTENS and int(line[1].rpartition(":")[2], 16) == port}


def _names_of(place: Place, inodes: set[str]) -> dict[str, str]:
    """Return inode to the command line of its program, as far as this user may see it."""
    found: dict[str, str] = {}
    for process in (place.root / "proc").glob("[0-9]*"):
        try:
            links = [str(one.readlink()) for one in (process / "fd").iterdir()]
        except OSError:
            continue
        for link in links:
            socket_of = _INODE.fullmatch(link)
            if socket_of and socket_of[1] in inodes:
                words = place.read("proc", process.name, "cmdline") or process.name
                found[socket_of[1]] = words.replace("\0", " ").replace("hub.cli", "lintel").strip()
    return found
