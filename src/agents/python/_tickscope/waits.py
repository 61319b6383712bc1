"""Who waits for what, and who can end it: the answer to `waits` (messages.ts Waits)."""
import asyncio
import asyncio.tasks as tasks_module
import sys
from collections import deque
from time import monotonic

from . import alive, chains, clock, definitions, locks, loops, proof, reasons, slow, things

Future = tasks_module.futures.Future
Task = tasks_module.Task
# Of the tasks that are not blocked, so many are told.
MOST = 1000
# Queues without a bound that have so many items inside are told, the longest first; their names are sought among so many tasks.
LONG = 1000
MOST_QUEUES = 5
MOST_ASKED = 200
_last = {}  # number of a loop -> (moment, answer)
_codes = {}  # id(code) -> function(frame): (futures, all)


def _fill():
    for function, read in (
        (tasks_module._wait, _of_wait),
        (tasks_module.wait_for, _of_wait_for),
    ):
        _codes[id(function.__code__)] = read
    groups = sys.modules.get("asyncio.taskgroups")
    if groups is not None:
        for name in ("__aexit__", "_aexit"):
            function = groups.TaskGroup.__dict__.get(name)
            if function is not None:
                _codes[id(function.__code__)] = _of_group


def _of_wait(frame):
    names = frame.f_locals
    return names.get("fs") or (), names.get("return_when") == asyncio.ALL_COMPLETED


def _of_wait_for(frame):
    inner = frame.f_locals.get("fut")
    return (inner,) if isinstance(inner, Future) else None, True


def _of_group(frame):
    return getattr(frame.f_locals.get("self"), "_tasks", ()), True


def _awaited(task, frames):
    """(futures that it waits for by way of a function of asyncio's, whether for all of them), or (None, True)."""
    for frame in reversed(frames):
        if not definitions.is_stdlib(definitions.path_of(frame.f_code)):
            break
        if id(frame.f_code) in reasons.as_completed:
            todo = reasons.todo_of(frame, task)
            if todo is not None:
                return list(todo), False
        read = _codes.get(id(frame.f_code))
        if read is not None:
            futures, all_of_them = read(frame)
            if futures is not None:
                return list(futures), all_of_them
    return None, True


def _leaves(future, found, seen):
    """Tasks and futures that a future stands for: those in a gather, the one in a shield."""
    if id(future) in seen or future.done():
        return
    seen.add(id(future))
    children = getattr(future, "_children", None)
    if isinstance(future, Task):
        found.append(future)
    elif children is not None:
        for child in children:
            _leaves(child, found, seen)
    else:
        inner = reasons.shielded(future)
        if inner is not None:
            _leaves(inner, found, seen)
        else:
            found.append(future)


def answer(arguments):
    from . import inspection

    state = inspection.state_numbered(arguments.get("loop"))
    moment = _moment()
    known, body = _last.get(state.id, (None, None))
    if known is None or known != moment:
        body = _read(state)
        _last[state.id] = (moment, body) if moment == _moment() else (None, None)
    inspection.connection.flush(state)
    return body


def _moment():
    """Equal to another while nothing of the program ran in between; None where that cannot be told."""
    states = [state for state in loops.all_states() if state.phase != loops.IDLE]
    asleep = {state.thread for state in states if state.phase == loops.POLLING and state.stop is None and state.kept is None}
    frames = sys._current_frames()
    runs = any(not alive.is_harmless(frames[thread]) for thread in frames if thread not in asleep)
    frames.clear()  # one is ours, which would refer to itself
    if runs or len(asleep) < len(states) or alive.has_handlers():
        return None
    return clock.resumed, [(state.id, state.tick) for state in states]


def _read(state):
    """messages.ts Waits."""
    if not _codes:
        _fill()
    known = proof.prove()
    table = things.Table(state)
    sleeping, timeouts = _timers(state)
    waits = []
    rest = 0
    told = []
    suspended = _suspended(state, known.blocked)
    for actor, task in suspended:
        blocked = actor in known.blocked
        waiter = task._fut_waiter
        if waiter is None or not blocked and (id(waiter) in sleeping or rest >= MOST):
            continue
        try:
            wait, thing = _wait(task, actor, waiter, state, table)
        except (RuntimeError, ReferenceError, AttributeError):
            continue  # it ran on while it was read
        if task._fut_waiter is not waiter:
            continue
        key = id(waiter)
        waiter = None  # its references are counted
        wait["blocked"] = blocked
        if blocked and thing and things.is_only_awaited(task, thing):
            wait["intended"] = True
        if actor in known.unreferenced:
            wait["unreferenced"] = True
        until = timeouts.get(id(task), timeouts.get(key))
        if until is not None:
            wait["timeout"] = until
        waits.append(wait)
        told.append((actor, task))
        rest += not blocked
    table.settle(told)
    body = {"waits": waits, "things": table.rows()}
    long = _long_queues(known.queues, told)
    if long:
        body["queues"] = long
    if known.unproved:
        body["unproved"] = known.unproved
    elif all(actor in known.blocked for actor, _ in suspended) and _is_stalled(state):
        body["stalled"] = True
    return body


def _long_queues(queues, told):
    """messages.ts Waits.queues."""
    found = []
    for queue in queues:
        items = getattr(queue, "_queue", None)  # qsize() may be the user's own
        if type(items) in (deque, list) and len(items) >= LONG and not getattr(queue, "_maxsize", 0):
            found.append((len(items), queue))
    found.sort(key=lambda each: -each[0])
    rows = []
    for size, queue in found[:MOST_QUEUES]:
        name = ""
        for _, task in told[:MOST_ASKED]:
            name = name or reasons.Named(chains.frames(task))(queue)
        rows.append({"id": id(queue), "name": name, "size": size})
    return rows


def _suspended(state, blocked):
    """(number, task) of the loop's: first the blocked, then those that hold a lock, who may hold up others."""
    owners = locks.owners()
    first, then, rest = [], [], []
    for ref in list(definitions.refs.values()):
        task = ref() if ref.loop == state.id else None
        waiter = None if task is None else task._fut_waiter
        if waiter is not None and not waiter.done():
            found = first if ref.actor in blocked else then if ref.actor in owners else rest
            found.append((ref.actor, task))
    return first + then + rest


def _wait(task, actor, waiter, state, table):
    """(messages.ts Wait, [the one thing that it waits for] or [])."""
    frames = chains.frames(task)
    facts = reasons.read(task, frames)
    kind, _text, thing = facts[:3]
    futures, all_of_them = _awaited(task, frames)
    named = reasons.Named(frames)
    wait = {"task": actor, "things": [], "tasks": [], "all": True}
    awaited = []
    if futures is None and kind in things.OF_KIND and kind != "future":
        wait["things"] = [table.add(things.OF_KIND[kind], kind, thing, facts[1], named, task)]
        awaited.append(thing)
    else:
        found = []
        seen = set()
        for future in [waiter] if futures is None else futures:
            _leaves(future, found, seen)
        for each in found:
            if isinstance(each, Task):
                wait["tasks"].append(definitions.task_number(each, state))
            else:
                wait["things"].append(table.add_future(each, named, task))
        if futures is None and len(found) == 1 and found[0] is waiter:
            awaited.append(waiter)
        wait["all"] = all_of_them or len(found) == 1
    slow.named(task)
    reasons.tell(task, actor, state, facts)
    return wait, awaited


def _timers(state):
    """(ids of futures on which tasks sleep, id of a task or of what it waits for -> raw time at which a timer ends that)."""
    sleeping = set()
    timeouts = {}
    loop = state.queues
    if loop is None:
        return sleeping, timeouts
    offset = monotonic() - loops.loop_clock(state.loop, state, monotonic())
    for timer in list(loop._scheduled):
        args = timer._args
        callback = timer._callback
        if timer._cancelled or callback is None:
            continue
        name = getattr(callback, "__name__", "")
        owner = getattr(callback, "__self__", None)
        if name == "_set_result_unless_cancelled" and args:
            sleeping.add(id(args[0]))
            continue
        for ended in (owner if name == "cancel" else None, getattr(owner, "_task", None)) + tuple(args or ()):
            if isinstance(ended, Future):
                until = timer._when + offset
                timeouts[id(ended)] = min(until, timeouts.get(id(ended), until))
    return sleeping, timeouts


def _is_stalled(state):
    from . import stalls

    asleep = state.phase == loops.POLLING if state.stop is None else state.stop.at == "poll"
    loop = state.loop
    return asleep and loop is not None and state.kept is None and stalls.is_alone(loop, state)
