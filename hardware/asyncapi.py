"""The contract as an AsyncAPI 3 document, made from its types by ``python -m hardware.asyncapi``."""

from pathlib import Path
from typing import Any

import msgspec

from hardware import contract
from hardware.contract import HUB, Topics
from hardware.lease import Lease, Taken
from hardware.speech import Speak
from hardware.told import TOLD_BYTES, CounterTold, QueueTold
from hardware.update import Piece, Switch, Update, Want

CHANNELS: dict[str, tuple[str, str, list[type], str, int]] = {
    "deviceStatus": (
        "status",
        "device",
        [contract.Status],
        "What a device says of itself; retained",
        contract.STATUS_BYTES,
    ),
    "deviceEvent": (
        "event",
        "device",
        [contract.KeyPressed, contract.JobDone, contract.JobFailed, contract.IdentityRead, Taken],
        "Numbered events",
        contract.EVENT_BYTES,
    ),
    "deviceView": ("view", "hub", [contract.View], "All that a device must show; retained", contract.VIEW_BYTES),
    "deviceJob": (
        "job",
        "hub",
        [contract.Print, Speak, Lease, Update, Piece, Switch],
        "What a device must do once",
        contract.JOB_BYTES,
    ),
    "deviceWant": ("want", "device", [Want], "What a device lacks of a new firmware", contract.WANT_BYTES),
}
DOCUMENT = Path(__file__).parents[1] / "docs" / "asyncapi.yaml"


def document() -> dict[str, Any]:
    """Return the whole document as plain data."""
    topics = Topics("{hall}")
    channels = {
        name: _channel(getattr(topics, leaf)("{device}"), types, words, limit)
        for name, (leaf, _, types, words, limit) in CHANNELS.items()
    }
    channels["hubStatus"] = _channel(
        topics.hub_status, [contract.HubStatus], "The hub's birth, beat and will; retained", contract.STATUS_BYTES
    )
    channels["counterTold"] = _told(topics.every_counter, "counter", CounterTold, "A counter", "Its number")
    channels["queueTold"] = _told(topics.every_queue, "service", QueueTold, "A queue", "The service's letter")
    senders = {name: sender for name, (_, sender, *_) in CHANNELS.items()} | {"hubStatus": "hub"}
    senders |= {"counterTold": "hub", "queueTold": "hub"}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Lintel: the contract between hub and devices",
            "version": f"{contract.CONTRACT}.0.0",
            "description": "Seen from the hub: it receives what devices send, and sends what they receive.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {name: _operation(name, sender) for name, sender in senders.items()},
        "components": {"schemas": _schemas()},
    }


def _channel(address: str, types: list[type], words: str, limit_bytes: int) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": address,
        "description": f"{words}. At most {limit_bytes} bytes, QoS 1.",
        "messages": {
            one.__name__: {"name": one.__name__, "payload": {"$ref": f"#/components/schemas/{one.__name__}"}}
            for one in types
        },
        "parameters": {"hall": {"description": "The hall's name"}},
        "x-max-bytes": limit_bytes,
    }
    if f"/{HUB}/" not in address:
        channel["parameters"]["device"] = {"description": "The device's name; its user name at the broker"}
    return channel


def _told(pattern: str, parameter: str, kind: type, words: str, what: str) -> dict[str, Any]:
    """What other systems are told, and only where the hall's file says so; no device reads it."""
    address = f"{pattern.removesuffix('+')}{{{parameter}}}"
    channel = _channel(address, [kind], f"{words}, for other systems; retained", TOLD_BYTES)
    channel["parameters"] = {"hall": {"description": "The hall's name"}, parameter: {"description": what}}
    return channel


def _operation(channel: str, sender: str) -> dict[str, Any]:
    return {"action": "send" if sender == HUB else "receive", "channel": {"$ref": f"#/channels/{channel}"}}


def _schemas() -> dict[str, Any]:
    """The types' schemas, closed against unknown keys, and with the end of a pattern as JSON Schema writes it."""
    types = [one for _, _, types, _, _ in CHANNELS.values() for one in types]
    _, components = msgspec.json.schema_components(
        [*types, contract.HubStatus, CounterTold, QueueTold], ref_template="#/components/schemas/{name}"
    )
    for schema in components.values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return plain_schema(components)  # type: ignore[no-any-return]


def plain_schema(data: Any) -> Any:
    """Return a schema that msgspec made as JSON Schema writes it: lists for tuples, and the end of a pattern as $."""
    if isinstance(data, dict):
        return {key: _pattern(value) if key == "pattern" else plain_schema(value) for key, value in data.items()}
    return [plain_schema(item) for item in data] if isinstance(data, list | tuple) else data


def _pattern(pattern: str) -> str:
    return pattern.replace(r"\Z", "$")


if __name__ == "__main__":
    DOCUMENT.write_bytes(msgspec.yaml.encode(document()))
