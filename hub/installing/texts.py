"""What stands in the system files of an installation: units, firewall, udev rules, limits of the log, the time."""

import re
from collections.abc import Iterator, Sequence
from importlib import resources
from string import Template

from hub.config import Hall
from hub.installing.machine import Machine
from hub.installing.names import AGENTS, STATE
from hub.installing.ports import is_everywhere, needs_privileged_port, open_ports
from hub.within import stays_within

SSH_PORT = 22
LOUD, LOUD_AT_ONCE = "256 kbytes", "1024 kbytes"
MOUNTS = ("/media/", "/mnt/")
_PORT = re.compile(r"^\s*port\s+(\d+)\s*$", re.IGNORECASE)


def shipped(name: str) -> str:
    """Return a file as it is shipped."""
    return (resources.files("hub.installing") / "files" / name).read_text("utf-8")


def hub_unit(hall: Hall) -> str:
    """Return lintel-hub.service, with the right to a port below 1024 where the hall has one."""
    right = "CAP_NET_BIND_SERVICE" if needs_privileged_port(hall) else ""
    return Template(shipped("lintel-hub.service")).substitute(capabilities=right)


def copies_unit(hall: Hall) -> str:
    """Return lintel-copies.service, which may write where the hall's file says that copies go."""
    places = "".join(f" {quoted(f'-{one}')}" for one in hall.file.copies.to if not one.startswith(MOUNTS))
    return Template(shipped("lintel-copies.service")).substitute(places=places)


def quoted(path: str) -> str:
    """Return a path as it stands in a unit, where blanks part paths and a percent sign means something else."""
    text = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"' if set(text) & set(" \t\"'\\") else text


def agent_unit(hall: Hall, *, has_hub: bool) -> str:
    """Return lintel-agent@.service. has_hub: the hub is this computer, so its authority's file lies here."""
    ca = f"{STATE}/authority/ca.crt" if has_hub else f"{AGENTS}/ca.crt"
    return Template(shipped("lintel-agent@.service")).substitute(ca=f" --ca {ca}" if speaks_tls(hall) else "")


def kiosk_unit(hall: Hall, *, has_hub: bool) -> str:
    """Return lintel-kiosk.service with the address of the hall screen."""
    return Template(shipped("lintel-kiosk.service")).substitute(screen=screen_address(hall, has_hub=has_hub))


def screen_address(hall: Hall, *, has_hub: bool) -> str:
    """Return the address of the hall screen for a browser on the hub's computer, or on another one."""
    broker, web = hall.file.broker, hall.file.web
    host = web.host
    if is_everywhere(host) or stays_within(host):
        host = "127.0.0.1" if has_hub else broker.host
    return f"http://{f'[{host}]' if ':' in host else host}:{web.port}/"


def speaks_tls(hall: Hall) -> bool:
    """Tell whether devices meet the broker by TLS."""
    return hall.file.broker.speaks_tls(hall.file.broker.host)


def firewall(hall: Hall, machine: Machine, lan: Sequence[str], *, has_hub: bool) -> str:
    """Return the rules of nftables. lan: networks that the hall's ports are for; none: whoever can reach them."""
    rules = "".join(
        f"        # {port.what}\n        {_from(lan)}tcp dport {port.number} goto calmly\n"
        for port in (open_ports(hall) if has_hub else ())
    )
    limits = "".join(f"        {line}\n" for line in _limits(hall)) if has_hub else ""
    ssh = ", ".join(str(port) for port in ssh_ports(machine))
    return Template(shipped("firewall.nft")).substitute(ssh=ssh, rules=rules, limits=limits)


def _limits(hall: Hall) -> Iterator[str]:
    """Yield what keeps one address from talking more to the broker than twenty nodes that fetch firmware."""
    for port in open_ports(hall):
        if port.is_brokers:
            yield f"# One address may say {LOUD} a second to the broker, which has no such limit of its own."
            for family, among in (("ip", "loud"), ("ip6", "loud6")):
                rate = f"limit rate over {LOUD}/second burst {LOUD_AT_ONCE}"
                yield f"tcp dport {port.number} update @{among} {{ {family} saddr {rate} }} drop"


def ssh_ports(machine: Machine) -> list[int]:
    """Return where this computer's ssh listens, by its own settings."""
    folder = machine.path("/etc/ssh")
    files = [folder / "sshd_config", *sorted(folder.glob("sshd_config.d/*.conf"))]
    lines = [line for path in files if path.is_file() for line in path.read_text(errors="replace").splitlines()]
    return sorted({int(found[1]) for line in lines if (found := _PORT.match(line))}) or [SSH_PORT]


def clock(servers: Sequence[str]) -> str:
    """Return what systemd-timesyncd is told: the LAN's own servers of time."""
    return (
        f"# Written by lintel install: the time comes from the hall's own network.\n[Time]\nNTP={' '.join(servers)}\n"
    )


def _from(lan: Sequence[str]) -> str:
    return f"ip saddr {{ {', '.join(lan)} }} " if lan else ""
