"""What dispensers may give while they are alone, and where those stand who got a number so."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case
from hub.rules.leases import Block, free_block, left_of
from hub.rules.order import ahead_of


def _lease_blocks(case: Case, command: commands.LeaseBlocks) -> Answer:
    """A block that is half used is followed by another while there are any, so that a key is never without."""
    leases = case.state.leases
    known = leases.held(case.state.by_number)
    facts: list[events.Fact] = []
    blocks = list(leases.blocks)
    for key, service in command.keys:
        first, last = left_of(leases.blocks_of(command.device, key, service), known)
        if service not in case.plan.services or last - first + 1 > command.size // 2:
            continue
        letter = case.plan.services[service].letter
        if found := free_block(letter, command.size, blocks, known):
            block = Block(command.device, key, service, letter, *found)
            blocks.append(block)
            facts.append(_leased(case, block))
    return facts


def _leased(case: Case, block: Block) -> events.BlockLeased:
    return events.BlockLeased(
        device=block.device,
        key=block.key,
        service=block.service,
        letter=block.letter,
        first=block.first,
        last=block.last,
        at=case.at,
    )


def _make_lease(case: Case, command: commands.MakeLease) -> Answer:
    kept = case.state.leases.kept.get(command.device)
    if kept and kept.digest == command.digest:
        return []
    serial = case.state.leases.made + 1
    return [events.LeaseMade(device=command.device, serial=serial, digest=command.digest, at=case.at)]


def _answer_lease(case: Case, command: commands.AnswerLease) -> Answer:
    """An answer to an earlier lease tells nothing of the present one, which is asked for still."""
    kept = case.state.leases.kept.get(command.device)
    now = ((command.serial, command.boot), command.why)
    if kept is None or command.serial != kept.serial or (kept.answered, kept.why) == now:
        return []
    return [
        events.LeaseAnswered(
            device=command.device, serial=command.serial, boot=command.boot, why=command.why, at=case.at
        )
    ]


def _note_return(case: Case, command: commands.NoteReturn) -> Answer:
    """Where nothing is leased nobody can have gone on alone."""
    if not case.state.leases.blocks:
        return []
    return [events.HubReturned(since=min(command.since, case.at), at=case.at)]


def _enter_alone(case: Case, command: commands.EnterAlone) -> Answer:
    """It stands in line by its true arrival, whatever the hour is now, for who holds a number is served (M28).

    A number that is known has been handed over before: its device does not know that it was acknowledged.
    """
    why = _cannot_enter(case, command)
    if why is None:
        return []
    if why:
        if (command.device, command.number) in case.state.leases.refused:
            return []
        return [_refused(case, command, why)]
    taken = _taken(case, command)
    serial = taken.serial
    if command.paper == "failed":
        return [taken, events.TicketVoided(serial=serial, why="alone", at=case.at)]
    if command.paper == "in-doubt":
        doubted = events.PrintDoubted(serial=serial, at=case.at)
        return [taken, doubted, events.DoubtPassedOn(serial=serial, at=case.at)]
    return [taken, events.TicketPrinted(serial=serial, at=taken.at)]


def _cannot_enter(case: Case, command: commands.EnterAlone) -> str | None:
    """Return why a number cannot be entered, empty where it can, None where it is entered already."""
    state = case.state
    if command.day not in ("", state.day):
        return "other-day"
    block = state.leases.block_of(command.device, command.number)
    if block is None or not (block.service or command.service):
        return "not-leased"
    if command.number in state.by_number:
        return None
    return "ended" if state.ended else ""


def _refused(case: Case, command: commands.EnterAlone, why: str) -> events.HandOverRefused:
    return events.HandOverRefused(
        device=command.device,
        number=command.number,
        key=command.key,
        why=why,
        paper=command.paper,
        told_at=command.told_at or 0,
        at=case.at,
    )


def _taken(case: Case, command: commands.EnterAlone) -> events.TicketTaken:
    state, plan = case.state, case.plan
    block = state.leases.block_of(command.device, command.number)
    leased = block.service if block else ""
    # What his paper says, unless nobody does that any more.
    service = leased if leased in plan.services or not command.service else command.service
    arrived, told_at = _arrival(case, command)
    key = arrived - plan.head_start_ms.get(command.klass, 0)
    serial = state.taken + 1
    return events.TicketTaken(
        serial=serial,
        number=command.number,
        service=service,
        klass=command.klass if command.klass in plan.head_start_ms else "ordinary",
        dispenser=command.device,
        boot=command.boot,
        cap=command.key,
        job=f"{state.day}-{serial:06}",
        ahead=ahead_of(state, plan, service, key),
        key=key,
        at=arrived,
        entered_at=arrived,
        claim=command.claim if command.claim in plan.head_start_ms else "",
        told_at=told_at,
    )


def _arrival(case: Case, command: commands.EnterAlone) -> tuple[int, int]:
    """Return when he came, and that as his dispenser tells it, which orders those who came to the same moment.

    Clocks may differ. Nobody is given a number alone while the hub is there, so a moment at which it was is one of its
    last absence, told by a clock that is behind; one after that absence is of a network that was cut. Nor did he come
    before whom that dispenser served earlier, or later than now.
    """
    leases = case.state.leases
    before = leases.seen.get(command.device, 0)
    since, until = leases.away[-1] if leases.away else (before, before)
    told = max(1, since if command.told_at is None else command.told_at)
    is_of_the_last = told <= until and not any(start <= told <= end for start, end in leases.away)
    return min(max(told, since if is_of_the_last else 0, before, case.state.opened_at), case.at), told


DECIDERS: dict[type[commands.Command], Any] = {
    commands.LeaseBlocks: _lease_blocks,
    commands.MakeLease: _make_lease,
    commands.AnswerLease: _answer_lease,
    commands.NoteReturn: _note_return,
    commands.EnterAlone: _enter_alone,
}
