"""Loops whose _run_once is not the stock one: callbacks are seen through Handle._run, ticks through select."""
import asyncio.events as events
from time import monotonic

from . import definitions, schema, slow
from .faults import fault
from .loops import RUNNING, here, states
from .recorder import BaseEventLoop, original_handle_run

SENTENCE = (
    "This loop runs its callbacks in a way of its own (%s), so ticks are told by its polls and cost more; "
    "what happened between them may be incomplete."
)
_installed = False


def look_at(loop, state, foreign_stock):
    """Called when a loop is made."""
    stock = BaseEventLoop.__dict__["_run_once"]
    own = type(loop)._run_once
    if own is stock and not foreign_stock:
        return
    where = "%s._run_once" % type(loop).__qualname__ if own is not stock else "an unknown version of asyncio"
    state.foreign = Foreign(loop, state, where)


class Foreign:
    """Observes one loop until the recorder turns out to run it after all (a subclass that calls the stock one)."""

    def __init__(self, loop, state, where):
        self.state = state
        self.sentence = SENTENCE % where
        self.t = None  # since when the tick that is to be told runs
        self.timeout = -1
        self.telling = False
        self.selector = None
        _install()

    def watch(self, loop):
        """Sees when the loop polls."""
        selector = loop._selector
        if self.selector is selector or not hasattr(selector, "__dict__"):
            return
        self.selector = selector
        select = selector.select

        def observed(timeout=None):
            try:
                self.before(loop, timeout)
            except Exception as error:
                fault(error)
            events_found = select(timeout)
            try:
                if not self.recorded():
                    self.t = monotonic()
            except Exception as error:
                fault(error)
            return events_found

        selector.select = observed

    def before(self, loop, timeout):
        state = self.state
        if self.recorded():
            return
        if self.t is not None:
            self.tick(loop, len(loop._ready))
        self.timeout = -1 if timeout is None else timeout
        slow.agent.stay_awake()

    def recorded(self):
        """The recorder runs this loop after all."""
        return self.state.foreign is not self

    def tick(self, loop, n):
        state = self.state
        t, self.t = self.t, None
        if not self.telling:
            self.telling = True
            here(state)
            state.fidelity = self.sentence
            state.phase = RUNNING
            state.changed("running", slow.connection)
            slow.gates.recount()
        state.tick += 1
        state.records += (schema.TICK, self.timeout, t, n)
        if state.tick >= slow.gates.hot["TICK_GATE"]:
            slow.tick_gate(loop, state)

    def ran(self, loop, handle):
        """Instead of Handle._run."""
        state = self.state
        self.watch(loop)
        if self.t is not None:
            self.tick(loop, len(loop._ready) + 1)
        callback = handle._callback
        actor, task = slow.identify(state, callback, handle._args)
        if actor in slow.gates.hot["GATE"]:
            slow.gate(loop, state, handle, actor)
        callback = None
        original_handle_run(handle)
        result = schema.RESULT_RETURNED
        if task is not None:
            result = slow.outcome(state, task, actor)
        state.records += (actor, result, monotonic(), len(loop._ready))
        if actor in slow.gates.hot["AFTER"]:
            slow.after_step(loop, state, actor, task)
        handle = None  # a traceback may keep this frame


def _install():
    global _installed
    if _installed:
        return
    _installed = True

    def _run(self):
        state = states.get(id(self._loop))
        observer = None if state is None else state.foreign
        if observer is None:
            original_handle_run(self)
        else:
            observer.ran(self._loop, self)

    from . import graft, patch

    function = graft.graft(_run, original_handle_run, dict(_run.__globals__, states=states), ())
    patch.replace(events.Handle, "_run", function)
    slow.known_handle_run = function
