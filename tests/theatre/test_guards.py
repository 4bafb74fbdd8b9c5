"""Each guard of the hub is needed: without it a law breaks on a day on which it holds with it."""

from pathlib import Path

import pytest

from sim.theatre.court import IS_REFUSED
from sim.theatre.laws import AcknowledgedIsKept, ChainHolds, Law, PaperIsAnswered, ViewsFollowTheRules
from sim.theatre.play import play
from sim.theatre.script import MORNING, Act, Script, Trouble

WITHOUT = Path(__file__).with_name("without.py")


def script(*what: Act | Trouble, length_s: float, seed: int = 1) -> Script:
    return Script(
        seed=seed,
        begins=MORNING,
        length_s=length_s,
        acts=tuple(one for one in what if isinstance(one, Act)),
        troubles=tuple(one for one in what if isinstance(one, Trouble)),
    )


DAYS: dict[str, tuple[Script, type[Law] | str]] = {
    # Every packet of the dispenser comes twice: the same press, the same answer of the printer.
    "dedupe": (
        script(
            Trouble(at_s=0.1, until_s=1.4, where="dispenser-1", what="doubles", much=1.0),
            Act(at_s=0.4, device="dispenser-1", key="A"),
            length_s=1.5,
        ),
        AcknowledgedIsKept,
    ),
    # A clerk presses twice because the link is slow: the second press was made before he saw whom he had called.
    "turn": (
        script(
            Act(at_s=0.2, device="dispenser-1", key="A"),
            Act(at_s=0.4, device="dispenser-1", key="B"),
            Trouble(at_s=2.4, until_s=4.4, where="pad-1", what="far", much=300),
            Act(at_s=2.5, device="pad-1", key="next", times=2),
            length_s=4.5,
        ),
        PaperIsAnswered,
    ),
    # The power goes at one of the next writes: whatever was promised by then has to be there.
    "fsync": (
        script(
            Act(at_s=0.2, device="dispenser-1", key="A"),
            Trouble(at_s=1.0, until_s=1.2, where="hub", what="loses power"),
            *(Act(at_s=1.1 + n / 5, device=pad, key="next") for n in range(9) for pad in ("pad-1", "pad-2")),
            length_s=3.0,
            seed=54,  # with which the power goes late, and most of what was not synced is lost
        ),
        AcknowledgedIsKept,
    ),
    # The disk has forgotten what was written last, of which people were told long ago.
    "mark": (
        script(
            Act(at_s=0.2, device="dispenser-1", key="A", times=2),
            Trouble(at_s=2.8, until_s=3.0, where="journal", what="tail-lost"),
            length_s=3.1,
        ),
        IS_REFUSED,
    ),
    "chain": (script(Act(at_s=0.2, device="dispenser-1", key="A"), length_s=0.5), ChainHolds),
    # A rating pad has turned bad, and speaks for all others.
    "acl": (
        script(Trouble(at_s=0.2, until_s=1.2, where="rating-1", what="forges"), length_s=1.3),
        ViewsFollowTheRules,
    ),
}


async def broken(day: Script, guard: str) -> set[str]:
    """Return the sentences of the laws that break on a day without a guard."""
    return {one.law for one in (await play(day, program=(str(WITHOUT), guard))).broken}


def sentence(law: type[Law] | str) -> str:
    return law if isinstance(law, str) else (law.__doc__ or "").partition("\n")[0]


@pytest.mark.bad_input
@pytest.mark.parametrize("guard", DAYS)
async def test_without_a_guard_a_law_breaks_that_holds_with_it(guard: str) -> None:
    day, law = DAYS[guard]
    assert sentence(law) in await broken(day, guard)
    assert await broken(day, "none") == set()
