"""Values of the program while it stands: variables, expressions in a frame and in its task's context."""
import asyncio.tasks as tasks_module
import ctypes
import itertools
import sys
import types
from collections import deque

from . import definitions, facts

Sentence = Exception  # set by inspection
MOST_CHILDREN = 500

_numbers = itertools.count(1)
_frames = {}  # number -> (frame, task)
_frame_numbers = {}  # id(frame) -> number
_values = {}  # ref -> value


def forget():
    _frames.clear()
    _frame_numbers.clear()
    _values.clear()


def kept():
    """What holds all that the user may look into."""
    return [_values, _frames] + [value.pairs for value in _values.values() if isinstance(value, Group)]


def frame_number(frame, task):
    number = _frame_numbers.get(id(frame))
    if number is None:
        number = _frame_numbers[id(frame)] = next(_numbers)
        _frames[number] = (frame, task)
    return number


def frame_numbered(number):
    found = _frames.get(number)
    if found is None:
        raise Sentence("That frame is gone: the program has run on since.")
    return found


# ---- variables

class Group:
    """A row that only holds others."""

    def __init__(self, pairs):
        self.pairs = pairs


_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def variable(name, value, shown=None):
    """messages.ts Variable."""
    row = {"name": str(name), "value": facts.safe_repr(value) if shown is None else shown, "type": _type(value), "ref": 0}
    named, indexed = _counts(value)
    if named or indexed:
        row["ref"] = ref = next(_numbers)
        _values[ref] = value
        if named:
            row["named"] = named
        if indexed:
            row["indexed"] = indexed
    return row


def _type(value):
    return "" if isinstance(value, Group) else type(value).__qualname__


def _counts(value):
    if isinstance(value, Group):
        return len(value.pairs), 0
    if isinstance(value, _PLAIN) or isinstance(value, (type, types.ModuleType, types.FunctionType)):
        return 0, 0
    try:
        if isinstance(value, dict):
            return len(value), 0
        if isinstance(value, (list, tuple, deque, set, frozenset)):
            return 0, len(value)
        return len(_attributes(value)), 0
    except Exception:
        return 0, 0


def _attributes(value):
    """Pairs of what an object holds, without running its code."""
    pairs = []
    try:
        pairs.extend(object.__getattribute__(value, "__dict__").items())
    except (AttributeError, TypeError):
        pass
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            member = kind.__dict__.get(name)
            if isinstance(member, types.MemberDescriptorType):
                try:
                    pairs.append((name, member.__get__(value)))
                except AttributeError:
                    pass
    return pairs


def children(ref, start, count, which):
    if ref not in _values:
        raise Sentence("That value is gone: the program has run on since.")
    value = _values[ref]
    most = MOST_CHILDREN if not count else count
    if isinstance(value, Group):
        pairs = value.pairs
    elif isinstance(value, dict):
        pairs = [(facts.safe_repr(key), each) for key, each in itertools.islice(value.items(), start, start + most)]
        return [] if which == "indexed" else [variable(name, each) for name, each in pairs]
    elif isinstance(value, (list, tuple, deque, set, frozenset)):
        pairs = enumerate(itertools.islice(value, start, start + most), start)
        return [] if which == "named" else [variable("[%d]" % index, each) for index, each in pairs]
    else:
        pairs = _attributes(value)
    if which == "indexed":
        return []
    return [variable(name, each) for name, each in list(pairs)[start : start + most]]


# ---- facts

def task_facts(task):
    rows = [variable("name", task.get_name()), variable("coroutine", definitions.coroutine_of(task))]
    if task.done():
        state = "cancelled" if task.cancelled() else "failed" if task._exception is not None else "done"
    else:
        state = "waiting" if task._fut_waiter is not None else "ready"
    rows.append(variable("state", state))
    if task.done() and not task.cancelled():
        if task._exception is not None:
            rows.append(variable("exception", task._exception))
        else:
            rows.append(variable("result", task.result()))
    if task._fut_waiter is not None:
        rows.append(variable("waits for", task._fut_waiter))
    if hasattr(task, "cancelling"):
        rows.append(variable("cancel requests", task.cancelling()))
    context = context_of(task, None)
    if context is not None:
        pairs = [(var.name, value) for var, value in context.items()]
        rows.append(variable("context variables", Group(pairs), "%d" % len(pairs)))
    return rows


def loop_facts(state):
    loop = state.loop
    if loop is None:
        raise Sentence("Loop %d is gone." % state.id)
    queues = state.queues
    timers = sorted((each for each in queues._scheduled if not each._cancelled), key=lambda each: each._when)
    rows = [
        variable("tick", state.tick),
        variable("time", loop.time()),
        variable("ready", [getattr(each, "handle", each) for each in queues._ready]),
        variable("timers", timers),
        variable("tasks", sorted(_tasks_of(loop), key=lambda task: definitions.tasks.get(id(task), 0))),
        variable("debug", loop.get_debug()),
        variable("executor", getattr(loop, "_default_executor", None)),
        variable("loop", loop),
    ]
    handlers = getattr(loop, "_signal_handlers", None)
    if handlers:
        rows.append(variable("signal handlers", dict(handlers)))
    return rows


def _tasks_of(loop):
    return [task for task in (ref() for ref in list(definitions.refs.values())) if task is not None and task._loop is loop]


# ---- expressions

def context_of(task, state):
    """The contextvars.Context in which a task runs; None where this Python does not say."""
    get_context = getattr(task, "get_context", None)
    if get_context is not None:
        return get_context()
    handles = []
    if state is not None and state.loop is not None:
        handles.extend(state.queues._ready)
        if state.stop is not None and state.stop.handle is not None:
            handles.append(state.stop.handle)
    for handle in handles:
        if getattr(handle._callback, "__self__", None) is task:
            return handle._context
    waiter = task._fut_waiter
    for entry in getattr(waiter, "_callbacks", None) or ():
        if isinstance(entry, tuple) and getattr(entry[0], "__self__", None) is task:
            return entry[1]
    return None


def run(expression, frame, task, state, purpose):
    """Evaluates in a frame (or in __main__), in the task's context, as its current task. Returns a Variable."""
    if frame is not None:
        names, values = frame.f_globals, frame.f_locals
    else:
        main = sys.modules.get("__main__")
        names = values = main.__dict__ if main is not None else {}
    code, statements = _compiled(expression, purpose)

    def act():
        if statements:
            exec(code, names, values)
            if frame is not None:
                _write_back(frame)
            return None
        if any(isinstance(const, types.CodeType) for const in code.co_consts) and values is not names:
            # A comprehension or lambda sees globals and its own names, not the frame's: give it both as one.
            return eval(code, {**names, **values})
        return eval(code, names, values)

    try:
        value = _as_task(act, task, state)
    except (KeyboardInterrupt, SystemExit) as error:
        raise Sentence(facts.describe(error))
    except Exception as error:
        raise Sentence(facts.describe(error))
    if statements:
        return {"name": expression, "value": "", "type": "", "ref": 0}
    if purpose == "clipboard":
        return variable(expression, value, repr(value))
    return variable(expression, value)


def _compiled(expression, purpose):
    text = expression.strip()
    try:
        return compile(text, "<tickscope>", "eval"), False
    except SyntaxError as error:
        if purpose == "repl":
            try:
                return compile(text, "<tickscope>", "exec"), True
            except SyntaxError as second:
                error = second
        if "await" in text:
            raise Sentence("await cannot be used here: the loop stands while the program is stopped.")
        raise Sentence("SyntaxError: %s" % error.msg)
    except ValueError as error:
        raise Sentence(facts.describe(error))


def _as_task(act, task, state):
    """Runs in the task's context and as its current task, where neither is in use already."""
    loop = None if task is None else task._loop
    entered = False
    if task is not None and not task.done():
        try:
            if tasks_module.current_task(loop) is None:
                tasks_module._enter_task(loop, task)
                entered = True
        except RuntimeError:
            pass  # its loop runs on another thread
    try:
        context = None if task is None else context_of(task, state)
        if context is None or not _can_enter(context):
            return act()
        return context.run(act)
    finally:
        if entered:
            tasks_module._leave_task(loop, task)


def _can_enter(context):
    try:
        context.run(int)
    except RuntimeError:
        return False
    return True


def _write_back(frame):
    """Before 3.13 f_locals is a copy; this puts it back into the frame."""
    if sys.version_info < (3, 13):
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
