"""Papers on random days: printers answer, die and come back, citizens tell the truth, desks ask.

The model knows which whole papers are out there; the rules only know what they are told.
"""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from hub.rules import commands, events
from hub.rules.decide import Refusal
from hub.rules.deciding.spool import COPIES_MAX
from hub.rules.plan import ORDINARY
from hub.rules.steps import FINAL
from tests.rules.days_hall import HallMachine
from tests.rules.days_model import PRINTERS

HOW = ("yes", "yes", "yes", "no", "doubt", "doubt, and it is out")
DEVICES = ("ready", "ready", "lost", "restarted", "paper-out", "near-end")


class PapersMachine(HallMachine):
    """A hall with two printers. out: serials of which a whole paper is out. said: those that a desk vouched for."""

    def __init__(self) -> None:
        self.out: set[int] = set()
        self.said: set[int] = set()
        self.boots = dict.fromkeys(PRINTERS, 1)
        super().__init__()

    def note(self, fact: events.Fact) -> None:
        if isinstance(fact, events.DayOpened):
            self.out.clear()
            self.said.clear()
        elif isinstance(fact, events.TicketVouched):
            self.said.add(fact.serial)

    @rule(
        service=st.sampled_from("AABBC"),
        klass=st.sampled_from([ORDINARY, ORDINARY, "elderly", "express"]),
        claim=st.sampled_from(["", "", "elderly"]),
        who=st.sampled_from(["", "w1", "w2"]),
        comes_out=st.sampled_from([*HOW, "silence"]),
        dispenser=st.sampled_from([*PRINTERS, "d"]),
    )
    def take(self, service: str, klass: str, claim: str, who: str, comes_out: str, dispenser: str = "d") -> None:
        identity = who if service == "C" else ""
        take = commands.TakeTicket(
            dispenser=dispenser,
            key=f"k{self.state.taken % 5}",
            boot=self.boots[dispenser],
            service=service,
            klass=klass,
            claim=claim,
            identity=identity,
        )
        living = self.has_living(identity)
        answer = self.order(take)
        if isinstance(answer, Refusal):
            expected = {"closed", "printing"} | ({"needs-identity"} if service == "C" and not who else set())
            expected |= {"confirm-first"} if self.state.dispenser(dispenser).shown else set()
            assert answer.reason in expected | ({"has-ticket"} if identity and living else set())
            return
        assert not (identity and living), "one living number for each person and service"
        taken = answer[0]
        assert isinstance(taken, events.TicketTaken)
        self.paper(taken, comes_out)

    def has_living(self, identity: str) -> bool:
        people = self.model.people.values()
        return any(one.who == identity and one.fate not in FINAL and one.service == "C" for one in people)

    def paper(self, taken: events.TicketTaken, comes_out: str) -> None:
        """Have a printer do what it had to do before, and then this ticket, in its way."""
        printer = self.state.tickets[taken.serial].printer
        while comes_out != "silence" and (job := self.state.under_way.get(printer)):
            self.a_printer_answers(printer, comes_out if job == taken.job else "yes")
            if job == taken.job:
                return

    @rule(printer=st.sampled_from(PRINTERS), how=st.sampled_from(HOW))
    def a_printer_answers(self, printer: str, how: str) -> None:
        job = self.state.under_way.get(printer)
        if job is None:
            return
        serial = int(job.split("-")[1])
        if how in ("yes", "doubt, and it is out"):
            self.out.add(serial)
        if how == "yes":
            answer = self.order(commands.ConfirmPrint(dispenser=printer, job=job))
        else:
            doubt = how != "no"
            answer = self.order(commands.FailPrint(dispenser=printer, job=job, why="error", in_doubt=doubt))
        assert answer, "an answer to what is under way says something"
        assert self.state.under_way.get(printer) != job

    @rule(printer=st.sampled_from(PRINTERS), what=st.sampled_from(DEVICES))
    def a_device_changes(self, printer: str, what: str) -> None:
        self.boots[printer] += what == "restarted"
        alerts = {"printer": what} if what in ("paper-out", "near-end") else {}
        state = "lost" if what == "lost" else "ready"
        self.order(commands.ReportDevice(device=printer, state=state, boot=self.boots[printer], alerts=alerts))

    @rule(dispenser=st.sampled_from(PRINTERS))
    def somebody_answers_the_panel(self, dispenser: str) -> None:
        """Who holds a whole paper says yes by its key; who has none says nothing."""
        for ticket in list(self.state.dispenser(dispenser).asked.values()):
            assert ticket.state == "doubted"
            if ticket.serial in self.out:
                assert isinstance(self.order(commands.VouchTicket(number=ticket.number)), list)

    @rule(dispenser=st.sampled_from(PRINTERS))
    def somebody_keeps_his_number_in_mind(self, dispenser: str) -> None:
        shown = self.state.dispenser(dispenser).shown
        if shown:
            assert isinstance(self.order(commands.VouchTicket(number=shown.number)), list)

    @rule(prints=st.booleans())
    def a_desk_answers_for_the_first_doubt(self, prints: bool) -> None:
        """It asks the citizen, who tells the truth."""
        ticket = next(iter(self.state.doubted.values()), None)
        if ticket is None:
            return
        if ticket.serial in self.out:
            order: commands.Command = commands.VouchTicket(number=ticket.number, by="guide")
        elif prints:
            order = commands.ReprintTicket(number=ticket.number, by="guide")
        else:
            order = commands.CancelTicket(number=ticket.number, by="guide")
        assert isinstance(self.order(order), list) or prints

    @rule(serial=st.integers(1, 12))
    def a_copy_is_wanted(self, serial: int) -> None:
        """Who is in a line keeps his place."""
        ticket = self.state.tickets.get(serial)
        before = (ticket.state, ticket.key) if ticket else None
        self.order(commands.ReprintTicket(number=self.number(serial), by="guide"))
        if ticket and before and before[0] not in ("doubted", "shown"):
            assert (ticket.state, ticket.key) == before

    @invariant()
    def a_printer_does_one_thing_at_a_time_in_order(self) -> None:
        spool, state = self.state.spool, self.state
        assert all(spool[printer][0] == job for printer, job in state.under_way.items())
        known = {one.job: one.printer for one in state.jobs.values()} | {
            one.job: one.device for one in state.slips.values()
        }
        assert {job: printer for printer, jobs in spool.items() for job in jobs} == known
        assert all(ticket.state == "issued" for ticket in state.jobs.values())

    @invariant()
    def nobody_is_in_a_line_without_a_paper_or_his_word(self) -> None:
        for ticket in self.state.tickets.values():
            if ticket.job and ticket.state in ("waiting", "called", "serving", "parked", "missed", "done"):
                assert ticket.serial in self.out | self.said
            if ticket.state == "shown":
                assert ticket.serial not in self.out, "who holds a paper is not told to keep his number in mind"

    @invariant()
    def what_is_doubted_is_asked_once_and_copied_so_often_at_the_most(self) -> None:
        state = self.state
        assert sorted(state.doubted) == [one.serial for one in state.tickets.values() if one.state == "doubted"]
        for dispenser in state.dispensers.values():
            assert all(one.serial in state.doubted for one in dispenser.asked.values())
        assert all(one.copies <= COPIES_MAX or one.asked_by for one in state.tickets.values())
