"""The look at the hall before its doors open (M1, M30, S4)."""

from hub.rules.case import is_on_duty
from hub.rules.plan import Plan
from hub.rules.state import State


def faults_before_opening(state: State, plan: Plan) -> tuple[str, ...]:
    """Return what is missing or wrong, sorted: ``device NAME``, ``no-police``, ``no-guide``, ``counter N``.

    A counter is at fault where nobody is signed in or on a post, so that no name could be shown for it (M1).
    """
    reports = {name: state.report(name) for name in plan.devices}
    broken = [f"device {name}" for name, one in reports.items() if one.state != "ready" or one.alerts]
    if not plan.people:
        return tuple(sorted(broken))
    for kind in ("police", "guide"):
        known = [who for who, person in plan.people.items() if person.kind == kind]
        if not any(is_on_duty(state, who) for who in known):
            broken.append(f"no-{kind}")
    for number, counter in plan.counters.items():
        here = state.counters.get(number)
        posts = counter.posts if here is None or here.posts is None else tuple(here.posts.items())
        if not posts and not (here and here.person):
            broken.append(f"counter {number}")
    return tuple(sorted(broken))


def present_faults(state: State, plan: Plan) -> tuple[str, ...]:
    """Return what the self-test found and nobody has put right since, sorted (M30)."""
    if not state.self_test_faults:
        return ()
    now_wrong = faults_before_opening(state, plan)
    return tuple(fault for fault in state.self_test_faults if fault in now_wrong)
