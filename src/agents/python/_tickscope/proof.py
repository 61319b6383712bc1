"""Which suspended tasks nothing that can still run reaches: nobody can end their wait, nor cancel them."""
import asyncio.locks
import asyncio.queues
import asyncio.tasks as tasks_module
import gc
import sys
from _thread import get_ident
from types import ModuleType

from . import alive, definitions, evaluate, loops, naming
from .reach import ATOMS, BATCH, Reach, get_referents

# While the program is looked at, no other thread gets its turn before so many seconds.
_TURN = 2.0


class Proof:
    """Numbers of tasks, but for `queues`. `unproved`: why nothing could be shown, a sentence."""

    def __init__(self, unproved=None):
        self.unproved = unproved
        self.blocked = set()
        self.unreferenced = set()
        self.queues = []  # those that what can still run refers to


def prove():
    """Of all loops. Tries again where the program ran meanwhile."""
    for _ in range(3):
        proof = _at_one_moment()
        if proof is not None:
            return proof
    return Proof("The program ran on while it was looked at.")


def _at_one_moment():
    collects = gc.isenabled()
    turn = sys.getswitchinterval()
    gc.disable()  # what the program leaves behind is not to be collected here
    sys.setswitchinterval(_TURN)
    try:
        before = _progress()
        proof = _prove()
        return proof if _progress() == before else None
    finally:
        sys.setswitchinterval(turn)
        if collects:
            gc.enable()


def _progress():
    """Equal at two moments when no other thread has run in between."""
    here = get_ident()
    threads = [(each, id(frame), frame.f_lasti) for each, frame in sys._current_frames().items() if each != here]
    return threads, [(state.tick, state.phase, len(state.records)) for state in loops.all_states()]


def _prove():
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return Proof("Python runs without its global lock, so the program cannot be seen as of one moment.")
    suspended = _suspended()
    reach = Reach()
    alive.cut(reach)
    roots, below = alive.roots(reach)
    if reach.unproved is None:
        reach.follow(roots)
    left = [task for task in suspended if id(task) not in reach.seen]
    proof = Proof(reach.unproved)
    proof.queues = reach.queues
    if not left or proof.unproved is not None:
        return proof
    del roots
    rest = _Rest(reach)
    rest.follow([below, alive.stock_handlers()] + _globals())
    held = {id(task) for task in left if id(task) in rest.seen}
    rest.follow(left)
    rest.follow(evaluate.kept())
    unknown = rest.held_by_unknown({id(task) for task in left})
    reach.follow([thing for thing in unknown if not isinstance(thing, tasks_module.Task)])
    unknown = {id(thing) for thing in unknown}
    proof.unproved = reach.unproved
    if reach.unproved is None:
        for task in left:
            key = id(task)
            if key not in reach.seen:
                actor = definitions.tasks.get(key)
                proof.blocked.add(actor)
                if key not in held and key not in unknown:
                    proof.unreferenced.add(actor)
    return proof


def _suspended():
    found = []
    for ref in list(definitions.refs.values()):
        task = ref()
        if task is not None and task._fut_waiter is not None and not task._fut_waiter.done():
            found.append(task)
    return found


def _globals():
    """Of the program and its libraries. Those that no living code names hold things, but end no wait."""
    return [
        module.__dict__
        for module in list(sys.modules.values())
        if type(module) is ModuleType and naming.kind_of_module(module) in (naming.USER, naming.LIBRARY)
    ]


_WATCHED = (
    tasks_module.futures.Future,
    asyncio.locks.Lock,
    asyncio.locks.Event,
    asyncio.locks.Condition,
    asyncio.locks.Semaphore,
    asyncio.queues.Queue,
)


class _Rest:
    """What is left: follows plain references, and counts those to what tasks may wait for.

    What has more references than can be found is held by something that cannot be looked into (code in C, a value on the
    stack of a thread), which may end the wait whenever it likes.
    """

    def __init__(self, reach):
        self.reach = reach
        self.seen = set(reach.seen)
        self.seen.difference_update(map(id, _globals()))
        for frame in sys._current_frames().values():
            while frame is not None:
                self.seen.add(id(frame))
                frame = frame.f_back
        self._leads = {}  # type -> whether its references are followed; None: that depends
        self._watched = {}
        self._counted = {}

    def follow(self, roots):
        """`roots` themselves are not counted."""
        seen = self.seen
        counted = self._counted
        leads = self._leads
        stack = []
        for thing in roots:
            if id(thing) not in seen:
                seen.add(id(thing))
                stack.append(thing)
                if isinstance(thing, _WATCHED):
                    self._watch(thing, 0)
        while stack and not self.reach.is_too_much(len(seen)):
            found = get_referents(*stack[-BATCH:])
            del stack[-BATCH:]
            for thing in found:
                key = id(thing)
                if key in seen:
                    if key in counted:
                        counted[key] += 1
                    continue
                seen.add(key)
                cls = type(thing)
                lead = leads[cls] if cls in leads else self._kind(cls)
                if lead is None:
                    if isinstance(thing, _WATCHED):
                        self._watch(thing, 1)
                        lead = True
                    elif isinstance(thing, ModuleType):
                        lead = naming.kind_of_module(thing) != naming.STDLIB
                    else:
                        lead = naming.kind_of_class(thing) != naming.STDLIB
                if lead:
                    stack.append(thing)

    def _kind(self, cls):
        if issubclass(cls, (type, ModuleType) + _WATCHED):
            lead = None
        else:
            lead = cls not in ATOMS and not naming.is_ours(cls)
        self._leads[cls] = lead
        return lead

    def _watch(self, thing, count):
        self._counted[id(thing)] = count
        self._watched[id(thing)] = thing

    def held_by_unknown(self, known):
        """`known`: ids of what is in two lists of the caller's."""
        probe = {0: object()}
        for thing in probe.values():
            base = sys.getrefcount(thing)
        found = []
        for thing in self._watched.values():
            count = sys.getrefcount(thing) - base - self._counted[id(thing)]
            if id(thing) in known:
                count -= 2
            if count > 0:
                found.append(thing)
        return found
