"""Evaluating the user's expressions about a loop, and saying values in a few words."""
import reprlib
import sys
from types import CodeType

from . import limits

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = 400
_repr.maxlevel = 3
_repr.maxlist = _repr.maxtuple = _repr.maxdict = _repr.maxset = _repr.maxfrozenset = _repr.maxdeque = 12


def shown(value):
    """repr(), or str() for a str, bounded. Runs the program's code; may raise what that raises."""
    return value if type(value) is str and len(value) < 2000 else _repr.repr(value)


def safe_repr(value):
    """A bounded repr that never raises."""
    try:
        return _repr.repr(value)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return "<%s: its repr failed with %s>" % (type(value).__qualname__, type(error).__qualname__)


def describe(error):
    name = type(error).__qualname__
    try:
        text = str(error)
    except Exception:
        text = ""
    return "%s: %s" % (name, text[:300]) if text else name


class TickNames(dict):
    """The names that a condition can use besides the program's globals, worked out when they are used.

    tick; ready, waiting, timers: how many; task: name of the task that is about to run, or None; callback: name of
    the function or coroutine that is about to run, or None.
    """

    def __init__(self, loop, state):
        super().__init__()
        self.loop = loop
        self.state = state

    def __missing__(self, name):
        work_out = getattr(self, "_" + name) if name in NAMES else None
        if work_out is None:
            raise KeyError(name)
        value = self[name] = work_out()
        return value

    def _tick(self):
        return self.state.tick

    def _ready(self):
        return len(self.loop._ready)

    def _timers(self):
        return sum(not handle._cancelled for handle in self.loop._scheduled)

    def _waiting(self):
        return waiting(self.loop, self.state)

    def tasks(self):
        """How many have not ended. No name of a condition's: programs often have one like it."""
        from . import definitions

        return sum(ref.loop == self.state.id for ref in list(definitions.refs.values()))

    def _next(self):
        for handle in self.loop._ready:
            if not handle._cancelled:
                return handle
        return None

    def _task(self):
        from . import slow

        handle = self._next()
        task = None if handle is None else slow.stepped(handle._callback, handle._args)
        return None if task is None else task.get_name()

    def _callback(self):
        from . import slow

        handle = self._next()
        if handle is None:
            return None
        task = slow.stepped(handle._callback, handle._args)
        what = handle._callback if task is None else definitions.coroutine_of(task)
        while hasattr(what, "func"):
            what = what.func
        return getattr(what, "__qualname__", None) or type(what).__qualname__


def _evaluated(code, names):
    if type(names) is not FrameNames:
        main = sys.modules.get("__main__")
        return eval(code, main.__dict__ if main is not None else {"__builtins__": __builtins__}, names)
    frame = names.frame
    if any(isinstance(const, CodeType) for const in code.co_consts):
        # A comprehension or lambda sees globals and its own names, not the frame's: it is given both as one.
        return eval(code, {**frame.f_globals, **frame.f_locals})
    return eval(code, frame.f_globals, frame.f_locals)


NAMES = ("tick", "ready", "waiting", "timers", "task", "callback")


def waiting(loop, state):
    """Suspended tasks that are not asleep on a timer, and what is watched for no task."""
    asleep = set()
    for handle in loop._scheduled:
        args = handle._args
        if not handle._cancelled and args and getattr(handle._callback, "__name__", "") == "_set_result_unless_cancelled":
            asleep.add(id(args[0]))
    ready = {id(getattr(handle._callback, "__self__", None)) for handle in loop._ready}
    count = 0
    from . import definitions  # not before asyncio was imported: conditions are compiled earlier

    for ref in list(definitions.refs.values()):
        task = ref() if ref.loop == state.id else None
        if task is None:
            continue
        waiter = task._fut_waiter
        if waiter is not None and id(waiter) not in asleep and not waiter.done() and id(task) not in ready:
            count += 1
    from . import watch

    return count + watch.unowned(state)


class FrameNames:
    """The names of a frame, for conditions at lines."""

    def __init__(self, frame):
        self.frame = frame


def evaluate(code, names):
    """A condition's value. Raises what it raises, but nothing that would end the program; limits.TooLong after a while."""
    try:
        return limits.run(_evaluated, code, names)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # exit(), a CancelledError
        raise RuntimeError(describe(error)) from None
