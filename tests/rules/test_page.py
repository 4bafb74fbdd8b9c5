"""docs/rules.md is what the rules do; every command is in it, and a pad has words for every refusal."""

import inspect
from typing import get_args

from hub.rules import commands, decide
from hub.rules.apply import apply
from hub.rules.case import Reason
from hub.rules.decide import Refusal
from hub.rules.events import Fact
from hub.rules.steps import LIVING, STEPS
from hub.words import REFUSED
from tests.rules.complaint_situations import COMPLAINTS, OF_COMPLAINTS
from tests.rules.rules_page import PAGE, page
from tests.rules.situations import AT_COUNTER, COUNTERS, OF_THE_DAY, PHASES, TICKETS, WITH_NUMBER
from tests.rules.slip_situations import OF_SLIPS, PAPERS

ORDERS = AT_COUNTER | WITH_NUMBER | OF_THE_DAY | OF_SLIPS | OF_COMPLAINTS
SCENES = COUNTERS | TICKETS | PHASES | PAPERS | COMPLAINTS
NOT_OF_THE_RULES = {"old-turn", "no-such-key", "needs-entry", "wrong-pin", "not-printed"}
"""What the hub refuses before the rules are asked."""


def test_the_page_is_what_the_rules_do() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_command_is_on_the_page() -> None:
    every = {
        one
        for _name, one in inspect.getmembers(commands, inspect.isclass)
        if issubclass(one, commands.Command) and one not in (commands.Command, commands.AtCounter)
    }
    assert every == {type(order) for order in ORDERS.values()}
    assert every == set(decide._DECIDERS)


def test_every_fact_can_be_applied() -> None:
    from hub.rules.apply import _APPLIERS

    assert set(_APPLIERS) == set(get_args(Fact))


def test_every_command_in_every_situation_is_answered_and_its_facts_can_be_applied() -> None:
    seen = set()
    for order in ORDERS.values():
        for scene in SCENES.values():
            hall = scene()
            answer = decide.decide(hall.state, hall.plan, order, hall.now)
            if isinstance(answer, Refusal):
                seen.add(answer.reason)
                continue
            for fact in answer:
                apply(hall.state, fact, hall.row + 1)
    missing = set(get_args(Reason)) - seen - NOT_OF_THE_RULES
    assert missing == {"has-ticket"}, "it needs a hall of its own; see test_themes"


def test_a_pad_has_words_for_every_refusal() -> None:
    assert set(REFUSED) == set(get_args(Reason))


def test_every_state_of_a_living_ticket_can_be_left() -> None:
    for state in LIVING:
        assert any(state in froms for froms, _to in STEPS.values())
