"""Ratings (好差评): one for each service, by the citizen alone, while its time runs; none is ever made up (M22)."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.complaints import aspect_named, opened_by_rating

LOW = 2
"""不满意 and 非常不满意 are 差评, and the citizen may say what it was."""
ASPECTS = 4


def _rate(case: Case, command: commands.Rate) -> Answer:
    window = case.counter(command.counter).rating
    if window is None or case.now > window.until or not 1 <= command.level <= 5:
        return Refusal("no-rating")
    if window.level is not None:
        return Refusal("rated")
    rated = events.TicketRated(
        serial=window.serial, counter=command.counter, level=command.level, at=case.at, by=window.by
    )
    return [rated, *(opened_by_rating(case, rated) if command.level <= LOW else ())]


def _name_aspect(case: Case, command: commands.NameAspect) -> Answer:
    window = case.counter(command.counter).rating
    if window is None or case.now > window.until:
        return Refusal("no-rating")
    if window.level is None or window.level > LOW or window.aspect:
        return Refusal("rated")
    if not 1 <= command.aspect <= ASPECTS:
        return Refusal("no-such-key")
    named = events.AspectNamed(serial=window.serial, counter=command.counter, aspect=command.aspect, at=case.at)
    return [named, *aspect_named(case, window.serial, command.aspect)]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.Rate: _rate,
    commands.NameAspect: _name_aspect,
}
