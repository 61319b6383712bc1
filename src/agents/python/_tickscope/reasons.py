"""What a suspended task waits for, read from its frames: a table from asyncio's own code to a kind of wait."""
import asyncio
import asyncio.locks
import asyncio.queues
import asyncio.streams
import asyncio.tasks as tasks_module
import gc
import sys
from types import GeneratorType, ModuleType

from . import chains, definitions, naming, observers, schema, signals, watch

Future = tasks_module.futures.Future
# id(code) -> function(frame) -> (kind, text, object, owner)
table = {}
# Kinds whose text holds a count that may change while the wait lasts.
COUNTING = frozenset(("gather", "queue.get", "queue.put", "queue.join"))
# ids of the code in which as_completed() waits for the next
as_completed = set()
_completing = tasks_module.as_completed.__code__
_kept = []


# Of a container, at most so many items are looked at for one.
_MOST_ITEMS = 1000


class Named:
    """Finds what the user calls a thing, in the frames of the task. Runs none of the user's code."""

    def __init__(self, frames):
        self.frames = [frame for frame in frames if definitions.is_user(definitions.path_of(frame.f_code))]

    def __call__(self, thing):
        near = [list(frame.f_locals.items()) for frame in reversed(self.frames)]
        return _named(near, thing, 0) or _named(near, thing, 1) or self._far(near, thing)

    def _far(self, near, thing):
        far = [list(names.items()) for names in {id(frame.f_globals): frame.f_globals for frame in self.frames}.values()]
        own = [[(name, value) for name, value in names if name == "self"] for names in near]
        return _named(far, thing, 0) or _named(own, thing, 2) or _named(far, thing, 1)


def _named(spaces, thing, depth):
    for names in spaces:
        for name, value in names:
            suffix = _way(value, thing, depth)
            if suffix is not None:
                return name + suffix
    return ""


def _way(value, thing, depth):
    """What comes after the name of `value` to mean `thing`, so many steps away; None when it is not there."""
    if depth == 0:
        return "" if value is thing else None
    for suffix, part in parts(value):
        further = _way(part, thing, depth - 1)
        if further is not None:
            return suffix + further
    return None


def parts(value):
    """(what comes after the name, the part): attributes of the user's objects, items of containers."""
    kind = type(value)
    if kind is dict:
        if len(value) <= _MOST_ITEMS:
            for key, item in list(value.items()):
                if type(key) in (str, int):
                    yield "[%r]" % (key,), item
    elif kind in (list, tuple):
        for index, item in enumerate(value[:_MOST_ITEMS]):
            yield "[%d]" % index, item
    elif not isinstance(value, (type, ModuleType)) and not naming.kind_of_class(kind) == naming.STDLIB:
        try:
            attributes = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return
        if type(attributes) is dict:
            for name, item in list(attributes.items()):
                yield ".%s" % name, item


def _said(what, thing, named):
    name = named(thing)
    return "%s %s" % (what, name) if name else what


def _lock(frame, named):
    # Who holds it is told by records of its own.
    lock = frame.f_locals.get("self")
    return "lock", _said("lock", lock, named), lock, 0


def _simple(kind, what):
    def read(frame, named):
        thing = frame.f_locals.get("self")
        return kind, _said(what, thing, named), thing, 0

    return read


def _queue(kind, what):
    def read(frame, named):
        queue = frame.f_locals.get("self")
        try:
            size = queue.qsize()
        except Exception:
            size = None
        text = _said(what, queue, named)
        if kind == "queue.join":
            text += " (%s unfinished)" % getattr(queue, "_unfinished_tasks", "?")
        elif size is not None:
            text += " (%d inside)" % size
        return kind, text, queue, 0

    return read


def _sleep(frame, named):
    return "sleep", "sleep", frame.f_locals.get("future"), 0


def _stream(kind, what, attribute):
    def read(frame, named):
        thing = frame.f_locals.get("self")
        transport = getattr(thing, "_transport", None)
        peer = ""
        if transport is not None:
            name = transport.get_extra_info("peername")
            peer = watch.address(name) if name else ""
            if not peer:
                pipe = transport.get_extra_info("pipe")
                peer = "a pipe" if pipe is not None else ""
        return kind, "%s %s" % (what, peer) if peer else what.rsplit(" ", 1)[0], thing, 0

    return read


def _sock(kind, what):
    def read(frame, named):
        sock = frame.f_locals.get("sock")
        if kind == "connect":
            target = frame.f_locals.get("address")
            where = watch.address(target) if target is not None else ""
        else:
            where = watch.addresses(sock)
        return kind, "%s %s" % (what, where) if where else what, sock, 0

    return read


def _lookup(frame, named):
    names = frame.f_locals
    host, port = (names.get("sockaddr") or (names.get("host"), names.get("port")))[:2]
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    where = watch.address((host or "localhost", port)) if port else host
    return "dns", "the DNS lookup of %s" % where, None, 0


def _process(frame, named):
    transport = frame.f_locals.get("self")
    return "subprocess", "process %s" % getattr(transport, "_pid", "?"), transport, 0


def _wait(frame, named):
    of = list(frame.f_locals.get("fs") or ())
    return "gather", "wait, %d of %d unfinished" % (sum(not each.done() for each in of), len(of)), frame.f_locals.get("waiter"), 0


def todo_of(frame, task):
    """The futures that as_completed() still waits for, of its frame in a task's chain; None where they cannot be had."""
    names = frame.f_locals
    todo = getattr(names.get("self"), "_todo", None)
    if todo is not None:
        return todo
    for link in chains.links(definitions.coroutine_of(task)):
        for each in gc.get_referents(link, chains.frame_of(link)):
            # Until 3.12 a generator, which the loop over it holds.
            if type(each) is GeneratorType and each.gi_code is _completing and each.gi_frame is not None:
                its = each.gi_frame.f_locals
                if its.get("done") is names.get("done"):
                    return its.get("todo")
    return None


def _as_completed(frame, task):
    todo = todo_of(frame, task)
    text = "as_completed" if todo is None else "as_completed, %d unfinished" % sum(not each.done() for each in list(todo))
    return "gather", text, frame.f_locals.get("self"), 0


def _wait_for(frame, named):
    inner = frame.f_locals.get("fut")
    if inner is None:
        return None
    return of_future(inner, named)


def _task_group(frame, named):
    group = frame.f_locals.get("self")
    count = len(getattr(group, "_tasks", ()))
    return "gather", "task group, %d unfinished" % count, group, 0


def _server(frame, named):
    server = frame.f_locals.get("self")
    return "accept", "serves until it is closed", server, 0


def _add(holder, name, read):
    for each in name.split("."):
        holder = getattr(holder, each, None)
        if holder is None:
            return
    code = getattr(holder, "__code__", None)
    if code is not None:
        _kept.append(code)
        table[id(code)] = read


def fill():
    """Once asyncio is imported and patched."""
    base = asyncio.base_events
    _add(asyncio.locks, "Lock.acquire", _lock)
    _add(asyncio.locks, "Event.wait", _simple("event", "event"))
    _add(asyncio.locks, "Condition.wait", _simple("condition", "condition"))
    _add(asyncio.locks, "Semaphore.acquire", _simple("semaphore", "semaphore"))
    _add(asyncio.queues, "Queue.get", _queue("queue.get", "an item of queue"))
    _add(asyncio.queues, "Queue.put", _queue("queue.put", "room in queue"))
    _add(asyncio.queues, "Queue.join", _queue("queue.join", "the end of queue"))
    _add(asyncio, "sleep", _sleep)
    _add(asyncio.streams, "StreamReader._wait_for_data", _stream("read", "data from", "_transport"))
    _add(asyncio.streams, "FlowControlMixin._drain_helper", _stream("write", "room to write to", "_transport"))
    _add(tasks_module, "_wait", _wait)
    for const in tasks_module.as_completed.__code__.co_consts:
        if getattr(const, "co_name", "") == "_wait_for_one":
            as_completed.add(id(const))
    next_of_13 = getattr(getattr(tasks_module, "_AsCompletedIterator", None), "_wait_for_one", None)
    if next_of_13 is not None:
        as_completed.add(id(next_of_13.__code__))
    if sys.version_info < (3, 12):
        _add(asyncio, "wait_for", _wait_for)
    groups = sys.modules.get("asyncio.taskgroups")
    if groups is not None:
        _add(groups, "TaskGroup.__aexit__", _task_group)
        _add(groups, "TaskGroup._aexit", _task_group)
    _add(base, "Server.serve_forever", _server)
    for name in ("getaddrinfo", "getnameinfo"):
        _add(base, "BaseEventLoop." + name, _lookup)
    loop = getattr(asyncio, "selector_events", None)
    if loop is not None:
        cls = loop.BaseSelectorEventLoop
        for name in ("sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into"):
            _add(cls, name, _sock("read", "data from"))
        for name in ("sock_sendall", "sock_sendto"):
            _add(cls, name, _sock("write", "room to write to"))
        _add(cls, "sock_accept", _sock("accept", "a connection"))
        _add(cls, "sock_connect", _sock("connect", "a connection to"))
    subprocess = sys.modules.get("asyncio.base_subprocess")
    if subprocess is not None:
        _add(subprocess, "BaseSubprocessTransport._wait", _process)


def of_future(future, named):
    """(kind, text, object, owner) for a future that is awaited by the program itself."""
    if isinstance(future, tasks_module.Task):
        actor = definitions.tasks.get(id(future), 0)
        return "task", "task %s" % future.get_name(), future, actor
    children = getattr(future, "_children", None)
    if children is not None:
        left = sum(not child.done() for child in children)
        return "gather", "gather, %d of %d unfinished" % (left, len(children)), future, 0
    source = observers.source_of(future)
    if source is not None:
        return "executor", "a job in an executor (%s)" % ("running" if source.running() else "pending"), future, 0
    inner = shielded(future)
    if inner is not None:
        kind, text, thing, owner = of_future(inner, named)
        return kind, "%s (shielded)" % text, thing, owner
    return "future", _said("future", future, named), future, 0


def shielded(future):
    """What asyncio.shield() protects behind this outer future."""
    for entry in getattr(future, "_callbacks", None) or ():
        callback = entry[0] if isinstance(entry, tuple) else entry
        if getattr(callback, "__name__", "") == "_outer_done_callback":
            for cell in callback.__closure__ or ():
                try:
                    inner = cell.cell_contents
                except ValueError:
                    continue
                if inner is not future and hasattr(inner, "_asyncio_future_blocking"):
                    return inner
    return None


def read(task, frames=None):
    """(kind, text, object, owner, path, line) of a suspended task; None when it is not suspended. `frames`: its chain."""
    waiter = task._fut_waiter
    if waiter is None:
        return None
    if frames is None:
        frames = chains.frames(task)
    named = Named(frames)
    found = None
    whole = None  # of what the innermost is only a part
    for frame in reversed(frames):
        code = frame.f_code
        path = definitions.path_of(code)
        if not definitions.is_stdlib(path):
            break
        if code.co_name in ("_wait", "_block") and type(frame.f_locals.get("self")).__name__ == "Barrier":
            barrier = frame.f_locals.get("self")
            whole = ("barrier", _said("barrier", barrier, named), barrier, 0)
        elif id(code) in as_completed:
            whole = _as_completed(frame, task)
        if found is None or found[0] == "event":  # Queue.join waits for an event of its own
            reader = table.get(id(code))
            if reader is not None:
                found = reader(frame, named)
    found = whole or found or of_future(waiter, named)
    if found[2] is None:  # it is what is awaited
        found = found[:2] + (waiter, found[3])
    if found[0] in ("event", "future"):
        heard = signals.ending(task.get_loop(), found[2])
        if heard:
            found = ("signal", "%s (%s)" % (" or ".join(heard), found[1])) + found[2:]
    place = named.frames[-1] if named.frames else None
    path = definitions.path_of(place.f_code) if place is not None else ""
    line = place.f_lineno or 0 if place is not None else 0
    return found + (path, line)


def tell(task, actor, state, facts=None):
    """Writes a REASON record. False when there was nothing to tell. `facts`: what `read` said."""
    waiter = task._fut_waiter
    if waiter is None:
        return False
    facts = facts or read(task)
    if facts is None or task._fut_waiter is not waiter:
        return False
    kind, text, thing, owner, path, line = facts
    state.records += (
        schema.REASON, actor, id(waiter), kind, text, 0 if thing is None else id(thing), owner, path, line,
    )
    state.explained[actor] = (id(waiter), kind in COUNTING)
    return True
