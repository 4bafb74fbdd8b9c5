"""Looks at the people of a hall's file: who is there twice, who may not be what he is, whose post names nobody."""

from hub.broker_checks import Refuse
from hub.hall_file import HallFile, Somebody
from hub.rules.roles import NEVER_SERVING, forbidden_pair, roles_of


def check_people(file: HallFile, refuse: Refuse) -> None:
    """Refuse what is wrong with the people and with the posts at counters."""
    known = {one.id: one for one in file.people}
    codes = {service.code for service in file.services}
    for at, one in enumerate(file.people):
        place = f"$.people[{at}]"
        if known[one.id] is not one:
            refuse(f"{one.id} stands here twice; remove one", place)
        for code in sorted(set(one.services or ()) - codes):
            refuse(f"{one.id} is authorised for {code}, which is no service", place + ".services")
        if pair := forbidden_pair(roles_of(one.kind, one.roles)):
            refuse(f"{one.id} cannot be {pair[0]} and {pair[1]} at once (M43); take one away", place + ".roles")
        _check_supervisor(one, known, place, refuse)
    _check_posts(file, known, refuse)


def _check_supervisor(one: Somebody, known: dict[str, Somebody], place: str, refuse: Refuse) -> None:
    above = known.get(one.supervisor)
    if one.kind == "auxiliary" and (above is None or above.kind != "police"):
        refuse(f"auxiliary {one.id} needs a supervisor of kind police in this file", place + ".supervisor")
    if one.kind != "auxiliary" and one.supervisor:
        refuse(f"only auxiliaries have a supervisor; remove it from {one.id}", place + ".supervisor")


def _check_posts(file: HallFile, known: dict[str, Somebody], refuse: Refuse) -> None:
    for at, counter in enumerate(file.counters):
        for key, who in (("post_a", counter.post_a), ("post_b", counter.post_b)):
            if who and who not in known:
                refuse(f"counter {counter.number}: {who} is nobody of this file", f"$.counters[{at}].{key}")
            if who and NEVER_SERVING.intersection(known[who].roles):
                refuse(f"{who} is viewer or complaints and cannot serve (M43)", f"$.counters[{at}].{key}")
