"""The steps for devices whose agent runs on the computer: their passwords, and who starts them."""

from dataclasses import dataclass

from hub.config import Hall
from hub.installing.machine import InstallError, Machine
from hub.installing.names import AGENTS, STATE, UNITS, USER
from hub.installing.record import Book
from hub.installing.steps import MakeFolder, MakeLink, Place, Step, write_whole
from hub.installing.texts import speaks_tls
from hub.secrets import load_secrets

PASSWORD_MODE = 0o400
SECRETS = f"{STATE}/secrets.json"


@dataclass(frozen=True, kw_only=True)
class GivePassword(Place):
    """The password of a device, for its agent: from the hub's secrets where the hub is here too."""

    device: str

    def words(self, machine: Machine) -> str:
        """Say so, without the password."""
        return f"file {self.path}, from the hub's secrets"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it is there."""
        return machine.path(self.path).is_file() and self._is_settled(machine)

    def do(self, machine: Machine, book: Book) -> None:
        """Write it; the hub's secrets stay the hub's. A file that is there is taken for the right one."""
        if not machine.path(self.path).is_file():
            path = machine.path(SECRETS)
            password = load_secrets(path, [self.device]).passwords[self.device]
            for name in (SECRETS, f"{SECRETS}.lock"):
                machine.own(name, USER, USER)
            write_whole(machine, self.path, f"{password}\n".encode())
        self._settle(machine)


def agent_steps(hall: Hall, devices: tuple[str, ...], *, has_hub: bool) -> list[Step]:
    """Return the steps for the agents of devices. Their unit is made elsewhere, with the others."""
    if not devices:
        return []
    steps: list[Step] = [MakeFolder(path=AGENTS, mode=0o700, user=USER, group=USER, kind="hall")]
    if has_hub:
        steps += [
            GivePassword(path=password_file(name), mode=PASSWORD_MODE, user=USER, group=USER, device=name)
            for name in devices
        ]
    return steps


def agent_links(devices: tuple[str, ...]) -> list[Step]:
    """Return the steps by which systemd starts the agents."""
    wants = f"{UNITS}/multi-user.target.wants"
    return [
        MakeLink(path=f"{wants}/{agent_unit_of(name)}", target=f"{UNITS}/lintel-agent@.service") for name in devices
    ]


def agent_unit_of(device: str) -> str:
    """Return the unit that runs a device."""
    return f"lintel-agent@{device}.service"


def password_file(device: str) -> str:
    """Return where the password of a device's agent lies."""
    return f"{AGENTS}/{device}.password"


def check_agents(hall: Hall, devices: tuple[str, ...], machine: Machine, *, has_hub: bool) -> None:
    """Raise InstallError or HallError for a device that cannot be run here, or whose files are missing."""
    for name in devices:
        board = hall.boards[hall.device(name).name]
        if not board.runs_agent:
            raise InstallError(
                f"--agent {name}: its board is a {board.chip}, which runs the firmware; see lintel flash"
            )
    if has_hub or not machine.is_live:
        return
    wanted = {password_file(name): f"secrets.json in the hub's {STATE}, the line {name}" for name in devices}
    wanted |= {f"{AGENTS}/ca.crt": f"authority/ca.crt in the hub's {STATE}"} if devices and speaks_tls(hall) else {}
    for path, source in wanted.items():
        if not machine.path(path).is_file():
            raise InstallError(f"{path} is missing; put there what is in {source}, and install again")
