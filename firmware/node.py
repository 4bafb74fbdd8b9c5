"""A node: the contract of docs/protocol.md over the parts of its board; steps 1 and 8 of a press.

It knows nothing of queues: presses go up as numbered events, views come down and are shown.
"""

# ruff: noqa: T201  (print is a node's console)

import gc
import sys
import time

import hub_watch
import store
from jobs import Jobs
from limits import JOB_BYTES, STATUS_BYTES, VIEW_BYTES
from link import Link
from micropython import const
from outbox import Outbox

REFUSED = ((330, 90), (0, 50), (330, 90))
"""Two low tones, in hertz and milliseconds: the press was no event."""

_SAY_BAD_EVERY_MS = const(60_000)


class Node:
    """One device of a hall. settings: as in `config`. parts: as of `build.parts`. boot: number of this start.

    nic, buffer, tls: as of `Link`. scratch: memory as of `lift.lift`, free between messages. root: of its topics. key:
    that its firmware is signed with, empty for none.
    """

    def __init__(self, *, settings, parts, boot, nic, buffer, scratch, tls):
        self.scratch = memoryview(scratch)
        self.root = "hall/%s/%s/" % (settings["hall"], settings["device"])
        self.key = settings.get("key") or ""
        self._view = self._update = None
        self._alerts = {"update": settings.get("update")}
        self._bad = 0
        self._bad_said_at = None
        self._parts = parts
        self._keys = parts.get("keys")
        self._lamps = parts.get("lamps")
        self._panel = parts.get("panel")
        self._tone = parts.get("tone")
        self._reader = parts.get("reader")
        self._arrow = parts.get("arrow")
        # What does without the hub, or tells of that, while it is loaded; whether it may be needed; how it counts time.
        self._alone = None
        self._may_be_alone = store.has("tickets")
        self._life = []
        self._is_deaf = False
        self._outbox = Outbox(boot=boot, send=self._send_event)
        self._hub = hub_watch.HubWatch(on_change=self._lose_or_find, on_new_boot=self._outbox.send_again)
        self._jobs = Jobs(
            printer=parts.get("printer"), answer=self._answer_job, set_alert=self._set_alert, idle=self._go_alone
        )
        self._link = Link(
            host=settings["host"],
            port=settings["port"],
            name=settings["device"],
            password=settings["password"],
            keepalive_s=settings["keepalive_s"],
            will_topic=self.root + "status",
            will='{"state":"lost"}',
            handlers=self._handlers("hall/%s/hub/status" % settings["hall"]),
            on_up=self._come_up,
            hall_ms=self._hub.hall_ms,
            nic=nic,
            buffer=buffer,
            tls=tls,
        )

    def works(self):
        """Return all that a node does at the same time, as coroutines that never end."""
        works = [self._link.run(), self._link.watch(), self._outbox.run(), self._hub.run(), self._jobs.run()]
        if self._keys:
            works += [self._keys.run(self._press), self._keys.listen_again()]
        if self._reader:
            works.append(self._reader.run(self._card))
        works += [part.run() for part in (self._lamps, self._panel, self._arrow) if part]
        return works

    def _handlers(self, hub_status):
        return {
            self.root + "view": (VIEW_BYTES, self._hear_view),
            self.root + "job": (JOB_BYTES, self._hear_job),
            hub_status: (STATUS_BYTES, self._hear_hub),
        }

    def _come_up(self):
        self._publish_status()
        self._outbox.send_again()

    def _hear_view(self, payload, _is_retained):
        if self._is_deaf:
            return
        import messages

        view = self._checked(messages.view, payload)
        if view is None:
            return
        self._view = view
        if view.reader:
            self._stop_update()
        if self._outbox.adopt(view.ack):
            store.keep_boot(self._outbox.boot)
            self._publish_status()
        is_answer = self._outbox.acknowledge(view.ack)
        if self._panel:
            self._panel.keep(view.panel, view.stale)
            view.panel = view.stale = None
        self._draw()
        if is_answer and self._tone:
            self._tone.play(view.tone)

    def _hear_job(self, payload, _is_retained):
        if self._is_deaf:
            return
        import messages

        job = self._checked(messages.job, payload)
        if job and self._outbox.has_room_for_answers():
            if len(job) == 4:
                self._stop_update()
                self._jobs.hear(*job)
            else:
                self._hear_update(job)

    def _hear_update(self, job):
        """Load what updates a node, if it is not at it already; while it has no memory for that, the hub repeats it."""
        is_free = self._jobs.is_quiet() and not (self._may_be_alone or (self._view and self._view.reader))
        if not self._update and is_free and job[0]["do"] != "piece":
            from update import Update

            self._update = Update(self)
        if self._update and not self._checked(self._update.hear, job):
            self._stop_update()

    def _stop_update(self):
        """What is printed, or a card that is read, needs the memory: the hub repeats its offer."""
        if self._update:
            self._update.stop()

    def want(self, text):
        """Ask the hub for a piece of a new firmware."""
        self._link.publish(self.root + "want", text)

    def is_quiet(self):
        """Return whether nothing is printed and no event waits to be acknowledged."""
        return self._outbox.is_quiet() and self._jobs.is_quiet()

    def end_update(self, name, why):
        """Say how an update ended, as `_answer_job`, unless the name is None; let go of what was loaded for it."""
        if name:
            self._answer_job(name, why)
        self._update = None
        del sys.modules["update"]

    def _hear_hub(self, payload, is_retained):
        beat = self._checked(hub_watch.beat, payload)
        if beat and self._hub.hear(*beat, is_retained):
            self._publish_status()

    def _press(self, key, turn, pressed_at):
        """A key went down: an event if there was something on show that it can mean. turn: None is nothing."""
        at_ms = self._hub.hall_ms(pressed_at)
        if turn is not None and self._outbox.press(key=key, turn=turn, at_ms=at_ms):
            self._draw_lamps()
        elif not (self._alone and self._hub.is_lost and self._alone.press(key)):
            self._refuse()

    def _refuse(self):
        if self._tone:
            self._tone.play(REFUSED)

    def _card(self, who, turn):
        """An identity card was read while the view of that turn was on show."""
        at_ms = self._hub.hall_ms(time.ticks_ms())
        if not self._outbox.identity(who=who, turn=turn, at_ms=at_ms):
            self._refuse()

    def _answer_job(self, name, why):
        self._outbox.answer(job=name, why=why, at_ms=self._hub.hall_ms(time.ticks_ms()))

    def _lose_or_find(self):
        """The hub was lost, and the node may go on alone; or it was found, and is told of what was done alone."""
        self._alone = None
        self._may_be_alone = "printer" in self._parts and (self._hub.is_lost or self._is_deaf or store.has("tickets"))
        self._draw()

    async def _go_alone(self):
        """Do what is to be done without the hub, or because of it; what does that is there for as long as it takes."""
        if not self._may_be_alone:
            return
        if self._update:
            # What it was at lets go of its memory before this is called again.
            self._stop_update()
            return
        if not self._alone:
            self._listen_again()
            import going

            args = self._hub, self._outbox, self._parts, self._refuse, self._life, self._turn_deaf
            self._alone = await going.load(*args)
            del going, args
            _forget("going")
        if not self._alone or not await self._alone.step(self._alerts.get("printer")):
            self._alone = None
            self._may_be_alone = False
            self._listen_again()

    def _turn_deaf(self):
        """Let go of all that reads views and jobs: a node that is alone needs its memory, and hears beats only."""
        self._is_deaf = True
        self._view = None
        if hasattr(self._panel, "forget"):
            self._panel.forget()
        _forget("messages", "checks", "lift")

    def _listen_again(self):
        if self._is_deaf:
            self._is_deaf = False
            self._link.ask()

    def _draw(self):
        """Bring everything up to date with the view and the hub's state."""
        view, is_lost = self._view, self._hub.is_lost
        if self._keys:
            self._keys.turn = view.turn if view and not is_lost else None
        if self._reader and view:
            self._reader.keep(view.reader, None if is_lost else view.turn)
        self._draw_lamps()
        if self._panel and view:
            self._panel.dim(view.light)
            self._panel.show(is_lost)
        if self._arrow and view:
            self._arrow.show(None if is_lost else view.arrow, view.light)
        if self._alone and is_lost:
            self._alone.show()

    def _draw_lamps(self):
        lamps, view, states = self._lamps, self._view, {}
        if not lamps:
            return
        if view and not self._hub.is_lost:
            for name in lamps.names():
                states[name] = "blink" if self._outbox.is_waiting(name) else view.lamps.get(name, "off")
        lamps.show(states)

    def _set_alert(self, why):
        if why != self._alerts.get("printer"):
            self._alerts["printer"] = why
            self._publish_status()

    def _publish_status(self):
        import health

        text = health.status(self._outbox.boot, self._parts, self._alerts, self._hub, self._link, self._bad)
        self._link.publish(self.root + "status", text, True)
        del sys.modules["health"]

    def _send_event(self, text):
        self._link.publish(self.root + "event", text)

    def _checked(self, check, payload):
        """Return what the check makes of a payload. What is wrong is counted, told once a minute, and None."""
        try:
            return check(payload, self.scratch)
        except ValueError as error:
            self._bad += 1
            now = time.ticks_ms()
            if self._bad_said_at is None or time.ticks_diff(now, self._bad_said_at) >= _SAY_BAD_EVERY_MS:
                self._bad_said_at = now
                print("a message is ignored, %d so far: %s" % (self._bad, error))
            return None


def _forget(*names):
    """Let go of modules, and of all that is of no use, before the next ones take their places between it."""
    for name in names:
        sys.modules.pop(name, None)
    gc.collect()
