"""What can be reached by references from what can still run: as the garbage collector would, with two differences.

Code reaches the globals that it names, not all of them. And weak references lead on, since who has one may follow it.
"""
import asyncio.queues
import gc
import weakref
from itertools import compress
from time import monotonic
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)

from . import naming

get_referents = gc.get_referents
# So much at most, objects and seconds.
MOST_OBJECTS = 3_000_000
LONGEST = 0.5
BATCH = 4096

ATOMS = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    range,
    CodeType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodWrapperType,
    WrapperDescriptorType,
    type(Ellipsis),
    type(NotImplemented),
)


class _Leads(dict):
    """type -> whether its objects lead anywhere."""

    def __init__(self, kind):
        self._kind = kind

    def __missing__(self, cls):
        leads = self[cls] = self._kind(cls) is not _nothing
        return leads


class Reach:
    """`seen`: ids of all that was reached and leads on. The program must not run while it is used: ids of what is gone are given anew."""

    def __init__(self):
        self.seen = set()
        self.unproved = None  # a sentence
        self.queues = []  # asyncio's, of those that were reached
        self._kinds = {}  # type -> None for what leads on by its references, else what to do with it
        self._plain = set()  # types of the first sort
        self._ruled = set()  # types of those that have a rule of their own
        self._leads = _Leads(self._kind)
        self._named = set()  # (id(code), id(globals)) that were looked at
        self._until = monotonic() + LONGEST

    def cut(self, things):
        """Nothing is reached by way of these."""
        self.seen.update(map(id, things))

    def follow(self, roots):
        """Whole batches at a time, by functions in C as far as they go: most things lead nowhere or are known already."""
        seen = self.seen
        kinds = self._kinds
        plain = self._plain
        ruled = self._ruled
        leads = self._leads
        found = list(roots)  # not yet told apart
        stack = []  # lead on by their references
        while found or stack:
            found += get_referents(*stack[-BATCH:])
            del stack[-BATCH:]
            found = list(compress(found, map(leads.__getitem__, map(type, found))))
            fresh = dict(zip(map(id, found), found))
            for key in fresh.keys() & seen:
                del fresh[key]
            seen.update(fresh)
            things = list(fresh.values())
            stack += compress(things, map(plain.__contains__, map(type, things)))
            found = []
            for thing in compress(things, map(ruled.__contains__, map(type, things))):
                found += kinds[type(thing)](thing)
            if self.is_too_much(len(seen)):
                return

    def is_too_much(self, count):
        if count > MOST_OBJECTS:
            self.unproved = "The program has more than %d objects, too many to follow them all." % MOST_OBJECTS
        elif monotonic() > self._until:
            self.unproved = "The program has more than %d objects; following them all would take too long." % count
        else:
            return False
        return True

    # ---- kinds of things; each answers with what is reached instead of all its references

    def _kind(self, cls):
        try:
            return self._kinds[cls]
        except KeyError:
            pass
        rule = None
        if issubclass(cls, type):
            rule = self._class
        elif cls in ATOMS:
            rule = _nothing
        elif cls is FunctionType:
            rule = self._function
        elif cls is FrameType:
            rule = self.frame
        elif issubclass(cls, ModuleType):
            rule = self._module
        elif issubclass(cls, weakref.ref):
            rule = _weak
        elif cls is BuiltinFunctionType:
            rule = _builtin
        elif issubclass(cls, asyncio.queues.Queue):
            rule = self._queue
        elif cls in (weakref.ProxyType, weakref.CallableProxyType):
            rule = self._proxy
        if naming.is_ours(cls):
            rule = _nothing
        self._kinds[cls] = rule
        if rule is None:
            self._plain.add(cls)
        elif rule is not _nothing:
            self._ruled.add(cls)
        return rule

    def _class(self, cls):
        return () if naming.kind_of_class(cls) == naming.STDLIB else get_referents(cls)

    def _function(self, function):
        code = function.__code__
        names = function.__globals__
        if naming.kind_of_file(code.co_filename) == naming.OURS:
            return ()
        self.seen.add(id(names))
        return [each for each in get_referents(function) if each is not names] + self.by_name(code, names)

    def frame(self, frame):
        """Of suspended code, or of one that has ended and stands in a traceback."""
        code = frame.f_code
        if naming.kind_of_file(code.co_filename) == naming.OURS:
            return ()
        back = frame.f_back
        self.seen.add(id(frame.f_globals))
        return [each for each in get_referents(frame) if each is not back] + self.by_name(code, frame.f_globals)

    def by_name(self, code, names):
        key = id(code), id(names)
        if key in self._named:
            return []
        self._named.add(key)
        if naming.kind_of_file(code.co_filename) in (naming.STDLIB, naming.OURS):
            return []
        everything = naming.names_of(code)[1]
        if everything and self.unproved is None:
            self.unproved = "%s names %s (in %s), so it can get at any task." % (
                naming.where(code),
                everything,
                code.co_name,
            )
        return naming.named(code, names)

    def _module(self, module):
        return list(module.__dict__.values()) if naming.kind_of_module(module) == naming.USER else ()

    def _queue(self, queue):
        self.queues.append(queue)
        return get_referents(queue)

    def _proxy(self, _):
        self.unproved = self.unproved or "The program has weak proxies, and what is behind them cannot be followed."
        return ()


def _nothing(_):
    return ()


def _weak(reference):
    thing = weakref.ref.__call__(reference)
    return () if thing is None else (thing,) + tuple(get_referents(reference))


def _builtin(function):
    owner = function.__self__
    return () if isinstance(owner, ModuleType) else (owner,)
