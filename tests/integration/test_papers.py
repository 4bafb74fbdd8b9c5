"""The documents agree with the code: every example, every topic, every function on the way of a press."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from hardware import asyncapi, contract
from hardware.lease import Lease, Taken
from hardware.speech import Speak
from hardware.update import Piece, Switch, Update, Want
from tests.witness import Witness

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^### (\w+)\n(?:(?!^#).)*?```json\n(.*?)\n```", PROTOCOL, re.MULTILINE | re.DOTALL)
TYPES: dict[str, tuple[type, Any]] = {
    "view": (contract.View, contract.decode_view),
    "key": (contract.KeyPressed, contract.decode_event),
    "done": (contract.JobDone, contract.decode_event),
    "failed": (contract.JobFailed, contract.decode_event),
    "identity": (contract.IdentityRead, contract.decode_event),
    "print": (contract.Print, contract.decode_job),
    "speak": (Speak, contract.decode_job),
    "lease": (Lease, contract.decode_job),
    "taken": (Taken, contract.decode_event),
    "update": (Update, contract.decode_job),
    "piece": (Piece, contract.decode_job),
    "switch": (Switch, contract.decode_job),
    "want": (Want, contract.decode_want),
    "status": (contract.Status, contract.decode_status),
    "hub": (contract.HubStatus, contract.decode_beat),
}


def test_the_asyncapi_document_is_made_from_the_contract() -> None:
    kept = yaml.safe_load(asyncapi.DOCUMENT.read_text())
    assert kept == asyncapi.document(), "make docs makes it again"


def test_every_message_has_an_example() -> None:
    assert sorted(name for name, _ in EXAMPLES) == sorted(TYPES)


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_an_example_is_a_message_of_the_contract(name: str, text: str) -> None:
    kind, decode = TYPES[name]
    message = decode(text.encode())
    assert isinstance(message, kind)
    assert json.loads(contract.encode(message)) == json.loads(text), "nothing in the example is lost or added"
    document = asyncapi.document()
    schema = document["components"]["schemas"][kind.__name__] | {"components": document["components"]}
    jsonschema.validate(json.loads(text), schema)


def test_limits_stand_in_the_document_as_in_the_contract() -> None:
    table = dict(re.findall(r"^\| `hall/<hall>/([^`]+)` \|[^|]*\|[^|]*\| (\d+) bytes", PROTOCOL, re.MULTILINE))
    assert {name: int(size) for name, size in table.items()} == {
        "<device>/status": contract.STATUS_BYTES,
        "<device>/event": contract.EVENT_BYTES,
        "<device>/view": contract.VIEW_BYTES,
        "<device>/job": contract.JOB_BYTES,
        "<device>/want": contract.WANT_BYTES,
        "hub/status": contract.STATUS_BYTES,
    }


def test_every_reason_for_a_failed_job_is_explained() -> None:
    for why in contract.Why.__args__:  # type: ignore[attr-defined]
        assert f"`{why}`" in PROTOCOL


def test_a_board_of_every_kind_travels_through_its_type() -> None:
    from hardware.board import Board, load_board, shipped_boards

    for path in shipped_boards().glob("*.json"):
        assert isinstance(load_board(path.stem), Board)
        assert msgspec.json.decode(path.read_bytes())["chip"]


def test_one_press_names_functions_that_exist() -> None:
    text = (ROOT / "docs" / "one-press.md").read_text(encoding="utf-8")
    steps = re.findall(r"`([a-z_0-9/]+\.py):([A-Za-z_.0-9]+)`", text)
    assert len(steps) >= 15
    for path, name in steps:
        assert exists(path, name), f"docs/one-press.md names {path}:{name}"


def exists(path: str, name: str) -> bool:
    if path.startswith(("firmware/", "sim/fake/")):
        return bool(
            re.search(
                rf"^\s*(async )?(def|class) {re.escape(name.split('.')[-1])}\b", (ROOT / path).read_text(), re.MULTILINE
            )
        )
    found: Any = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    for step in name.split("."):
        found = getattr(found, step, None)
    return callable(found)


@pytest.mark.bad_input
def test_the_witness_sees_what_is_not_of_the_document() -> None:
    witness = Witness()
    witness.see("hall/a/pad-1/event", b'{"do":"key","boot":1,"seq":1,"turn":0,"key":"next"}')
    witness.see("hall/a/hub/status", b'{"state":"lost"}')
    assert (witness.complaints, dict(witness.seen)) == ([], {"KeyPressed": 1, "HubStatus": 1})
    for topic, payload in (
        ("hall/a/pad-1/event", b'{"do":"key","boot":1,"seq":1,"turn":0}'),
        ("hall/a/pad-1/view", b'{"v":1,"turn":1,"ack":[0,0],"extra":1}'),
        ("hall/a/pad-1/nothing", b"{}"),
        ("hall/a/pad-1/event", b"{"),
        ("hall/a/pad-1/event", b'{"do":"done","boot":1,"seq":1,"job":"20261121-000001"}' + b" " * 512),
    ):
        witness.see(topic, payload)
    assert len(witness.complaints) == 5
