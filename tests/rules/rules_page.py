"""docs/rules.md, made from the rules themselves: ``python -m tests.rules.rules_page`` writes it again."""

from collections.abc import Callable, Mapping
from pathlib import Path

from hub.plans import CLASSES
from hub.rules import commands
from hub.rules.decide import Refusal, decide
from hub.rules.steps import FINAL, STEPS
from tests.rules.complaint_situations import COMPLAINTS, OF_COMPLAINTS
from tests.rules.situations import AT_COUNTER, COUNTERS, OF_THE_DAY, PHASES, TICKETS, WITH_NUMBER, Scene
from tests.rules.slip_situations import OF_SLIPS, PAPERS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"

HEAD = """# The rules of the queue

Made by `python -m tests.rules.rules_page`; a test makes it again and compares. The rules are `hub/rules/`:
pure functions from a state and a command to facts (`decide`), and from a fact to the next state (`apply`).

## Who is called next

Each class has a head start. A ticket's key is its arrival minus the head start of its class; the smallest
key that the counter and its clerk may serve is called. So a class with a head start of 30 minutes passes
only people who came less than 30 minutes before, and nobody else ever passes anybody. Why a ticket was
called (the first of each line that was looked at, with their keys) is kept with the call.

- A comprehensive counter (综窗) serves all services, a dedicated one (专窗) its own; `then` names what it
  serves when nobody of its own waits.
- A clerk gets only tickets of services for which he is authorised (M10). What was passed to one counter
  waits for that counter alone, until somebody works there who may not serve it: then it waits as anybody does. It
  cannot be passed to such a one, and while nobody is there a special call may take it from elsewhere.
- Whoever enters a line again (parked 挂起, transferred 转移, missed 过号) arrives anew, with the head start of
  his own class or of `returning`, whichever is better.
- Who is early for his appointment (预约) has arrived at its hour; who is late by more than the hall allows is
  ordinary.
- A claimed class counts when a clerk or guide has confirmed it, from the arrival on. The class is never
  shown in public.
- 特呼 calls a given number out of turn; it needs a reason and is recorded as what it is.

| class | 类别 | head start, minutes |
|---|---|---|
"""
AFTER_CLASSES = """
## A missed number (弃号)

`void`: it is over. `back`: it is in line again after so many further calls of its service, or at once when
a fitting counter asks and nobody else waits. `keep`: for some minutes a guide or clerk can put it in line
again. A number that is missed more often than the hall allows is over.

## A day

A business day begins at the hour the hall chooses; whoever is left over from the day before is `left`.
Before opening, in the break and after closing no number is given; who holds one is served (M28). 停止取号，继续办理
holds until the last is gone, and how long that took is kept. Ten minutes before opening the hall tests
itself (M30). 代办 that was received out of hours is in line at the opening (M25), and again
the next day if nobody came to it. Nothing is dated before what has happened, but what happened without the hub.

## While the hub is away

A dispenser goes on alone with numbers that were leased to it: 801 to 999 of each letter, which the hub itself
never gives (after A800 comes A1000), in blocks, each number to one key of one dispenser and once a day. Leases end
with the day. Afterwards who got a number so stands in line by his true arrival, behind whom the hub had served and
before whom it serves now, in the order of coming even where the clocks differ. What surely did not come out is
void; what may have come out is asked for at the desks (拿到票了吗). A number that cannot be entered is shown to the
duty officer for an hour.

## Complaints and low ratings

A rating of 不满意 or 非常不满意 opens a work item where the hall has a 投诉处理员; so does a complaint that one enters.
Who served the ticket may not handle its item (N 6.3.1). What is open when a day begins is carried into it, for
however many days. An appeal (申诉) that is accepted marks the item; the rating stays as it was given.

## What a ticket can go through

Every legal step. Whatever is not here raises `IllegalStepError` and cannot be applied.

| fact | from | to |
|---|---|---|
"""
FINALS = f"\nFinal: {', '.join(f'`{state}`' for state in sorted(FINAL))}.\n"


def page() -> str:
    """Return the whole page."""
    classes = "".join(f"| `{klass}` | {words} | {minutes} |\n" for klass, (words, minutes) in CLASSES.items())
    steps = "".join(
        f"| {fact.__name__} | {', '.join(froms)} | {_after(fact.__name__, to)} |\n"
        for fact, (froms, to) in STEPS.items()
    )
    return "".join(
        (
            HEAD,
            classes,
            AFTER_CLASSES,
            steps,
            FINALS,
            "\n## What every command leads to\n\n",
            "Facts that follow, or in *italics* the reason why none do. `–`: nothing follows.\n",
            _table("At a counter", "situation of counter 1", AT_COUNTER, COUNTERS),
            _table("With a number", "state of the ticket A001", WITH_NUMBER, TICKETS),
            _table("In the day", "phase of the day", OF_THE_DAY, PHASES),
            _table("Slips", "situation of counter 1 and the printer", OF_SLIPS, PAPERS),
            _table("Complaints", "state of the work item of A001", OF_COMPLAINTS, COMPLAINTS),
        )
    )


def _after(fact: str, to: str) -> str:
    return "as before" if fact == "TicketRecalled" else to


def _table(
    title: str, what: str, orders: Mapping[str, commands.Command], scenes: Mapping[str, Callable[[], Scene]]
) -> str:
    lines = [f"\n### {title}\n"]
    for name, order in orders.items():
        outcomes: dict[str, list[str]] = {}
        for situation, scene in scenes.items():
            outcomes.setdefault(outcome(order, scene()), []).append(situation)
        lines += [f"\n**{name}**\n", f"| {what} | what follows |", "|---|---|"]
        lines += [f"| {', '.join(where)} | {words} |" for words, where in outcomes.items()]
    return "\n".join(lines) + "\n"


def outcome(order: commands.Command, scene: Scene) -> str:
    """Return what follows from a command in a situation, in words."""
    answer = decide(scene.state, scene.plan, order, scene.now)
    if isinstance(answer, Refusal):
        return f"*{answer.reason}*"
    names = [type(fact).__name__ for fact in answer]
    return ", ".join(dict.fromkeys(names)) or "–"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
