"""Sees every message that passes through the test process, and holds it against the AsyncAPI document.

All that the hub, the agents and the firmware say in the whole suite comes by here: what a process of its own sends is
heard by whoever listens to it, as device, as hub or as the simulator's ear.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from typing import Any

import jsonschema
import yaml

from hardware.asyncapi import DOCUMENT


class Witness:
    """Complaints and counts. complaints: a sentence for every message that the document does not allow."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.seen: Counter[str] = Counter()

    def see(self, topic: str, payload: bytes) -> None:
        """Look at one message; an empty one says nothing, it has the broker forget what a removed device left."""
        if not payload and not topic.endswith(("/event", "/job", "/want")):
            return
        try:
            self.seen[name_of(topic, payload)] += 1
        except (ValueError, RecursionError) as error:
            self.complaints.append(f"{topic}: {payload[:200]!r}: {error}")


def name_of(topic: str, payload: bytes) -> str:
    """Return which message of the document this is, or raise ValueError where it is none."""
    channel = next((channel for pattern, channel in _channels() if pattern.fullmatch(topic)), None)
    if channel is None:
        raise ValueError("the document has no such topic")
    if len(payload) > channel["x-max-bytes"]:
        raise ValueError(f"{len(payload)} bytes, more than {channel['x-max-bytes']}")
    message = json.loads(payload)
    for name in channel["messages"]:
        if _validator(name).is_valid(message):
            return str(name)
    raise ValueError(f"it is none of {', '.join(channel['messages'])}")


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return dict(yaml.safe_load(DOCUMENT.read_text()))


@lru_cache(maxsize=1)
def _channels() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The hub's own channel first: its address would fit a device's as well."""
    channels = sorted(_document()["channels"].values(), key=lambda channel: channel["address"].count("{"))
    return [(re.compile(_pattern(channel["address"])), channel) for channel in channels]


def _pattern(address: str) -> str:
    return re.sub(r"\{\w+\}", "[a-z0-9-]+", address.replace("{service}", "[A-Z]"))


@lru_cache(maxsize=16)
def _validator(name: str) -> jsonschema.Draft202012Validator:
    components = _document()["components"]
    return jsonschema.Draft202012Validator(components["schemas"][name] | {"components": components})
