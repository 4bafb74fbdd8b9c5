"""A hall's figures once more, from the raw rows of its journal: slow, plain, and sharing nothing with what is tested.

Every fact becomes a dictionary; for each figure there is a list of what counts, from which a line picks its own.
"""

import itertools
import json
import math
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Thing = dict[str, Any]


class Plain:
    """All that counts in a journal. things: figure to what counts in it, each with day, hour and whose it is."""

    def __init__(self, journal: Path, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.days: list[tuple[str, list[Thing]]] = []
        with sqlite3.connect(journal) as db:
            rows = db.execute("SELECT at, body FROM journal ORDER BY row").fetchall()
        db.close()
        for at, body in rows:
            for fact in json.loads(body).get("facts", ()):
                fact.setdefault("at", at)
                if fact["event"] == "DayOpened":
                    self.days.append((fact["day"], []))
                if self.days:
                    self.days[-1][1].append(fact)
        self.last_at = rows[-1][0]
        self.things: dict[str, list[Thing]] = {}
        for day, facts in self.days:
            self.look_at_tickets(day, facts)
            self.look_at_notices(day, facts)

    def look_at_tickets(self, day: str, facts: list[Thing]) -> None:
        for serial in {one["serial"] for one in facts if one["event"] == "TicketTaken"}:
            story = [one for one in facts if one.get("serial") == serial and one["event"] != "NoticeGiven"]
            self.look_at_ticket(day, story[next(n for n, one in enumerate(story) if one["event"] == "TicketTaken") :])

    def look_at_ticket(self, day: str, story: list[Thing]) -> None:  # noqa: C901
        names = [one["event"] for one in story]
        taken = story[0]
        if "TicketVoided" not in names:
            self.note("taken", day, taken, story[:1])
        for n, fact in enumerate(story):
            known = story[: n + 1]
            match fact["event"]:
                case "TicketCalled":
                    self.note("called", day, fact, known)
                    if "TicketCalled" not in names[:n]:
                        self.note("waits", day, fact, known, ms=max(0, fact["at"] - taken["at"]))
                case "TicketFinished":
                    self.note("served", day, fact, known)
                    began = [one["at"] for one in story[:n] if one["event"] in ("TicketCalled", "ServiceBegun")][-1]
                    self.note("services", day, fact, known, ms=max(0, fact["at"] - began))
                    rated = [one for one in story[n:] if one["event"] == "TicketRated"]
                    for rating in rated:
                        self.note(f"level {rating['level']}", day, fact, known)
                    if not rated and fact.get("rating_until") is not None:
                        self.note("unrated", day, fact, known)
                case "ServedByHand":
                    self.note("served", day, fact, known)
                case "TicketTransferred":
                    self.note("transferred", day, fact, story[:n])
        for event, figure in (
            ("TicketRecalled", "recalled"),
            ("TicketParked", "parked"),
            ("TicketNotShown", "no_show"),
            ("TicketCancelled", "cancelled"),
            ("TicketLeft", "left"),
        ):
            for n, fact in enumerate(story):
                if fact["event"] == event:
                    self.note(figure, day, fact, story[:n])

    def note(self, figure: str, day: str, fact: Thing, known: list[Thing], **more: int) -> None:
        """Note that a fact counts, with what is known of its ticket up to it."""
        classes = [one["klass"] for one in known if one["event"] in ("TicketTaken", "ClassGiven")]
        services = [one["service"] for one in known if one["event"] in ("TicketTaken", "TicketTransferred")]
        places = [one for one in known if one["event"] in ("TicketCalled", "ServedByHand")]
        workers = [one for one in known if one["event"] in ("TicketCalled", "ServiceBegun", "TicketFinished")]
        person = (workers[-1].get("by", "") if workers else "") if places else known[0].get("by", "")
        counter = places[-1]["counter"] if places else 0
        self.keep(figure, day, fact["at"], services[-1], classes[-1], counter, person, **more)

    def look_at_notices(self, day: str, facts: list[Thing]) -> None:
        for n, fact in enumerate(facts):
            if fact["event"] == "NoticeGiven":
                own = [one for one in facts[:n] if fact.get("serial") and one.get("serial") == fact["serial"]]
                classes = [one["klass"] for one in own if one["event"] in ("TicketTaken", "ClassGiven")]
                for figure in ("notices", "oral") if fact.get("oral") else ("notices",):
                    self.keep(
                        figure, day, fact["at"], fact["service"], (classes or [""])[-1], fact["counter"], fact["by"]
                    )

    def keep(
        self, figure: str, day: str, at: int, service: str, klass: str, counter: int, person: str, **more: int
    ) -> None:
        thing = {
            "day": day,
            "hour": datetime.fromtimestamp(at / 1000, self.zone).hour,
            "service": service,
            "class": klass,
            "counter": counter,
            "person": person,
        }
        self.things.setdefault(figure, []).append(thing | more)

    def line(self, is_of: Callable[[Thing], bool], usual_min: dict[str, float], limit_min: float) -> dict[str, Any]:
        """Return all figures of a line."""
        of = {figure: [one for one in things if is_of(one)] for figure, things in self.things.items()}
        counts = (
            "taken", "called", "served", "no_show", "recalled", "transferred", "parked", "cancelled", "left",
            "unrated", "notices", "oral",
        )  # fmt: skip
        found: dict[str, Any] = {figure: len(of.get(figure, ())) for figure in counts}
        found["ratings"] = {n: len(of[f"level {n}"]) for n in (5, 4, 3, 2, 1) if of.get(f"level {n}")}
        waits, services = of.get("waits", []), of.get("services", [])
        found["waits"] = times([one["ms"] for one in waits])
        found["waits"]["over"] = sum(one["ms"] > limit_min * 60_000 for one in waits)
        found["services"] = times([one["ms"] for one in services])
        found["services"]["over"] = sum(one["ms"] > usual_min[one["service"]] * 60_000 for one in services)
        return found

    def overtime(self, first: str, last: str) -> tuple[int, int]:
        """Return how long people were served after closing, ms, and on how many days."""
        late = [
            one["overtime_ms"]
            for day, facts in self.days
            if first <= day <= last
            for one in facts
            if one["event"] == "PhaseChanged" and one.get("overtime_ms", 0) > 0
        ]
        return sum(late), len(late)

    def availability(self, device: str, day_end: Callable[[str], int]) -> tuple[int, int]:
        """Return for how long a device was usable and known at all, by walking from change to change."""
        up = known = 0
        for n, (day, facts) in enumerate(self.days):
            ahead = self.days[n + 1][1] if n + 1 < len(self.days) else []
            end = min(next((one["at"] for one in ahead if one["event"] == "DayOpened"), self.last_at), day_end(day))
            reports = [one for one in facts if one["event"] == "DeviceReported" and one["device"] == device]
            declared = [one for one in facts if one["event"] in ("FaultDeclared", "FaultCleared")]
            opened = next(one["at"] for one in facts if one["event"] == "DayOpened")
            moments = sorted({opened, end, *(max(opened, one["at"]) for one in (*reports, *declared))})
            for begin, until in itertools.pairwise(moments):
                if begin >= end:
                    continue
                said = [one for one in reports if one["at"] <= begin]
                if not said:
                    continue
                known += until - begin
                stands = [one for one in declared if one["at"] <= begin]
                is_stopped = bool(stands) and stands[-1]["event"] == "FaultDeclared"
                printer = said[-1].get("alerts", {}).get("printer", "")
                if said[-1]["state"] == "ready" and printer in ("", "near-end") and not is_stopped:
                    up += until - begin
        return up, known

    def faults(self) -> dict[str, int]:
        """Return how many faults began, by device: all of the journal in one walk, over the ends of days."""
        found: dict[str, int] = {}
        present: dict[str, dict[str, str]] = {}
        declared, missing = False, set()
        for fact in (one for _day, facts in self.days for one in facts):
            name = fact.get("device", "hub")
            if fact["event"] == "DeviceReported":
                now = {part: what for part, what in fact.get("alerts", {}).items() if what}
                now |= {"": "lost"} if fact["state"] == "lost" else {}
                before = present.get(name, {})
                found[name] = found.get(name, 0) + sum(before.get(part) != what for part, what in now.items())
                present[name] = now
                missing -= {name} if fact["state"] in ("ready", "lost") else set()
            elif fact["event"] == "SelfTestMade":
                gone = {one.removeprefix("device ") for one in fact["faults"] if one.startswith("device ")}
                for device in gone - missing - {one for one, parts in present.items() if parts}:
                    found[device] = found.get(device, 0) + 1
                    missing.add(device)
            elif fact["event"] == "OutageNoted":
                found["hub"] = found.get("hub", 0) + 1
            elif fact["event"] == "FaultDeclared" and not declared:
                declared = True
                found[name] = found.get(name, 0) + 1
            elif fact["event"] == "FaultCleared":
                declared = False
        return found


def times(lengths_ms: Iterable[int]) -> dict[str, int | None]:
    """Return count, mean, median, 90 % and longest; the middle ones in seconds, of which a started one counts."""
    ordered = sorted(lengths_ms)
    if not ordered:
        return {"count": 0, "mean_ms": None, "median_s": None, "p90_s": None, "longest_ms": None}
    count = len(ordered)
    return {
        "count": count,
        "mean_ms": round(sum(ordered) / count),
        "median_s": math.ceil(ordered[math.ceil(count * 50 / 100) - 1] / 1000),
        "p90_s": math.ceil(ordered[math.ceil(count * 90 / 100) - 1] / 1000),
        "longest_ms": ordered[-1],
    }
