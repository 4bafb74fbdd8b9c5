"""Looks for what types cannot say of what other machines may ask: a page nobody can reach, readers without topics."""

from collections.abc import Callable
from typing import NoReturn

from hub.hall_file import HallFile

Refuse = Callable[..., NoReturn]
"""Raises HallError with a sentence, and the place of what is wrong."""


def check_outside(file: HallFile, refuse: Refuse) -> None:
    """Refuse settings that would lead a citizen or another system to where nothing is."""
    progress, interface = file.progress, file.interface
    if progress.enabled and not progress.url:
        refuse("name in url how phones reach the hub, such as http://192.168.10.2:8610", "$.progress", "enabled")
    if bool(file.web.certificate) != bool(file.web.key):
        refuse("name both, certificate and key, or leave both out", "$.web", "certificate" if file.web.key else "key")
    if progress.enabled and not file.web.port:
        refuse("the page needs a web server; name its port in [web]", "$.progress", "enabled")
    if interface.readers and not interface.topics:
        refuse("there is nothing to read; say topics = true, or leave readers out", "$.interface", "readers")
    if interface.readers and not file.broker.own:
        refuse("readers are accounts of Lintel's own broker; make them at yours", "$.interface", "readers")
    if len(set(interface.readers)) != len(interface.readers):
        refuse("a reader stands here twice; remove one", "$.interface", "readers")
