"""What a hall has that a day can be played with: who presses what where, and what can break."""

from collections.abc import Mapping

from msgspec import Struct

from hardware.panel_board import Max7219
from hub.config import Hall as HallPlan
from hub.faces.hall import keys_of
from sim.errors import CannotPlayError
from sim.theatre.laws import Law, every_law

_CALLS = ("lintel", "table")


class Stage(Struct, frozen=True, kw_only=True):
    """A hall as a script needs it. dispensers, pads, ratings: device to the keys that people press there.

    counters: device to its counter, of those that name who is called. speakers: of the hall. panels: devices with one.
    chains: of these, those of which one module may forget what it was told. desks: where guides are, who ask people in
    the hall what nobody else knows; they do not break.
    """

    dispensers: Mapping[str, tuple[str, ...]]
    pads: Mapping[str, tuple[str, ...]]
    ratings: Mapping[str, tuple[str, ...]]
    speakers: tuple[str, ...]
    counters: Mapping[str, int]
    panels: tuple[str, ...]
    chains: tuple[str, ...]
    desks: tuple[str, ...] = ()

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device, in an order that is always the same."""
        return tuple(dict.fromkeys([*self.dispensers, *self.counters, *self.ratings, *self.speakers]))


def stage_of(plan: HallPlan) -> Stage:
    """Return what a hall has; raise CannotPlayError where its people sign in, which nobody does here."""
    if plan.plan.sign_in:
        raise CannotPlayError(f"{plan.path}: its clerks sign in; the theatre plays halls in which nobody does")
    return Stage(
        dispensers={one.name: tuple(keys_of(plan, one)) for one in plan.devices if one.kind == "dispenser"},
        pads={one.name: ("next", "finish", "recall", "no-show") for one in plan.devices if one.kind == "pad"},
        ratings={one.name: ("r1", "r5") for one in plan.devices if one.kind == "rating"},
        speakers=tuple(one.name for one in plan.devices if one.kind == "speaker"),
        counters={one.name: one.counter for one in plan.devices if one.counter and one.kind in ("pad", *_CALLS)},
        panels=tuple(one.name for one in plan.devices if plan.boards[one.name].panel),
        chains=tuple(one.name for one in plan.devices if isinstance(plan.boards[one.name].panel, Max7219)),
        desks=tuple(one.name for one in plan.devices if one.kind == "guide"),
    )


def laws_for(plan: HallPlan) -> tuple[Law, ...]:
    """Return the laws with what they need to know of a hall's file."""
    return every_law(
        tiers={number: one.serves for number, one in plan.plan.counters.items()},
        counters=stage_of(plan).counters,
        lintels=frozenset(one.name for one in plan.devices if one.kind in _CALLS),
    )
