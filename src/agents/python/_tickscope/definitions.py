"""Numbers for tasks and for code: sent once, then only the number. Positive, one space for both, never used again."""
import asyncio.tasks
import functools
import itertools
import os
import sys
import sysconfig
import weakref

from . import schema

numbers = itertools.count(1)
# id(code object) -> number. The code objects are kept alive, so an id stays theirs.
codes = {}
# id(task) -> number, of tasks that have not ended.
tasks = {}
# number -> TaskRef
refs = {}
# id(task) -> number, of those that failed or were destroyed last: asyncio may yet complain of them.
gone = {}
_MOST_GONE = 1000
# key (a name, for what has no code object) -> number
named = {}
roles = {}
# number of code -> (name, path, first line)
known = {}
# Called with the number of code, and with the TaskRef of a task, at first sight; set while breakpoints want to know.
code_seen = task_seen = None
forget = None  # places.forget
_kept = []
definitions = []  # replaced by the connection's list

STDLIB = tuple(
    {os.path.realpath(path) + os.sep for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")) if path}
    | {sysconfig.get_path("stdlib") + os.sep}
)
HOME = os.path.dirname(os.path.abspath(__file__)) + os.sep


class TaskRef(weakref.ref):
    __slots__ = ("actor", "key", "name", "loop", "code")  # key: id(task); loop, code: their numbers


def _destroyed(ref):
    """A task was collected while it was pending; its address may be used again."""
    refs.pop(ref.actor, None)
    if forget is not None:
        forget(ref.actor)
    if tasks.get(ref.key) == ref.actor:
        del tasks[ref.key]
    went(ref.key, ref.actor)


def went(key, actor):
    gone.pop(key, None)
    gone[key] = actor
    if len(gone) > _MOST_GONE:
        gone.pop(next(iter(gone)), None)


def is_stdlib(path):
    return path.startswith("<frozen") or (path.startswith(STDLIB) and "site-packages" not in path and "dist-packages" not in path)


_users = {}  # path -> is_user


def is_user(path):
    """Neither the standard library nor an installed package nor this agent."""
    found = _users.get(path)
    if found is None:
        found = _users[path] = bool(path) and not (
            path.startswith("<frozen")
            or path.startswith(HOME)
            or path.startswith(STDLIB)
            or "site-packages" in path
            or "dist-packages" in path
        )
    return found


_absolute = {}  # what is: path -> path


def path_of(code):
    path = code.co_filename
    found = _absolute.get(path)
    if found is not None:
        return found
    if path.startswith("<") or os.path.isabs(path):
        _absolute[path] = path
        return path
    return os.path.abspath(path)  # which the program may change by chdir


def code_number(code):
    """The number of a code object, defining it at first sight."""
    number = codes.get(id(code))
    if number is not None:
        return number
    number = next(numbers)
    path = path_of(code)
    role = roles.get(id(code))
    if role is None:
        role = schema.ROLE_LIBRARY if is_stdlib(path) else schema.ROLE_USER
    name = getattr(code, "co_qualname", None) or _qualnames.get(id(code)) or code.co_name
    _define(number, name, path, code.co_firstlineno, role)
    _kept.append(code)
    codes[id(code)] = number
    return number


def place_number(code, line):
    """The number of a line in a piece of code."""
    number = next(numbers)
    name = getattr(code, "co_qualname", None) or _qualnames.get(id(code)) or code.co_name
    definitions.extend((schema.DEFINE_CODE, number, name, path_of(code), line, schema.ROLE_USER))
    return number


_qualnames = {}  # before 3.11 only the function knows its qualified name


def callback_number(callback):
    """The number of what a plain callback runs."""
    for _ in range(20):
        if isinstance(callback, functools.partial):
            callback = callback.func
        else:
            break
    code = getattr(callback, "__code__", None)
    if code is None and not isinstance(callback, type) and not hasattr(type(callback), "__wrapped__"):
        call = getattr(type(callback), "__call__", None)
        code = getattr(call, "__code__", None)
        if code is not None:
            return code_number(code)
    if code is not None and hasattr(code, "co_firstlineno"):
        if sys.version_info < (3, 11) and id(code) not in codes:
            name = getattr(callback, "__qualname__", None)
            if isinstance(name, str):
                _qualnames[id(code)] = name
        return code_number(code)
    name = getattr(callback, "__qualname__", None) or type(callback).__qualname__
    number = named.get(name)
    if number is None:
        number = named[name] = next(numbers)
        _define(number, str(name), "", 0, schema.ROLE_LIBRARY)
    return number


def coroutine_number(coro):
    for attribute in ("cr_code", "gi_code", "ag_code"):
        code = getattr(coro, attribute, None)
        if code is not None:
            if sys.version_info < (3, 11) and id(code) not in codes:
                name = getattr(coro, "__qualname__", None)
                if isinstance(name, str):
                    _qualnames[id(code)] = name
            return code_number(code)
    return callback_number(coro)


def _define(number, name, path, line, role):
    known[number] = (name, path, line)
    if code_seen is not None:
        code_seen(number)
    definitions.extend((schema.DEFINE_CODE, number, name, path, line, role))


def task_number(task, state):
    """The number of a live task, telling of it at first sight in the records of its loop."""
    return tasks.get(id(task)) or introduce(task, state, None)


def coroutine_of(task):
    """None for a task that has ended: 3.12 crashes when asked for the coroutine of one that ended eagerly."""
    get_coro = getattr(task, "get_coro", None)
    return None if get_coro is None or task.done() else get_coro()


def introduce(task, state, parent, coro=None):
    """Gives a task its number. `parent`: the task that made it, or None."""
    actor = next(numbers)
    get_name = getattr(task, "get_name", None)
    name = str(get_name()) if get_name is not None else ""
    if coro is None:
        coro = coroutine_of(task)
    code = 0 if coro is None else coroutine_number(coro)
    made_by = 0
    if parent is not None and parent is not task:
        made_by = tasks.get(id(parent)) or introduce(parent, state, None)
    ref = refs[actor] = TaskRef(task, _destroyed)
    key = ref.key = id(task)
    ref.actor = actor
    ref.name = name
    ref.loop = state.id
    ref.code = code
    tasks[key] = actor
    state.records += (schema.TASK, actor, made_by, code, name)
    if task_seen is not None:
        task_seen(ref)
    return actor


def live_task(actor):
    ref = refs.get(actor)
    return None if ref is None else ref()


def set_roles():
    """Marks the code of asyncio that means something to the queues."""
    import asyncio.futures
    import asyncio.selector_events

    def role(holder, name, value):
        code = getattr(getattr(holder, name, None), "__code__", None)
        if code is not None:
            roles[id(code)] = value
            _kept.append(code)

    role(asyncio.futures, "_set_result_unless_cancelled", schema.ROLE_SLEEP)
    role(asyncio.tasks, "_release_waiter", schema.ROLE_TIMEOUT)
    timeouts = sys.modules.get("asyncio.timeouts")
    if timeouts is not None:
        role(timeouts.Timeout, "_on_timeout", schema.ROLE_TIMEOUT)
    loop = asyncio.selector_events.BaseSelectorEventLoop
    role(loop, "_accept_connection", schema.ROLE_ACCEPT)
    role(loop, "_read_from_self", schema.ROLE_SELF_PIPE)


def name_of_code(code):
    return getattr(code, "co_qualname", None) or _qualnames.get(id(code)) or code.co_name
