"""Messages that the AsyncAPI document forbids, made from what it allows; the same for the same seed."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from hardware.asyncapi import DOCUMENT

Fuzzed = tuple[str, bytes]
SENT_BY_DEVICES = ("deviceStatus", "deviceEvent")


def fuzzed(seed: int) -> Iterator[Fuzzed]:
    """Yield leaf of a topic and payload for ever: malformed, oversized, mistyped."""
    chance = random.Random(seed)
    document = yaml.safe_load(DOCUMENT.read_text())
    kinds = [(channel, name) for channel in SENT_BY_DEVICES for name in document["channels"][channel]["messages"]]
    while True:
        channel, name = chance.choice(kinds)
        schema = document["components"]["schemas"][name]
        limit = document["channels"][channel]["x-max-bytes"]
        leaf = document["channels"][channel]["address"].rsplit("/", 1)[1]
        spoil = chance.choice([_malformed, _mistyped, _mistyped, _oversized])
        yield leaf, spoil(chance, schema, limit)


def valid(chance: random.Random, schema: dict[str, Any]) -> Any:
    """Return something that a schema allows."""
    if "enum" in schema or "const" in schema:
        return chance.choice(schema.get("enum") or [schema["const"]])
    if "anyOf" in schema:
        return valid(chance, chance.choice(schema["anyOf"]))
    make: dict[str, Callable[[], Any]] = {
        "object": lambda: {
            key: valid(chance, part)
            for key, part in schema.get("properties", {}).items()
            if key in schema.get("required", ()) or chance.random() < 0.5
        },
        "array": lambda: [valid(chance, schema["items"])] * chance.randint(0, 2),
        "integer": lambda: chance.randint(schema.get("minimum", 0), min(schema.get("maximum", 99), 10**6)),
        "string": lambda: "20261121-000001" if "[0-9]{8}" in schema.get("pattern", "") else "next",
        "null": lambda: None,
    }
    return make[schema.get("type", "null")]()


def _malformed(chance: random.Random, schema: dict[str, Any], _limit: int) -> bytes:
    good = json.dumps(valid(chance, schema)).encode()
    at = chance.randrange(1, len(good))
    return chance.choice(
        [
            good[:at],
            chance.randbytes(chance.randint(0, 200)),
            good[:at] + bytes([chance.randrange(0x80, 0x100)]) + good[at:],
            b"",
            b"[" * 400,
            good + good,
            b'{"do":"key","boot":1e400,"seq":NaN}',
            b"\x00" * 20,
            good.replace(b'"', b"'"),
        ]
    )


def _oversized(chance: random.Random, schema: dict[str, Any], limit: int) -> bytes:
    good = json.dumps(valid(chance, schema)).encode()
    return good[:-1] + b" " * chance.randint(limit, 3 * limit) + b"}"


def _mistyped(chance: random.Random, schema: dict[str, Any], _limit: int) -> bytes:
    message = valid(chance, schema)
    spoil = chance.choice([_drop, _add, _wrong_type, _wrong_type, _out_of_range])
    spoil(chance, message, schema)
    return json.dumps(message).encode()


def _drop(chance: random.Random, message: dict[str, Any], schema: dict[str, Any]) -> None:
    del message[chance.choice(schema["required"])]


def _add(chance: random.Random, message: dict[str, Any], _schema: dict[str, Any]) -> None:
    message[chance.choice(["id", "__proto__", "ticket", "x" * 50, "", "Turn"])] = chance.choice([1, "x", None, [], {}])


def _wrong_type(chance: random.Random, message: dict[str, Any], schema: dict[str, Any]) -> None:
    key = chance.choice(schema["required"])
    message[key] = chance.choice([None, [], {}, True, 1.5, -1, "\u0000", ["key"], {"$ref": "#"}])


def _out_of_range(chance: random.Random, message: dict[str, Any], schema: dict[str, Any]) -> None:
    key = chance.choice(schema["required"])
    part = schema["properties"][key]
    message[key] = chance.choice([-1, 2**53, 2**63, 10**30]) if part.get("type") == "integer" else "no such thing " * 3
