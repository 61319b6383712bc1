"""What the recorder does on the rarer ways: names, failures, what the poll found. Nothing here may raise by itself."""
import asyncio.base_events as base_events
import asyncio.format_helpers as format_helpers
import asyncio.selector_events as selector_events
import asyncio.tasks as tasks_module
import selectors
import sys
import types
from asyncio.base_events import _format_handle
from asyncio.events import Handle, TimerHandle
from time import monotonic

from . import definitions, faults, schema
from .faults import fault, guarded
from .graft import source_text_known
from .loops import IDLE, RUNNING, here, running, state_of, states

connection = None  # set by patch
agent = None  # control.Agent
gates = None  # the module gate
BaseEventLoop = base_events.BaseEventLoop
_original_run = Handle._run
# What Handle._run is when nobody but the agent has replaced it.
known_handle_run = _original_run
_current_task = tasks_module.current_task


def current_task(loop):
    """None where there is none, or another thread runs the loop."""
    try:
        return _current_task(loop)
    except RuntimeError:
        return None


_PyTask = tasks_module._PyTask
_steps = {
    getattr(_PyTask, name).__code__
    for name in ("_PyTask__step", "_PyTask__wakeup", "_Task__step", "_Task__wakeup")
    if hasattr(_PyTask, name)
}
_builtin = types.BuiltinMethodType


# Those of asyncio whose source is one that the recorder does the same as, else None; found out by know_stock.
stock_select = stock_process_events = None
_stock_handles = None


def know_stock():
    """Called once, before any observer is put in."""
    global stock_select, stock_process_events, _stock_handles
    epoll = getattr(selectors, "EpollSelector", None)
    if epoll is not None and source_text_known(epoll.select):
        stock_select = epoll.select
    process_events = selector_events.BaseSelectorEventLoop._process_events
    if source_text_known(process_events):
        stock_process_events = process_events
    if source_text_known(Handle.__init__) and source_text_known(TimerHandle.__init__):
        _stock_handles = (Handle.__init__, TimerHandle.__init__, BaseEventLoop.get_debug)
        gates.hot["STOCK_HANDLES"] = True


def look_at_handles(loop):
    """From here on handles are made by their class, if it or what it asks the loop is not the stock one any more."""
    if (Handle.__init__, TimerHandle.__init__, type(loop).get_debug) != _stock_handles or _instance_has(loop, "get_debug"):
        gates.hot["STOCK_HANDLES"] = False


def _stock(holder, name, function):
    """The bound method, when it is the stock one."""
    method = getattr(holder, name, None)
    return method if function is not None and getattr(method, "__func__", None) is function else None


def current(loop):
    """What the recorder's CURRENT is for a loop."""
    hot = gates.hot
    state = states.get(id(loop)) or state_of(loop)
    try:
        return (
            loop,
            state,
            _stock(getattr(loop, "_selector", None), "select", stock_select),
            _stock(loop, "time", hot["time"]),
            _stock(loop, "call_at", hot["call_at"]),
        )
    except Exception as error:
        fault(error)
        return loop, state, None, None, None


# ---- a loop's life

def entered(loop):
    """The state for a _run_once of a loop that did not run last; None for one by hand, outside run_forever."""
    try:
        if loop._thread_id is None:
            return None
        state = running.get(id(loop))
        if state is None:
            state = state_of(loop)
            went_running(loop, state)
        gates.hot["CURRENT"] = current(loop)
        return state
    except Exception as error:
        fault(error)
        return None


@guarded
def went_running(loop, state):
    here(state)
    running[id(loop)] = state
    state.phase = RUNNING
    state.foreign = None
    state.plainly = Handle._run is not known_handle_run
    time = type(loop).time
    state.own_time = time is gates.own_time() and not _instance_has(loop, "time")
    if not state.own_time and state.fidelity is None:
        state.fidelity = (
            "The loop has a clock of its own (%s.time), which does not stand while the program is stopped."
            % type(loop).__qualname__
        )
    state.processes = not _processes_plainly(loop)
    look_at_handles(loop)
    state.changed("running", connection)
    gates.loop_runs(state)


def _processes_plainly(loop):
    """Events of the poll go to ready as by BaseSelectorEventLoop."""
    return (
        _stock(loop, "_process_events", stock_process_events) is not None
        and _stock(loop, "_add_callback", BaseEventLoop._add_callback) is not None
    )


def _instance_has(loop, name):
    return name in getattr(loop, "__dict__", ())


@guarded
def went_idle(loop, state):
    """run_forever is about to return."""
    running.pop(id(loop), None)
    gates.hot["CURRENT"] = gates.hot["NOBODY"]
    state.phase = IDLE
    state.changed("idle", connection)
    gates.loop_rests(state)


def encode(state):
    try:
        connection.encode(state)
    except Exception as error:
        fault(error)


def poke():
    """The loop is about to sleep, or has slept, and nobody looks at the buffers nor at how long callbacks run."""
    try:
        agent.stay_awake()
    except Exception as error:
        fault(error)


# ---- the poll

def polled(loop, state, event_list):
    """After select, when the agent had a hand in it or something has to stop. True: poll again, nothing happened."""
    try:
        return gates.after_poll(loop, state, event_list)
    except Exception as error:
        fault(error)
        return False


def keyed(selector, fd_events):
    """EpollSelector.select's answer for what epoll said."""
    keys = selector._fd_to_key
    ready = []
    for fd, event in fd_events:
        key = keys.get(fd)
        if key:
            mask = (2 if event & ~1 else 0) | (1 if event & ~4 else 0)  # EPOLLIN is 1, EPOLLOUT 4
            ready.append((key, mask & key.events))
    return ready


def process(loop, state, event_list):
    """BaseSelectorEventLoop._process_events, which tells what it does. False: the loop has a way of its own."""
    if event_list and gates.places.sources:
        io_found(loop, state, event_list)
    if not _processes_plainly(loop):
        return False
    ready = loop._ready
    records = state.records
    for key, mask in event_list:
        reader, writer = key.data
        added = 0
        if mask & 1 and reader is not None:
            if reader._cancelled:
                loop._remove_reader(key.fileobj)
            else:
                ready.append(reader)
                added = 1
        if mask & 2 and writer is not None:
            if writer._cancelled:
                loop._remove_writer(key.fileobj)
            else:
                ready.append(writer)
                added += 1
        records += (-2, key.fd, mask, added)
    return True


def found(state, event_list, added):
    """Tells which fds were ready. `added`: handles that they put into ready."""
    try:
        records = state.records
        if len(event_list) == 1:
            key, mask = event_list[0]
            records += (schema.IO, key.fd, mask, added)
            return
        told = 0
        flat = []
        for key, mask in event_list:
            reader, writer = key.data
            count = 1 if mask & 1 and reader is not None and not reader._cancelled else 0
            if mask & 2 and writer is not None and not writer._cancelled:
                count += 1
            told += count
            flat += (schema.IO, key.fd, mask, count)
        if told != added:  # a loop that handles events in a way of its own
            flat[3::4] = [added] + [0] * (len(event_list) - 1)
        records += flat
    except (AttributeError, TypeError, ValueError):
        pass  # not what a selector of the standard library gives
    except Exception as error:
        fault(error)


def tag_handed(state, ready):
    """Tells which handles in ready came from other threads."""
    try:
        handed = state.handed
        names = {}
        for _ in range(len(handed)):
            handle, name = handed.popleft()
            names[handle] = name
        for index, handle in enumerate(list(ready)):
            name = names.get(id(handle))
            if name is not None:
                state.records += (schema.THREAD, index, name)
    except Exception as error:
        fault(error)


# ---- callbacks

def tick_gate(loop, state):
    try:
        gates.at_tick(loop, state)
    except Exception as error:
        fault(error)


def gate(loop, state, handle, actor):
    try:
        gates.at_callback(loop, state, handle, actor)
    except Exception as error:
        fault(error)


def after_step(loop, state, actor, task):
    """What is in the recorder's AFTER has run. `task`: None for a plain callback."""
    try:
        gates.after_step(loop, state, actor, task)
    except Exception as error:
        fault(error)


def io_found(loop, state, event_list):
    """Before what the poll found goes to ready, while some breakpoint is on file descriptors."""
    try:
        if gates.places.io_heard(loop, state, event_list):
            gates.heard()
    except Exception as error:
        fault(error)


def timer_heard(loop, state, handle, on):
    """A timer was scheduled or cancelled, while some breakpoint asks for that."""
    try:
        if gates.places.timer_heard(loop, state, handle, on):
            gates.heard()
    except Exception as error:
        fault(error)


def identify(state, callback, args):
    """(number, task or None) of what a handle runs, for what the recorder does not know at first sight."""
    try:
        task = stepped(callback, args)
        if task is not None:
            actor = definitions.tasks.get(id(task))
            if actor is None:
                actor = definitions.introduce(task, state, None)
            return actor, task
        return definitions.callback_number(callback), None
    except Exception as error:
        fault(error)
        return 1, None


def stepped(callback, args):
    """The task that a callback steps or wakes, or None for a plain callback."""
    owner = getattr(callback, "__self__", None)
    if owner is None or not hasattr(owner, "_fut_waiter"):
        return None
    kind = type(callback)
    if kind.__name__ == "TaskStepMethWrapper":
        gates.know_step(kind)
        return owner
    if kind.__name__ == "TaskWakeupMethWrapper":
        gates.know_wakeup(kind)
        return owner
    if kind is _builtin:
        return owner if callback.__name__ == "task_wakeup" else None
    code = getattr(callback, "__code__", None)
    if code is None:
        return None
    if code in _steps:
        return owner
    # A pure Python Task of another origin names its methods alike.
    return owner if code.co_name in ("__step", "__wakeup") else None


def outcome(state, task, actor):
    """RESULT of a task's step that has just run, or the object on which the task is suspended now."""
    waiter = task._fut_waiter
    if waiter is not None:
        return id(waiter)
    return ended(state, task, actor) if task.done() else schema.RESULT_YIELDED


def ended(state, task, actor):
    """RESULT of a task that is done; its number is not used again."""
    try:
        ref = definitions.refs.pop(actor, None)
        definitions.tasks.pop(id(task), None)
        if ref is not None:
            gates.ended(ref)
            get_name = getattr(task, "get_name", None)
            if get_name is not None:
                name = get_name()
                if name != ref.name:
                    state.records += (schema.RENAMED, actor, str(name))
        if task.cancelled():
            return schema.RESULT_CANCELLED
        error = task._exception
        if error is None:
            return schema.RESULT_RETURNED
        definitions.went(id(task), actor)
        state.records += (schema.ERROR, actor, error_text(error))
    except Exception as error:
        fault(error)
        return schema.RESULT_RETURNED
    return schema.RESULT_RAISED


def error_text(error):
    name = type(error).__qualname__
    try:
        text = str(error)
    except Exception:
        return name
    if len(text) > 500:
        text = text[:500] + "…"
    return "%s: %s" % (name, text) if text else name


def run_plainly(loop, handle):
    """As the stdlib runs a handle in debug mode, or when somebody has replaced Handle._run."""
    if not loop._debug:
        handle._run()
        handle = None
        return
    try:
        loop._current_handle = handle
        t0 = loop.time()
        handle._run()
        dt = loop.time() - t0
        if dt >= loop.slow_callback_duration:
            base_events.logger.warning("Executing %s took %.3f seconds", _format_handle(handle), dt)
    finally:
        loop._current_handle = None
    handle = None  # a traceback may keep this frame


class Probe:
    """Stands for a Handle, to get a frame of Handle._run."""

    _callback = None
    _args = ()

    def __init__(self):
        self._context = self
        self.frame = self.lasti = self.line = None

    def run(self, *_):
        frame = sys._getframe(1)
        self.frame, self.lasti, self.line = frame, frame.f_lasti, frame.f_lineno


def _with_handle_run(exc):
    """Puts Handle._run into the traceback, below the frame of _run_once, where it would be."""
    top = exc.__traceback__
    probe = Probe()
    _original_run(probe)
    return types.TracebackType(top.tb_next, probe.frame, probe.lasti, probe.line)


def interrupted(loop, state, actor, task, exc, n, plainly):
    """A callback ended with SystemExit or KeyboardInterrupt, which goes on to whoever runs the loop."""
    try:
        if plainly:
            # Without the frame of run_plainly.
            exc.__traceback__.tb_next = exc.__traceback__.tb_next.tb_next
        else:
            exc.__traceback__.tb_next = _with_handle_run(exc)
        state.records += (schema.ERROR, actor, error_text(exc))
        result = schema.RESULT_RAISED
        if task is not None:
            definitions.refs.pop(actor, None)
            definitions.tasks.pop(id(task), None)
            gates.forget(actor)
        state.records += (actor, result, monotonic(), n)
        went_idle(loop, state)
    except Exception as error:
        fault(error)


def run_failed(state, handle, actor, exc):
    """The rest of Handle._run for a callback that raised."""
    try:
        exc.__traceback__ = _with_handle_run(exc)
        state.records += (schema.ERROR, actor, error_text(exc))
    except Exception as error:
        fault(error)
    if sys.version_info >= (3, 13):
        source = format_helpers._format_callback_source(
            handle._callback, handle._args, debug=handle._loop.get_debug()
        )
    else:
        source = format_helpers._format_callback_source(handle._callback, handle._args)
    context = {"message": "Exception in callback %s" % source, "exception": exc, "handle": handle}
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    handle._loop.call_exception_handler(context)


# ---- what callbacks make

def timer_scheduled(state, timer):
    try:
        callback = timer._callback
        code = definitions.codes.get(id(getattr(callback, "__code__", None)))
        if code is None:
            code = definitions.callback_number(callback)
        args = timer._args
        thing = 0
        if args and isinstance(args[0], events_future):
            thing = id(args[0])
        state.records += (schema.TIMER, id(timer), timer._when, code, thing, 0)
        if gates.hot["TIMERS"] and isinstance(timer, TimerHandle):
            timer_heard(timer._loop, state, timer, "scheduled")
    except Exception as error:
        fault(error)


events_future = tasks_module.futures.Future


def forget_one_frame(task):
    """The frame of our function in the place where a debugged task was created."""
    trace = getattr(task, "_source_traceback", None)
    if trace:
        del trace[-1]


def created(loop, task, coro):
    """After create_task."""
    try:
        state = states.get(id(loop)) or state_of(loop)
        known = definitions.tasks.get(id(task))
        if known is not None or not hasattr(task, "_fut_waiter"):
            return
        try:
            parent = _current_task(loop)
        except RuntimeError:
            parent = None
        eager = False
        if getattr(loop, "_task_factory", True) is not None:
            eager = task.done() or getattr(coro, "cr_suspended", False)
        actor = definitions.introduce(task, state, parent, coro)
        ref = definitions.refs[actor]
        if eager:
            state.records += (schema.EAGER, actor, outcome(state, task, actor))
        if definitions.task_seen is not None:
            gates.made(state, ref, task, eager)
    except Exception as error:
        fault(error)


@guarded
def named(task):
    """After a task was given its name."""
    ref = definitions.refs.get(definitions.tasks.get(id(task)))
    if ref is None or not hasattr(task, "get_name"):
        return
    state = states.get(id(task.get_loop()))
    if state is None:
        return
    name = str(task.get_name())
    if name != ref.name:
        ref.name = name
        state.records += (schema.RENAMED, ref.actor, name)
