"""Who asks for which pages in the bench of pages: everything that is declared, and what is there for everybody."""

import re
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any, get_args

from hub.outside.endpoints import ENDPOINTS
from hub.outside.routes import PREFIX, VERSION
from hub.rules.roles import SERVING, Role, roles_of
from hub.staff.pages import DECLARED
from hub.staff.permissions import may
from hub.staff.routing import Action, Page, Stream
from sim.bench.busy_hall import PIN, holder_of
from sim.bench.visitors import Answer, Visitor, Watching, order, sign_in

SEATS = ("/staff/counter/choose", {"counter": "1"})
"""What a clerk does first, where there is such a page: a counter's page shows nothing before."""
USUAL = {"number": "A001", "counter": "1", "service": "A", "day": "20261121", "month": "2026-11", "person": "027101"}
"""What stands for a part of an address to which no page has led."""
_PART = re.compile(r"{(\w+)(?::\w+)?}")


class Crowd:
    """Somebody of every role at a browser, a citizen and another system. apart: addresses for everybody."""

    def __init__(self, port: int, token: str, code: str) -> None:
        self._port = port
        self._people: dict[Role, Visitor] = {}
        self._citizen = Visitor(port)
        self._system = Visitor(port, {"Authorization": f"Bearer {token}"})
        self._code = code
        self._links: dict[str, None] = {}
        self._round = 0
        self._watching = Watching(port)
        self.answers: dict[str, list[Answer]] = defaultdict(list)

    def come_in(self) -> None:
        """Sign in, each in his role; clerks take a seat."""
        has_seats = any(isinstance(one, Action) and one.path == SEATS[0] for one in DECLARED)
        for role in get_args(Role):
            self._people[role] = sign_in(self._port, holder_of(role), PIN)
            if role in SERVING and has_seats:
                order(self._people[role], *SEATS)

    def open_pages(self) -> int:
        """Keep everything open that shows something by itself; return how many there are."""
        streams = [one for one in DECLARED if isinstance(one, Stream)]
        for one in streams:
            self._watching.watch(self._able(one.permission)[0], _filled(one.path, {}))
        self._watching.start()
        return len(streams)

    def go_round(self) -> None:
        """Ask for every page once; another one who may see it asks each time."""
        for one in DECLARED:
            if isinstance(one, Page):
                able = self._able(one.permission)
                self._note(one.path, able[self._round % len(able)].get(self._address(one.path)))
        for path, visitor, address in self._for_everybody():
            self._note(path, visitor.get(address))
        self._round += 1

    def ask(self, path: str) -> Answer:
        """Ask once more for one of the pages."""
        for one in DECLARED:
            if isinstance(one, Page) and one.path == path:
                return self._able(one.permission)[0].get(self._address(path))
        return next(visitor.get(address) for known, visitor, address in self._for_everybody() if known == path)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return for each page its first and its median time, what it answers, and how large it is."""
        return {
            path: {
                "ms": round(median(one.ms for one in answers[1:] or answers), 1),
                "first_ms": round(answers[0].ms, 1),
                "status": answers[-1].status,
                "kb": round(len(answers[-1].body) / 1024, 1),
            }
            for path, answers in self.answers.items()
        }

    def close(self) -> None:
        """Leave; may be called twice."""
        self._watching.close()
        for one in (*self._people.values(), self._citizen, self._system):
            one.close()

    def _for_everybody(self) -> Iterator[tuple[str, Visitor, str]]:
        for path in ("/", "/devices", "/services", "/staff/in"):
            yield path, self._citizen, path
        yield "/t/{code}", self._citizen, f"/t/{self._code}"
        for one in ENDPOINTS:
            path = PREFIX + VERSION + one.path
            yield path, self._system, _filled(path, {})

    def _able(self, permission: str) -> list[Visitor]:
        kinds = {role: "police" if role in SERVING else "office" for role in self._people}
        granted = {role: () if role in SERVING else (role,) for role in self._people}
        return [self._people[role] for role in self._people if may(roles_of(kinds[role], granted[role]), permission)]

    def _note(self, path: str, answer: Answer) -> None:
        self.answers[path].append(answer)
        self._links |= dict.fromkeys(answer.links)

    def _address(self, path: str) -> str:
        """Where a page has led to one like this, take that: with its query where the bare one was nothing to see."""
        was_empty = bool(self.answers[path]) and self.answers[path][-1].status != 200
        if "{" not in path and not was_empty:
            return path
        like = re.compile(_PART.sub("[^/?]+", path.replace(".", r"\.")) + r"(\?.*)?")
        found = [link for link in self._links if like.fullmatch(link)]
        return found[0] if found else _filled(path, USUAL)


def _filled(path: str, values: dict[str, str]) -> str:
    return _PART.sub(lambda part: values.get(part[1], USUAL.get(part[1], "1")), path)
