"""What can still run: ready, timers, watched descriptors, running jobs and other threads, handlers of signals."""
import asyncio.base_events as base_events
import asyncio.events as events
import asyncio.selector_events as selector_events
import asyncio.tasks as tasks_module
import builtins
import gc
import logging
import signal
import sys
import threading
import warnings
from _thread import get_ident

from . import definitions, loops, naming
from .recorder import hot

_run_forever = base_events.BaseEventLoop.run_forever.__code__
_OPTIMIZED = 0x1  # inspect.CO_OPTIMIZED


def roots(reach):
    """(what can still run, what goes on only when a loop ends), each a list of objects."""
    alive = []
    below = []
    for state in loops.all_states():
        loop = state.loop
        if loop is None or loop.is_closed():
            continue
        alive.append(loop)
        if state.kept is not None or state.foreign is not None or not isinstance(loop, selector_events.BaseSelectorEventLoop):
            reach.unproved = "A loop of the kind %s is watched from outside; what it will run is not known." % state.name
        if state.stop is not None and state.stop.handle is not None:
            alive.append(state.stop.handle)
    for thread, frame in sys._current_frames().items():
        _frames_of(thread, frame, reach, alive, below)
        frame = None  # its own, it may be: a frame that refers to itself would keep all of this alive
    alive += _handlers()
    alive += _hooks()
    alive += list(getattr(tasks_module, "_current_tasks", {}).values())
    alive += list(getattr(tasks_module, "_eager_tasks", ()))
    return alive, below


def cut(reach):
    """Globals are reached by name only, and what is ours not at all."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        if type(names) is dict:
            reach.cut((names,))
            if naming.kind_of_file(str(names.get("__file__"))) == naming.OURS:
                reach.cut((module,))
    reach.cut((hot, builtins.__dict__))


def _frames_of(thread, frame, reach, alive, below):
    if is_ours(frame):
        return
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    own = thread == get_ident()
    found = alive
    for frame in frames:
        code = frame.f_code
        if naming.kind_of_file(code.co_filename) == naming.OURS:
            if not own:
                found += values_of(frame)
            continue
        if found is alive:
            alive += reach.by_name(code, frame.f_globals)
        if found is alive:
            alive += values_of(frame)
        else:
            below += values_of(frame, True)
        if found is alive and (code is _run_forever or frame.f_globals is hot and code.co_name == "_run_once"):
            loop = _loop_of(thread)
            if loop is None or not loop._stopping:
                found = below
    frames.clear()


def _loop_of(thread):
    for state in loops.all_states():
        if state.thread == thread and state.phase != loops.IDLE:
            return state.loop
    return None


def stock_handlers():
    """Of signals: asyncio.run()'s for Ctrl-C holds the main task."""
    return _handlers(False)


def values_of(frame, held=False):
    """The local variables of a frame that runs; `held`: only those that the frame itself refers to. Leaves nothing behind."""
    code = frame.f_code
    if sys.version_info < (3, 11):
        names = frame.f_globals
        back = frame.f_back
        return [each for each in gc.get_referents(frame) if each is not names and each is not back and each is not code]
    if not code.co_flags & _OPTIMIZED:
        return []  # a module's, by name, or a class's body
    variables = frame.f_locals
    shared = code.co_cellvars + code.co_freevars if held else ()
    values = [variables[name] for name in list(variables) if name not in shared]
    # Before 3.13 a dict that the frame keeps from now on; locals() may have given it away.
    if type(variables) is dict and sys.getrefcount(variables) <= 3:
        variables.clear()
    return values


def _handlers(users=True):
    found = []
    for number in range(1, signal.NSIG):
        try:
            handler = signal.getsignal(number)
        except (ValueError, OSError):
            continue
        if callable(handler) and is_users_handler(handler) == users:
            found.append(handler)
    return found


def is_users_handler(handler):
    """Not Python's own for Ctrl-C, asyncio.run()'s, or ours."""
    if handler is signal.default_int_handler:
        return False
    inner = getattr(handler, "func", handler)
    code = getattr(getattr(inner, "__func__", inner), "__code__", None)
    return code is None or naming.kind_of_file(code.co_filename) in (naming.USER, naming.LIBRARY)


def _hooks():
    """What any code may come by without naming it."""
    found = [
        sys.excepthook,
        sys.unraisablehook,
        sys.displayhook,
        sys.stdin,
        sys.stdout,
        sys.stderr,
        warnings.showwarning,
        logging.root,
        logging.Logger.manager,
        getattr(events, "_event_loop_policy", None),
        list(builtins.__dict__.values()),
        list(gc.callbacks),
    ]
    if hasattr(threading, "excepthook"):
        found.append(threading.excepthook)
    return found


def has_handlers():
    """Of signals. Ctrl-C aside: that ends a program."""
    return any(handler is not signal.getsignal(signal.SIGINT) for handler in _handlers())


def is_harmless(frame):
    """Of the agent's own thread, or of a worker of an executor that waits for a job."""
    code = frame.f_code
    if code.co_name == "_worker" and code.co_filename.endswith("thread.py") and definitions.is_stdlib(code.co_filename):
        return not any(type(value).__name__ == "_WorkItem" for value in values_of(frame))
    return is_ours(frame)


def is_ours(frame):
    """The agent's own thread."""
    while frame.f_back is not None:
        frame = frame.f_back
    return naming.kind_of_file(frame.f_code.co_filename) == naming.OURS and frame.f_code.co_name == "_run"
