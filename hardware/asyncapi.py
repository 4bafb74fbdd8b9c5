"""The contract as an AsyncAPI 3 document, made from its types by ``python -m hardware.asyncapi``."""

from pathlib import Path
from typing import Any

import msgspec

from hardware import contract
from hardware.contract import HUB, Topics
from hardware.lease import Lease, Taken
from hardware.speech import Speak
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
    senders = {name: sender for name, (_, sender, *_) in CHANNELS.items()} | {"hubStatus": "hub"}
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


def _operation(channel: str, sender: str) -> dict[str, Any]:
    return {"action": "send" if sender == HUB else "receive", "channel": {"$ref": f"#/channels/{channel}"}}


def _schemas() -> dict[str, Any]:
    """The types' schemas, closed against unknown keys, and with the end of a pattern as JSON Schema writes it."""
    types = [one for _, _, types, _, _ in CHANNELS.values() for one in types]
    _, components = msgspec.json.schema_components(
        [*types, contract.HubStatus], ref_template="#/components/schemas/{name}"
    )
    for schema in components.values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return _plain(components)  # type: ignore[no-any-return]


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _pattern(value) if key == "pattern" else _plain(value) for key, value in data.items()}
    return [_plain(item) for item in data] if isinstance(data, list | tuple) else data


def _pattern(pattern: str) -> str:
    return pattern.replace(r"\Z", "$")


if __name__ == "__main__":
    DOCUMENT.write_bytes(msgspec.yaml.encode(document()))
