"""uvloop, kept as the user asked: what can be seen of it from Python.

uvloop runs its callbacks in C, but whatever hands them in, C tasks included, looks call_soon and call_later up on the
loop, whose class is a plain Python one. A callback that is handed in is put between two of the agent's own, which tell
its begin and its end: the order, the handle and its traceback stay what they are. uvloop runs timers one by one, ahead
of its ready queue, so a timer's callback is wrapped instead.

A tick is here one run of the callbacks that were seen in ready, or one timer. What uvloop runs by itself (transports,
protocols, readers, signals) is not seen, only what it hands in; that ends a tick, too, so that nothing is ever told to
have been scheduled by a callback that did not do it.
"""
import contextvars
import sys
import weakref
from _thread import get_ident
from asyncio.tasks import current_task
from collections import deque
from time import monotonic

from . import definitions, observers, patch, recorder, schema, sites, slow
from .faults import fault
from .loops import IDLE, POLLING, RUNNING, here, state_of, states, thread_name
from .recorder import hot

SENTENCE = (
    "uvloop was kept, as asked. It polls, and runs what transports, readers and signals bring, outside Python: seen are "
    "tasks, timers and the callbacks handed in by call_soon; a tick is one run of those, or one timer. Its clock goes on "
    "while the program is stopped, so timers may be overdue afterwards."
)

# False once the observers were taken out: what is still in uvloop's queue does nothing then.
active = False


class Entry:
    """Stands for a handle in uvloop's ready queue. Lives until its turn, as the handle does there."""

    __slots__ = ("actor", "handle", "_callback", "_args", "_context", "skipped")

    def __init__(self, actor, callback, args, context):
        self.actor = actor
        self.handle = None
        self._callback = callback
        self._args = args
        self._context = context
        self.skipped = False

    @property
    def _cancelled(self):
        return self.handle is not None and self.handle.cancelled()


class Due:
    """A timer's callback: tells when it runs. uvloop lets go of it when the timer is cancelled, and so that is known."""

    __slots__ = ("_callback", "_args", "_when", "_cancelled", "kept", "__weakref__")

    def __init__(self, kept, callback, args, when):
        self.kept = kept
        self._callback = callback
        self._args = args
        self._when = when
        self._cancelled = False

    def __call__(self, *args):
        if not self.kept.fires(self):
            return self._callback(*args)
        try:
            return self._callback(*args)
        except BaseException as error:
            self.kept.failed = error
            raise
        finally:
            self.kept.fired(self)

    def __repr__(self):
        return repr(self._callback)

    def __getattr__(self, name):
        return getattr(self._callback, name)


class TimerRef(weakref.ref):
    __slots__ = ("key",)


class Kept:
    """What is known of one loop. Has the attributes of a stock loop that the gates and conditions look at."""

    _stopping = False

    def __init__(self, loop, state):
        self.state = state
        self.ref = weakref.ref(loop)
        self._ready = deque()
        self.timers = {}  # id(Due) -> TimerRef
        self.context = contextvars.Context()  # for the agent's own callbacks
        self.left = 0  # of the tick's callbacks, how many have not run
        self.told = 0  # length of ready that was told last
        self.running = None  # Entry or Due
        self.failed = None  # the exception of the callback that runs
        self.base = 0  # id of the frame that runs the loop

    @property
    def _scheduled(self):
        found = [ref() for ref in list(self.timers.values())]
        return [timer for timer in found if timer is not None]

    # ---- handing in

    def entry(self, loop, callback, args, context):
        """What is to stand in ready for a callback; None: it could not be told what it is."""
        try:
            state = self.state
            task = slow.stepped(callback, args)
            if task is None:
                actor = definitions.callback_number(callback)
            else:
                actor = definitions.tasks.get(id(task)) or definitions.introduce(task, state, _current(loop))
            entry = Entry(actor, callback, args, context)
            if state.thread and get_ident() != state.thread and state.phase != IDLE:
                state.handed.append((id(entry), thread_name(get_ident())))
            self._ready.append(entry)
            if sites.on:
                sites.soon(loop, self)
            return entry
        except Exception as error:
            fault(error)
            return None

    def timer(self, callback, args, delay):
        """What uvloop is to call when the timer is due."""
        try:
            due = Due(self, callback, args, monotonic() + float(delay))
            ref = TimerRef(due, self.dropped)
            ref.key = id(due)
            self.timers[ref.key] = ref
            slow.timer_scheduled(self.state, due)
            return due
        except Exception as error:
            fault(error)
            return callback

    def dropped(self, ref):
        """A timer was let go before it was due: cancelled, or its loop was closed."""
        if self.timers.pop(ref.key, None) is not None and active:
            self.state.records += (schema.TIMER_CANCELLED, ref.key)

    # ---- running

    def tick(self, n):
        state = self.state
        if state.told != "running":
            here(state)
            state.fidelity = SENTENCE
            state.phase = RUNNING
            state.changed("running", slow.connection)
            slow.gates.loop_runs(state)
        if len(state.records) > recorder.FULL:
            slow.encode(state)
        state.tick += 1
        state.records += (schema.TICK, 0, monotonic(), n)
        self.told = n
        if state.handed:
            slow.tag_handed(state, self._ready)
        if state.tick >= hot["TICK_GATE"]:
            slow.tick_gate(self, state)

    def before(self, entry):
        """uvloop runs this right before the callback of the entry."""
        if not active or entry.skipped:
            return
        try:
            state = self.state
            ready = self._ready
            self.base = id(sys._getframe(1))
            if not ready or ready[0] is not entry:
                ready.remove(entry)  # another thread handed in at the same moment
                ready.appendleft(entry)
            if self.left <= 0 or len(ready) != self.told:
                self.left = len(ready)
                self.tick(self.left)
            self.left -= 1
            ready.popleft()
            state.phase = RUNNING
            if not entry._cancelled and entry.actor in hot["GATE"]:
                slow.gate(self, state, entry, entry.actor)
            if entry._cancelled:
                entry.skipped = True
                self.told = len(ready)
                state.records += (schema.SKIPPED, self.told)
                self.rest()
            else:
                self.running = entry
        except Exception as error:
            fault(error)

    def after(self, entry):
        """uvloop runs this right after the callback of the entry."""
        if not active or entry.skipped:
            return
        try:
            self.ran(entry.actor)
        except Exception as error:
            fault(error)

    def fires(self, due):
        """A timer is due; uvloop runs it at once. False: nobody observes any more."""
        if not active:
            return False
        try:
            state = self.state
            ready = self._ready
            self.base = id(sys._getframe(2))
            self.timers.pop(id(due), None)
            state.records += (schema.TIMER_DUE, id(due))
            if ready:
                state.records += (schema.AHEAD,)
            ready.appendleft(due)
            self.left = 0
            self.tick(len(ready))
            ready.remove(due)
            state.phase = RUNNING
            actor = slow.identify(state, due._callback, due._args)[0]
            if actor in hot["GATE"]:
                slow.gate(self, state, due, actor)
            self.running = due
        except Exception as error:
            fault(error)
        return True

    def fired(self, due):
        if not active:
            return
        try:
            self.ran(slow.identify(self.state, due._callback, due._args)[0])
        except Exception as error:
            fault(error)

    def ran(self, actor):
        state = self.state
        error, self.failed = self.failed, None
        task = definitions.live_task(actor)
        if task is not None:
            result = slow.outcome(state, task, actor)
        elif error is not None:
            state.records += (schema.ERROR, actor, slow.error_text(error))
            result = schema.RESULT_RAISED
        else:
            result = schema.RESULT_RETURNED
        self.told = len(self._ready)
        self.running = None
        state.records += (actor, result, monotonic(), self.told)
        if actor in hot["AFTER"]:
            slow.after_step(self, state, actor, task)
        self.rest()

    def rest(self):
        """Nothing that was seen is left to run: uvloop polls, or runs what is not seen."""
        if not self._ready:
            self.state.phase = POLLING
            if not hot["AWAKE"]:
                slow.poke()

    # ---- stopping

    def wake(self):
        """Lets a sleeping loop come by. From any thread."""
        loop = self.ref()
        if loop is None or self.state.woken:
            return
        self.state.woken = 1
        try:
            threadsafe(loop, self.woken, context=self.context)
        except RuntimeError:  # closed meanwhile
            self.state.woken = 0

    def woken(self):
        if active:
            slow.polled(self, self.state, ())

    def place(self, frame):
        """(actor, Entry or Due) of the callback in which a frame runs; None for uvloop's frames and the agent's own."""
        innermost = frame
        while frame is not None and id(frame) != self.base:
            path = frame.f_code.co_filename
            if frame.f_code is not Due.__call__.__code__ and path.startswith(definitions.HOME):
                return None
            frame = frame.f_back
        if frame is None or frame is innermost or innermost.f_globals.get("__name__") == "uvloop._noop":
            return None
        running = self.running
        if running is None:
            return 0, None
        if isinstance(running, Due):
            return slow.identify(self.state, running._callback, running._args)[0], running
        return running.actor, running

    def look(self):
        """From the agent's thread, now and then: uvloop does not say when it ends."""
        loop = self.ref()
        if self.state.told == "running" and loop is not None and not loop.is_running():
            self.state.phase = IDLE
            self.state.changed("idle", slow.connection)


def _current(loop):
    try:
        return current_task(loop)
    except RuntimeError:
        return None


def kept(loop):
    """The observer of a loop; None when it is not to be observed."""
    state = states.get(id(loop))
    if state is None:
        if not active:
            return None
        try:
            state = state_of(loop)
            state.records = []  # its clock has not stood
            state.kept = Kept(loop, state)
            state.name = "uvloop"
        except Exception as error:
            fault(error)
            return None
    return state.kept if active else None


def _without_agent(error):
    """Takes the agent's frames out of a traceback."""
    trace = getattr(error, "__traceback__", None)
    while trace is not None:
        inner = trace.tb_next
        if inner is not None and inner.tb_frame.f_code is Due.__call__.__code__:
            trace.tb_next = inner.tb_next
        trace = inner


def _forget_one_frame(handle):
    trace = handle._source_traceback
    if trace:
        del trace[-1]
    return handle


threadsafe = None  # uvloop's own call_soon_threadsafe


def observe(uvloop):
    """Once uvloop was imported."""
    global threadsafe
    Loop = uvloop.Loop
    base = Loop.__mro__[1]
    soon, later, threadsafe = base.call_soon, base.call_later, base.call_soon_threadsafe
    base_create_task, base_close, base_executor = base.create_task, base.close, base.run_in_executor
    base_exception_handler = base.call_exception_handler

    def handing(put):
        def hand_in(self, callback, *args, context=None):
            observer = kept(self)
            entry = None if observer is None else observer.entry(self, callback, args, context)
            if entry is None:
                return _forget_one_frame(put(self, callback, *args, context=context))
            try:
                put(self, observer.before, entry, context=observer.context)
                handle = entry.handle = put(self, callback, *args, context=context)
                put(self, observer.after, entry, context=observer.context)
            except BaseException:
                entry.skipped = True
                observer._ready.remove(entry)
                raise
            return _forget_one_frame(handle)

        return hand_in

    call_soon = handing(soon)
    call_soon_threadsafe = handing(threadsafe)

    def call_later(self, delay, callback, *args, context=None):
        try:
            at_once = round(max(delay, 0) * 1000) == 0
        except Exception:
            at_once = None  # uvloop says what is wrong with it
        if at_once:
            return _forget_one_frame(call_soon(self, callback, *args, context=context))
        observer = kept(self)
        if observer is not None and at_once is not None and not self.is_closed():
            callback = observer.timer(callback, args, delay)
        return _forget_one_frame(later(self, delay, callback, *args, context=context))

    def create_task(self, coro, **kwargs):
        task = base_create_task(self, coro, **kwargs)
        slow.forget_one_frame(task)
        if kept(self) is not None:
            slow.created(self, task, coro)
            slow.named(task)
        return task

    def run_in_executor(self, executor, func, *args):
        future = base_executor(self, executor, func, *args)
        if kept(self) is not None:
            observers.job_began(self, func, future)
        return future

    def call_exception_handler(self, context):
        observer = kept(self)
        if observer is not None:
            error = context.get("exception")
            _without_agent(error)
            running = observer.running
            if isinstance(running, Entry) and context.get("handle") is running.handle:
                observer.failed = error
        base_exception_handler(self, context)

    def close(self):
        base_close(self)
        observer = kept(self)
        if observer is not None:
            slow.connection.flush(observer.state)
            observer.state.changed("closed", slow.connection)
            slow.gates.loop_rests(observer.state)

    for name, function in (
        ("call_soon", call_soon),
        ("call_soon_threadsafe", call_soon_threadsafe),
        ("call_later", call_later),
        ("create_task", create_task),
        ("run_in_executor", run_in_executor),
        ("call_exception_handler", call_exception_handler),
        ("close", close),
    ):
        function.__name__ = name
        function.__qualname__ = "Loop." + name
        function.__module__ = Loop.__module__
        function.__doc__ = getattr(base, name).__doc__
        patch.replace(Loop, name, function)
    patch.replace(sys.modules[__name__], "active", True)
