"""What tasks wait for: locks, queues, futures… with who holds them and who might end the wait (messages.ts Thing)."""
import asyncio.locks
import asyncio.selector_events as selector_events
import asyncio.tasks as tasks_module
import gc
import sys
from asyncio.streams import StreamReader
from types import CellType, FrameType, FunctionType, MethodType

from . import chains, definitions, evaluate, locks, names, naming, observers, reasons, watch

get_referents = gc.get_referents
# Tasks that are not blocked and whose frames are looked through for things, at most.
MOST_LOOKED_AT = 1000

# kind of a wait reason -> kind of a thing
OF_KIND = {
    "lock": "lock",
    "event": "event",
    "condition": "condition",
    "barrier": "condition",
    "semaphore": "semaphore",
    "queue.get": "queue",
    "queue.put": "queue",
    "queue.join": "queue",
    "future": "future",
    "signal": "event",
    "sleep": "timer",
    "read": "io",
    "write": "io",
    "accept": "io",
    "connect": "io",
    "executor": "job",
    "dns": "job",
    "subprocess": "process",
}


class Table:
    def __init__(self, state):
        self.state = state
        self.found = {}  # id -> row
        self.objects = {}
        self.said = {}  # id -> (reason, its text, the name that its first waiter has for it)
        self.named = {}  # (id of code, id of its globals) -> ids of the things that it reaches by name
        self.inside = {}  # id of a value of the user's -> (value, ids of the things among its parts)
        self.waiters = {}  # id -> ids of the tasks that wait for it

    def add(self, kind, reason, thing, text, named, task):
        key = id(thing)
        if key not in self.found:
            name = named(thing)
            self.said[key] = reason, text, name
            self.found[key] = {
                "id": key,
                "kind": kind,
                "text": _text(kind, reason, thing, text, name),
                "holders": [],
                "setters": [],
                "path": "",
                "line": 0,
            }
            self.objects[key] = thing
        self.waiters.setdefault(key, set()).add(id(task))
        return key

    def add_future(self, future, named, task):
        source = observers.source_of(future)
        if source is not None:
            text = "a job in an executor (%s)" % ("running" if source.running() else "pending")
            return self.add("job", "executor", future, text, named, task)
        return self.add("future", "future", future, "", named, task)

    def rows(self):
        return list(self.found.values())

    def settle(self, told):
        """Finds holders and setters among these (number, task), and others that live."""
        looked_at = {id(task) for _, task in told}
        others = []
        for ref in list(definitions.refs.values()):
            if len(others) >= MOST_LOOKED_AT:
                break
            task = ref() if ref.loop == self.state.id else None
            if task is not None and id(task) not in looked_at:
                others.append((ref.actor, task))
        for actor, task in told + others:
            try:
                self._look_through(actor, task)
            except (RuntimeError, ReferenceError, AttributeError):
                continue
        for key, row in self.found.items():
            if row["kind"] == "lock":
                self._owner(key, row)
        self.inside.clear()
        self._tell_apart()

    def _tell_apart(self):
        for key, name in names.distinct({key: name for key, (_, _, name) in self.said.items()}).items():
            reason, text, _ = self.said[key]
            row = self.found[key]
            row["text"] = _text(row["kind"], reason, self.objects[key], text, name)

    def _owner(self, key, row):
        _, owner, code, instruction = locks.held.get(key) or (None, None, None, 0)
        if owner is None or not self.objects[key].locked():
            return
        row["holders"] = [owner]
        row["path"], row["line"] = locks.place_of(code, instruction)

    def _look_through(self, actor, task):
        found = self.objects
        inside = self.inside
        exits = {}
        reached = set()
        for link in chains.links(definitions.coroutine_of(task)):
            frame = chains.frame_of(link)
            if frame is None:
                continue
            code = frame.f_code
            user = definitions.is_user(definitions.path_of(code))
            for value in _values(link, frame):
                if type(value) is MethodType and value.__name__ == "__aexit__":
                    key = id(value.__self__)
                    exits[key] = exits.get(key, 0) + 1
                if not user:
                    continue
                key = id(value)
                if key in found:
                    reached.add(key)
                elif type(value) is MethodType:
                    reached.add(id(value.__self__))
                elif not isinstance(value, _LEAVES) and type(value) is not FunctionType:
                    known = inside.get(key)
                    if known is None:
                        known = inside[key] = value, found.keys() & set(map(id, _inside(value)))
                    reached |= known[1]
            if user:
                names = frame.f_globals
                by_name = self.named.get((id(code), id(names)))
                if by_name is None:
                    by_name = found.keys() & set(map(id, naming_values(code, names)))
                    self.named[id(code), id(names)] = by_name
                reached |= by_name
        for key in reached & found.keys():
            if id(task) not in self.waiters[key]:
                self.found[key]["setters"].append(actor)
        for key, count in exits.items():
            row = self.found.get(key)
            if row is not None and row["kind"] in ("semaphore", "lock"):
                if count > (id(task) in self.waiters[key]) and actor not in row["holders"]:
                    row["holders"].append(actor)


_LEAVES = (str, bytes, int, float, bool, type(None), type)


def naming_values(code, names):
    """Values of the globals that code names, modules aside."""
    found = []
    for name in naming.names_of(code)[0]:
        value = names.get(name)
        if value is not None:
            found.append(value)
    return found


def _values(link, frame):
    """What suspended code refers to: its variables, what is in its closure's cells, and its stack."""
    found = []
    if sys.version_info < (3, 11):
        skip = frame.f_globals, frame.f_builtins, frame.f_back
        refs = [each for each in get_referents(frame) if not any(each is one for one in skip)]
    else:
        refs = get_referents(link)
    for each in refs:
        kind = type(each)
        if kind is CellType:
            found += get_referents(each)
        elif kind is not FrameType:
            found.append(each)
    return found


def _inside(value):
    """The attributes of an object, the items of a container."""
    found = []
    for each in get_referents(value):
        if type(each) is dict and each is getattr(value, "__dict__", None):
            found += each.values()
        else:
            found.append(each)
    return found


def _text(kind, reason, thing, text, name):
    words = "%s %s" % (reason if reason == "barrier" else kind, name) if name else kind
    if kind == "queue":
        try:
            inside = "%s unfinished" % thing._unfinished_tasks if reason == "queue.join" else "%d inside" % thing.qsize()
        except Exception:
            return words
        return "%s (%s)" % (words, inside)
    if kind == "io":
        where = _peer(thing)
        if not where:
            return text
        return "%s %s" % ("silent connection to" if _is_silent(thing) else "socket", where)
    if kind in ("job", "process", "timer"):
        return text
    return words


def _peer(thing):
    transport = getattr(thing, "_transport", None)
    sock = thing if hasattr(thing, "getsockname") else None
    if transport is not None:
        sock = transport.get_extra_info("socket")
    return watch.peer_of(sock)


def _is_silent(thing):
    """A stream over a connection that the program made, not one that a server of its accepted, by which nothing ever came."""
    transport = getattr(thing, "_transport", None)
    if type(thing) is not StreamReader or not isinstance(transport, selector_events._SelectorSocketTransport):
        return False
    # A bytearray that once held something keeps at least a byte.
    return transport._server is None and thing._buffer.__alloc__() == 0


def is_only_awaited(task, awaited):
    """Nothing refers to what a suspended task waits for but the await itself: it has no name, and nobody else was given it.

    `awaited`: a list of that one thing, which stands in a Table, too.
    """
    thing = awaited[0]
    references = 1 if task._fut_waiter is thing else 0
    for link in chains.links(definitions.coroutine_of(task)):
        frame = chains.frame_of(link)
        if frame is None:
            continue
        stdlib = definitions.is_stdlib(definitions.path_of(frame.f_code))
        for each in _values(link, frame):
            if each is thing and not stdlib:
                return False
            references += each is thing
            # What it iterates over, and the variables of a frame that were asked for once.
            if type(each).__name__ == "FutureIter" or type(each) is dict and stdlib:
                references += _count(thing, get_referents(each))
            each = None
    for values in evaluate.kept():
        references += _count(thing, get_referents(values))
    thing = None
    return _references(awaited) - _references([object()]) - 1 <= references


def _count(thing, among):
    return len([1 for each in among if each is thing])


def _references(held):
    return sys.getrefcount(held[0])
