"""The agent's thread: reads commands, sends what the loops leave in their buffers, wakes and interrupts loops.

It was started by _thread and uses nothing of threading, so the program's threading.enumerate() does not list it.
"""
import _thread
import os
import signal
import sys
import time
from time import monotonic

from . import cost, limits, wire

try:
    import select
except ImportError:
    select = None

# While loops run, the buffers are looked at this often, s.
LOOK = 0.02
# While a stop is wanted and has not come, s.
ATTEND = 0.002
# While a loop runs that has never slept, s.
WATCH = 0.05
# Without records for so long, the thread sleeps until it is poked, s.
REST_AFTER = 1.0
# How long a callback may go on after a pause before it is broken into, s.
GRACE = 0.03


MACRO = (
    "asyncio has no level macro: which callback scheduled what, and so what stands in ready, is told by the record of each "
    "callback. Its levels are full and stacks."
)


class Agent:
    def __init__(self, connection, welcome, folder):
        self.connection = connection
        self.welcome = welcome
        self.folder = folder
        self.pid = os.getpid()
        self.ends_program = not welcome.get("attached")
        self.done = False  # the program runs on without the agent
        self.forked = False  # this is the agent of the process that this one was forked off
        self.gate = self.samples = None  # the modules, once asyncio was imported
        self.early = []  # breakpoints set before
        self.early_lines = {file["path"]: file["lines"] for file in welcome.get("lines") or []}
        self.early_level = welcome.get("level") or "full"
        self.meter = cost.Meter(connection)
        self.paused_at = None
        self.last_records = monotonic()
        self.awake = False
        self._pipe = os.pipe()
        if wire.fcntl is not None:
            self._pipe = tuple(_moved_high(fd) for fd in self._pipe)
        os.set_blocking(self._pipe[1], False)
        os.set_blocking(self._pipe[0], False)
        connection.lost = self.attend  # the thread finds the connection closed by itself
        self._resting = False  # the thread is to end
        self._running = _thread.allocate_lock()  # held from the thread's start to its end

    def start(self):
        self._running.acquire()
        _thread.start_new_thread(self._run, ())

    def rest(self, timeout):
        """Ends the thread; False when it did not within `timeout` s."""
        self._resting = True
        self.attend()
        if self._running.acquire(timeout=timeout):
            return True
        self._resting = False
        return False

    def rise(self):
        self._resting = False
        _thread.start_new_thread(self._run, ())

    # ---- from other threads

    def stay_awake(self):
        """Records are in the buffers and the loop is going to sleep."""
        self.awake = True
        if self.gate is not None:
            self.gate.hot["AWAKE"] = True
        self.attend()

    def attend(self):
        try:
            os.write(self._pipe[1], b"\0")
        except OSError:
            pass

    # ---- on its own thread

    def _run(self):
        try:
            poller = _poller(self.connection.sock.fileno(), self._pipe[0])
            while not self.done and not self._resting:
                ready = poller(self._patience()) if not self.connection.has_message() else [self.connection.sock.fileno()]
                if self._pipe[0] in ready:
                    try:
                        os.read(self._pipe[0], 4096)
                    except OSError:
                        pass
                if self.connection.sock.fileno() in ready:
                    self._command(self.connection.receive())
                self._look_after_loops()
        except wire.Closed:
            self.adapter_died()
        except Exception as error:
            if self.done or not self.connection.open or sys.is_finalizing():
                return
            from . import faults

            faults.fault(error)
        finally:
            self._running.release()

    def _patience(self):
        """How long to sleep, s; None for ever."""
        gate = self.gate
        if gate is None:
            return None
        if gate.pausing or (gate.standing and self._loops_to_stop()):
            return ATTEND if gate.pausing else LOOK
        if limits.look() or gate.places.slow_during or gate.places.stalls:
            return LOOK
        if self.awake:
            if monotonic() - self.last_records < REST_AFTER or self._some_loop_runs():
                return LOOK
            gate.hot["AWAKE"] = False
            self.awake = False
            # A loop that filled its buffer just now saw that nobody was asleep.
            if any(state.records for state in gate.all_states()):
                return LOOK
        return WATCH if self._some_loop_runs() else None

    def _some_loop_runs(self):
        return any(state.phase == 2 and state.stop is None for state in self.gate.all_states())

    def _loops_to_stop(self):
        return any(state.phase and state.stop is None for state in self.gate.all_states())

    def _look_after_loops(self):
        gate = self.gate
        if gate is None:
            return
        if not gate.standing:
            self.meter.look()
        for state in gate.all_states():
            if state.kept is not None:
                state.kept.look()
            self.samples.look(state)
            if state.records:
                self.last_records = monotonic()
                self.connection.flush(state)
        if gate.standing or gate.pausing:
            for state in gate.all_states():
                if state.phase == gate.POLLING and state.stop is None:
                    gate.wake(state)
        else:
            self._explain()
            if gate.places.slow_during:
                from . import interrupt

                interrupt.look_for_slow()
            if gate.places.stalls:
                gate.stalls.look()
        if gate.pausing and self.paused_at is not None and monotonic() - self.paused_at > GRACE:
            from . import interrupt

            self.paused_at = monotonic()
            interrupt.break_in()

    def _explain(self):
        from . import inspection

        for state in self.gate.all_states():
            if state.phase == self.gate.POLLING and state.stop is None and state.tick != state.explained_tick:
                if state.seen_tick == state.tick:
                    inspection.reasons_asleep(state)
                    state.explained_tick = state.tick
                else:
                    state.seen_tick = state.tick

    def _command(self, message):
        if message.get("type") != "command":
            return
        name = message.get("command")
        number = message.get("id")
        arguments = message.get("arguments") or {}
        try:
            if name in ("continue", "step"):
                body = self._answer_and_go_on(name, number, arguments)
            else:
                body = self._obey(name, number, arguments)
        except Exception as error:
            from . import facts

            self.connection.say({"type": "reply", "id": number, "error": "The agent failed: " + facts.describe(error)})
            return
        if body is not None:
            body = {"body": body} if "error" not in body else body
            self.connection.say(dict(body, type="reply", id=number))

    def _obey(self, name, number, arguments):
        """The reply's body, {"error"}, or None where a loop's thread replies."""
        gate = self.gate
        if name == "detach":
            return self._detach(number, arguments)
        if name == "level":
            return self._level(arguments.get("level"))
        if gate is None:
            return self._before_asyncio(name, arguments)
        if name == "pause":
            self.paused_at = monotonic()
            gate.pause()
            return {}
        if name == "setBreakpoints":
            return {"breakpoints": gate.set_points(arguments.get("breakpoints") or [])}
        if name == "setLines":
            return {"lines": gate.set_lines(arguments.get("path") or "", arguments.get("lines") or [])}
        if name == "possibleLines":
            path, first, last = arguments.get("path") or "", arguments.get("from") or 0, arguments.get("to") or 0
            return {"lines": gate.lines.possible(path, first, last)}
        from . import inspection

        command = (name, number, arguments)
        state = gate.primary()
        wanted = arguments.get("loop")
        if state is None:
            return self.meter.answered(gate.all_states(), lambda: inspection.while_running(name, arguments))
        for each in list(gate.standing):
            if each.id == wanted:
                state = each
        state.commands.put(command)
        return None

    def _level(self, level):
        if level == "macro":
            return {"error": MACRO}
        if level not in ("full", "stacks"):
            return {"error": "There is no level %r; asyncio has full and stacks." % (level,)}
        self.early_level = level
        if self.gate is not None:
            from . import sites

            sites.switch(level == "stacks")
        return {}

    def _answer_and_go_on(self, name, number, arguments):
        """{"error"}, or None when it was answered: before it is done, since the program may be over right after."""
        gate = self.gate
        plan = (None, None)
        if gate is not None and name == "step":
            plan = self._planned(arguments)
            if isinstance(plan, dict):
                return plan
        elif gate is None and name == "step":
            return {"error": "The program has not run an event loop yet."}
        self.connection.say({"type": "reply", "id": number, "body": {}})
        if gate is not None:
            gate.go_on(*plan)
        return None

    def _planned(self, arguments):
        """(gate.Plan, state of its loop), or {"error"}."""
        gate = self.gate
        state = gate.primary()
        if state is None:
            return {"error": "The program is running; pause it before stepping."}
        wanted = arguments.get("loop")
        if wanted is not None:
            found = [each for each in gate.all_states() if each.id == wanted]
            if not found:
                return {"error": "There is no loop %s." % wanted}
            state = found[0]
        kind = arguments.get("kind")
        if kind == "task":
            from . import definitions

            actor = arguments.get("task")
            ref = definitions.refs.get(actor)
            if ref is None:
                return {"error": "Task %s has ended, or there is none of that number." % actor}
            for each in gate.all_states():
                if each.id == ref.loop:
                    state = each
            return gate.Plan("task", task=actor), state
        if kind == "runTo":
            tick = arguments.get("tick")
            if not isinstance(tick, int) or tick <= state.tick:
                return {"error": "The loop is at tick %d already; it cannot run to tick %s." % (state.tick, tick)}
            return gate.Plan("runTo", tick=tick), state
        if kind in ("callback", "tick"):
            return gate.Plan(kind), state
        if kind in gate.lines.STEPS:
            return gate.line_plan(kind, state), state
        return {"error": "There is no step of the kind %r." % kind}

    def _before_asyncio(self, name, arguments):
        """The program has not imported asyncio: there is no loop yet."""
        if name == "setBreakpoints":
            from . import breakpoints

            self.early = arguments.get("breakpoints") or []
            return {"breakpoints": breakpoints.made(self.early, [])[1]}
        if name == "setLines":
            from . import breakpoints

            path, given = arguments.get("path") or "", arguments.get("lines") or []
            self.early_lines[path] = given
            return {"lines": breakpoints.lines_not_loaded(given)}
        if name == "possibleLines":
            return {"lines": []}
        if name == "reasons":
            return {}
        if name == "waits":
            return {"waits": [], "things": []}
        if name == "pause":
            self.early_pause = True
            return {}
        return {"error": "The program has not run an event loop yet."}

    early_pause = False

    def asyncio_imported(self, gate):
        """From the thread that imports asyncio."""
        if self.early_pause:
            self.paused_at = monotonic()
            gate.pausing = True
        gate.set_points(self.early)
        for path, given in self.early_lines.items():
            if given:
                self.connection.say({"type": "lines", "lines": gate.set_lines(path, given)})
        from . import samples

        samples.connection = self.connection
        samples.slow = self.welcome.get("slowCallback") or samples.slow
        self.samples = samples
        self.gate = gate
        self._level(self.early_level)
        self.attend()

    def _detach(self, number, arguments):
        self.connection.say({"type": "reply", "id": number, "body": {}})
        if arguments.get("terminate"):
            self.end_program()
            return None
        self.leave()
        return None

    def leave(self):
        """Takes the agent out; the program runs on."""
        self.done = True
        self.ends_program = False
        from . import faults

        if faults.take_out is not None:
            faults.take_out()
        if self.gate is not None:
            self.gate.go_on()
        self.connection.close()

    def adapter_died(self):
        """A launched program ends with its adapter; an attached one goes on."""
        if self.done or os.getpid() != self.pid:
            return
        self.done = True
        self.connection.close()
        if self.ends_program and not sys.is_finalizing():
            self.end_program()
        else:
            self.leave()

    def end_program(self):
        self.done = True
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(2)
        os._exit(128 + signal.SIGTERM)


def _moved_high(fd):
    limit = wire.resource.getrlimit(wire.resource.RLIMIT_NOFILE)[0]
    low = wire.HIGH_FD if limit == wire.resource.RLIM_INFINITY or limit > wire.HIGH_FD + 20 else max(10, limit - 20)
    try:
        moved = wire.fcntl.fcntl(fd, wire.fcntl.F_DUPFD_CLOEXEC, low)
    except OSError:
        return fd
    os.close(fd)
    return moved


def _poller(*fds):
    if hasattr(select, "poll"):
        poll = select.poll()
        for fd in fds:
            poll.register(fd, select.POLLIN | select.POLLHUP | select.POLLERR)
        return lambda patience: [fd for fd, _ in poll.poll(None if patience is None else patience * 1000)]
    # Windows: pipes cannot be waited for, so the sleep is short.
    return lambda patience: select.select([fds[0]], [], [], 0.05 if patience is None else patience)[0]
