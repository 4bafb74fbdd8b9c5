"""mosquitto, configured, started and watched by Lintel itself.

It outlives a hub that is killed, so that no device has to connect anew: the next hub finds it by its pid file.
"""

import asyncio
import contextlib
import getpass
import os
import resource
import shutil
import signal
import socket
import subprocess
from collections.abc import Collection, Iterable
from pathlib import Path

from hardware.link import Address
from hardware.logs import Log
from hub.broker_access import access_list
from hub.broker_passwords import write_passwords
from hub.broker_tls import BrokerTls
from hub.certificate import RENEW_EVERY_S
from hub.noise import SUBSCRIPTION
from hub.secrets import Secrets, write_private

log = Log(__name__)

START_LIMIT_S = 5.0
RETRY_S = 0.5
FILES = 16384
"""How many connections the broker may have, more than one machine has ports to come from at a time."""


class BrokerError(OSError):
    """The broker cannot be started; the sentence says why and what to do."""


class Broker:
    """One mosquitto with its files in ``folder``, listening at ``address``. tls: None is without TLS.

    readers: accounts that may hear of counters, queues and the beat, and of nothing else.
    """

    def __init__(
        self,
        *,
        folder: Path,
        address: Address,
        hall: str,
        secrets: Secrets,
        tls: BrokerTls | None = None,
        readers: Iterable[str] = (),
    ) -> None:
        self._folder = folder
        self._address = address
        self._hall = hall
        self._secrets = secrets
        self._tls = tls
        self._readers = tuple(readers)
        self._apart: frozenset[tuple[str, str]] = frozenset()
        self._writing = asyncio.Lock()
        self._pidfile = folder / "broker.pid"
        self._conf = folder / "mosquitto.conf"
        self._pidfd: int | None = None
        self._pid: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.restarts = 0

    async def start(self) -> None:
        """Take over the one that a killed hub has left, or start one; raise BrokerError where none will listen."""
        changed = self._write_files()
        may_changed = self._write_rights()
        pid = self._left_behind()
        if pid and not changed:
            self._watch(pid)
            if may_changed:
                self._hang_up()
            return
        if pid:
            await _end(pid)
        await self._launch()

    async def run(self) -> None:
        """Start it again whenever it ends, and renew its certificate before that does, until cancelled."""
        renewing = asyncio.create_task(self._keep_renewed())
        try:
            await self._start_for_ever()
        finally:
            renewing.cancel()

    async def admit(self, secrets: Secrets) -> None:
        """Let these accounts in from now on and nobody else; who is connected and may still be, stays connected."""
        self._secrets = secrets
        await self._grant()

    async def set_apart(self, apart: Collection[tuple[str, str]]) -> None:
        """Pass on nothing of these, each a device and what stands last in its topic; what they read, they read on.

        mosquitto asks for the right at every message, and answers what it does not pass on as if it did. Who asks for
        topics without end is not let in at all, and cut off: of that mosquitto knows no right that could be taken away.
        """
        self._apart = frozenset(apart)
        await self._grant()

    async def _grant(self) -> None:
        async with self._writing:
            if await asyncio.to_thread(self._write_rights):
                self._hang_up()

    def renew(self) -> bool:
        """Give it a new certificate where the old one would end soon; return whether it was so. Nobody is cut off."""
        if not self._tls or not self._write_changed(self._tls.files()):
            return False
        self._hang_up()
        return True

    def _hang_up(self) -> None:
        """Have it read its files again."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGHUP)

    async def _keep_renewed(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                await asyncio.to_thread(self.renew)
            except (OSError, ValueError) as error:
                log.error("certificate-not-renewed", "the broker's certificate is not renewed", why=error)

    async def _start_for_ever(self) -> None:
        while True:
            await self._ended()
            self.restarts += 1
            log.error("broker-ended", "mosquitto has ended; it is started again")
            while True:
                try:
                    await self._launch()
                    break
                except BrokerError as error:
                    log.error("broker-not-started", "mosquitto does not start; it is tried again", why=error)
                    await asyncio.sleep(RETRY_S)

    def kill(self) -> None:
        """End it at once, as one that hangs has to be; `run` starts it again."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def stop(self) -> None:
        """End it; may be called twice."""
        if self._pid is not None:
            await _end(self._pid)
        self._forget()
        self._pidfile.unlink(missing_ok=True)

    async def _launch(self) -> None:
        self._forget()
        if await _listens(self._address):
            raise BrokerError(
                f"another program listens at {self._address.host}:{self._address.port}; end it, or name another port"
            )
        with (self._folder / "mosquitto.log").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220  (returns at once; its end is seen through its pidfd)
                [_program(), "-c", str(self._conf)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _raise_limit(self._process.pid)
        self._watch(self._process.pid)
        await self._wait_until_it_listens(self._process)
        self._pidfile.write_text(f"{self._process.pid}\n")

    async def _wait_until_it_listens(self, process: subprocess.Popen[bytes]) -> None:
        deadline = asyncio.get_running_loop().time() + START_LIMIT_S
        while not await _listens(self._address):
            if process.poll() is not None or deadline < asyncio.get_running_loop().time():
                process.kill()
                process.wait()
                self._forget()
                raise BrokerError(f"mosquitto did not start; see {self._folder / 'mosquitto.log'}")
            await asyncio.sleep(0.01)

    def _watch(self, pid: int) -> None:
        self._pid, self._pidfd = pid, os.pidfd_open(pid)

    def _forget(self) -> None:
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._pid = self._pidfd = self._process = None

    async def _ended(self) -> None:
        if self._pidfd is None:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._pidfd, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._pidfd)

    def _left_behind(self) -> int | None:
        """Return the pid of a mosquitto that runs with this very configuration."""
        try:
            pid = int(self._pidfile.read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self._conf) in words else None

    def _write_files(self) -> bool:
        """Write configuration and certificate; return whether a running one has read others."""
        files = {self._conf: self._configuration()}
        return self._write_changed(files | (self._tls.files() if self._tls else {}))

    def _write_rights(self) -> bool:
        """Write who comes in and who may what; return whether a running one has to read it again, as it can."""
        shut_out = {account for account, leaf in self._apart if leaf == SUBSCRIPTION}
        words = {name: word for name, word in self._secrets.passwords.items() if name not in shut_out}
        apart = [one for one in self._apart if one[1] != SUBSCRIPTION]
        is_new = write_passwords(self._folder / "broker.passwords", words)
        text = access_list(self._hall, self._readers, apart)
        return self._write_changed({self._folder / "broker.acl": text}) or is_new

    def _write_changed(self, files: dict[Path, str]) -> bool:
        wanted = {path: text.encode() for path, text in files.items()}
        changed = [path for path, data in wanted.items() if not path.exists() or path.read_bytes() != data]
        for path in changed:
            write_private(path, wanted[path])
        return bool(changed)

    def _configuration(self) -> str:
        return f"""# Written by Lintel at every start; changes here are lost.
listener {self._address.port} {self._address.host}
{self._tls.lines() if self._tls else ""}allow_anonymous false
password_file {self._folder / "broker.passwords"}
acl_file {self._folder / "broker.acl"}
use_username_as_clientid true
user {getpass.getuser()}
set_tcp_nodelay true
max_inflight_messages 1000
max_queued_messages 10000
max_queued_bytes 4194304
max_packet_size 16384
persistence false
sys_interval 2
log_type error
log_type warning
log_type notice
log_type subscribe
"""


def _program() -> str:
    path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise BrokerError("mosquitto is not installed; run: apt-get install mosquitto")
    return path


def _raise_limit(pid: int) -> None:
    """Let a process have many files open: each connection that says nothing is one, and devices need theirs."""
    with contextlib.suppress(OSError, ValueError):
        hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
        most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, hard))


async def _listens(address: Address) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address.host, address.port), timeout=0.5):
        return True
    return False


async def _end(pid: int) -> None:
    """Ask a process to end, and make it after a while; return when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        pidfd = os.pidfd_open(pid)
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(pidfd, ended.set)
        try:
            os.kill(pid, signal.SIGTERM)
            await asyncio.wait_for(ended.wait(), 3.0)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            await ended.wait()
        finally:
            loop.remove_reader(pidfd)
            os.close(pidfd)
