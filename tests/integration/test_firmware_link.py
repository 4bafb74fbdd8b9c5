"""The firmware's own MQTT client: it comes back by itself, and talks to the right broker only."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs

from hardware.board import load_board
from hardware.contract import KeyPressed
from hub.broker_tls import authority_of
from sim.cable import Cable
from sim.node import Node, NodeSettings
from sim.ports import free_port
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_hub, a_node, settings_for
from tests.contract.pictures import dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until
from tests.integration.link_faults import a_site, ended, tls_of

PAD = structs.replace(load_board("pad-pico"), tone=None)
KEEPALIVE_S = 5
BACK_WITHIN_S = 2.5
HANDSHAKE_S = 0.3
"""A node that has connected has said its part of the handshake after so long."""
LATE_S = 0.3
"""Longer than a node waits before it looks at what was left over."""


@pytest.fixture
async def cable(broker: HallBroker) -> AsyncIterator[Cable]:
    cable = Cable(broker_port=broker.address.port)
    cable.start()
    yield cable
    await cable.close()


@pytest.fixture
async def pad(tmp_path: Path, broker: HallBroker, cable: Cable, hub: PlayedHub) -> AsyncIterator[Node]:
    settings = settings_for(broker, port=cable.port, keepalive_s=KEEPALIVE_S)
    async with a_node(tmp_path, board=PAD, settings=settings) as pad:
        await hub.ready(DEVICE)
        yield pad


async def test_it_is_back_soon_after_the_broker_was_killed(pad: Node, hub: PlayedHub, broker: HallBroker) -> None:
    for _ in range(3):
        await broker.kill()
        hub.statuses.clear()
        await broker.start()
        began = time.monotonic()
        await hub.ready(DEVICE)
        assert time.monotonic() - began < BACK_WITHIN_S


async def test_a_broker_that_falls_silent_is_noticed_within_one_and_a_half_keep_alives(
    pad: Node, hub: PlayedHub, cable: Cable
) -> None:
    await stays(lambda: len(hub.statuses[DEVICE]) == 1, for_s=KEEPALIVE_S * 1.6)
    cable.freeze()
    began = time.monotonic()
    await until(lambda: any("silent" in line for line in pad.console), limit_s=20, why=lambda: pad.console)
    assert KEEPALIVE_S * 0.6 < time.monotonic() - began < KEEPALIVE_S * 1.5
    cable.mend()
    await until(lambda: hub.statuses[DEVICE][-1].state == "ready" and len(hub.statuses[DEVICE]) > 1)


async def test_a_flood_of_views_ends_in_the_last_one_and_keys_live_on(pad: Node, hub: PlayedHub) -> None:
    pictures = [picture(64, seed=seed) for seed in range(150)]
    for shown in pictures:
        hub.show(DEVICE, panel=shown, turn=57)
    await until(lambda: pad.panel is not None and pad.panel.rows() == dots_of(pictures[-1]))
    await pad.press("next")
    event = await hub.press(DEVICE)
    assert event == KeyPressed(boot=1, seq=1, turn=57, key="next", at=event.at)


async def test_a_wrong_password_is_said_once_and_tried_on(tmp_path: Path, broker: HallBroker) -> None:
    async with a_node(tmp_path, board=PAD, settings=settings_for(broker, password="wrong")) as pad:
        refusal = f"broker 127.0.0.1:{broker.address.port}: refused: not allowed"
        await until(lambda: refusal in pad.console, why=lambda: pad.console)
        await stays(lambda: pad.console.count(refusal) == 1, for_s=1.5)


async def test_a_broker_that_is_not_there_is_waited_for(tmp_path: Path, broker: HallBroker) -> None:
    await broker.close()
    async with a_node(tmp_path, board=PAD, settings=settings_for(broker)) as pad:
        await until(lambda: any("ECONNREFUSED" in line for line in pad.console), why=lambda: pad.console)
        await broker.start()
        async with a_hub(broker) as hub:
            await hub.ready(DEVICE)


async def test_tls_reaches_the_broker_of_the_right_authority_and_name(tmp_path: Path) -> None:
    async with _tls_broker(tmp_path) as port:
        settings = _tls_settings(port, ca=tmp_path / "ca.pem", server_name="hub.lintel")
        async with a_node(tmp_path, board=PAD, settings=settings):
            await until(lambda: _connections(tmp_path) > 0, why=lambda: _log(tmp_path))


@pytest.mark.parametrize(
    ("authority", "name", "why"),
    [("other-ca.pem", "hub.lintel", "not correctly signed"), ("ca.pem", "another.lintel", "does not match")],
)
async def test_tls_refuses_another_authority_and_another_name(
    tmp_path: Path, authority: str, name: str, why: str
) -> None:
    async with _tls_broker(tmp_path) as port:
        settings = _tls_settings(port, ca=tmp_path / authority, server_name=name)
        async with a_node(tmp_path, board=PAD, settings=settings) as pad:
            await until(lambda: any(why in line for line in pad.console), why=lambda: pad.console)
            await stays(lambda: _connections(tmp_path) == 0, for_s=1.0)


def _tls_settings(port: int, *, ca: Path, server_name: str) -> NodeSettings:
    return NodeSettings(hall=HALL, password="any", host="127.0.0.1", port=port, ca=ca, server_name=server_name)


@asynccontextmanager
async def _tls_broker(folder: Path) -> AsyncIterator[int]:
    """Run a mosquitto with a certificate of ``ca.pem`` for hub.lintel; ``other-ca.pem`` is somebody else's."""
    await _make_certificates(folder)
    port = free_port()
    lines = [
        "user root",
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",
        f"certfile {folder}/broker.pem",
        f"keyfile {folder}/broker.key",
        f"log_dest file {folder}/log",
    ]
    (folder / "tls.conf").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec("/usr/sbin/mosquitto", "-c", str(folder / "tls.conf"))
    try:
        await until(lambda: "running" in _log(folder))
        yield port
    finally:
        process.kill()
        await process.wait()


async def _make_certificates(folder: Path) -> None:
    for name in ("ca", "other-ca"):
        await _openssl(
            folder,
            f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={name} "
            f"-keyout {name}.key -out {name}.pem",
        )
    await _openssl(
        folder,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=hub.lintel "
        "-keyout broker.key -out broker.csr",
    )
    (folder / "names").write_text("subjectAltName=DNS:hub.lintel")
    await _openssl(
        folder,
        "x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out broker.pem",
    )


async def _openssl(folder: Path, arguments: str) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("openssl", *arguments.split(), cwd=folder, stdout=pipe, stderr=pipe)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


def _log(folder: Path) -> str:
    return (folder / "log").read_text() if (folder / "log").exists() else ""


def _connections(folder: Path) -> int:
    return _log(folder).count(f"as {DEVICE} ")


async def test_a_certificate_that_is_looked_at_late_ends_the_connection_and_not_the_node(tmp_path: Path) -> None:
    tls = tls_of(tmp_path, ended(authority_of(tmp_path, HALL)), "127.0.0.1")
    async with a_site(tmp_path, tls) as site:
        await until(lambda: site.says("has expired"), limit_s=20, why=lambda: site.node.console)
        site.cable.freeze()
        joins = site.cable.joins
        await until(lambda: site.cable.joins > joins, limit_s=20)
        await asyncio.sleep(HANDSHAKE_S)
        assert site.node.pid
        os.kill(site.node.pid, signal.SIGSTOP)
        site.cable.mend()
        await asyncio.sleep(LATE_S)
        os.kill(site.node.pid, signal.SIGCONT)
        joins = site.cable.joins
        await until(lambda: site.cable.joins > joins + 1, limit_s=20, why=lambda: site.node.console)
        assert not site.says("starts again")
        said = [line for line in site.node.console if line.startswith("broker")]
        assert len(said) == 1, said
