"""Stopping at callbacks and tasks. Who is watched is found out once, when code or a task gets its number."""
import os
from time import monotonic

from . import definitions, facts, loops, slow
from .watch import peer_of, socket_of

# Numbers of code and of tasks that some breakpoint wants to see before they run, or after a step.
before = set()
after = set()
unawaited = False  # some breakpoint wants tasks that end with an exception which nobody awaits
points = ()  # the enabled breakpoints on callbacks and tasks
timers = ()  # those on timers that are due
handled = ()  # those on timers scheduled and cancelled
sources = ()  # those on file descriptors
slow_after = slow_during = ()  # those on callbacks that take long
stalls = ()
unretrieved = ()
_last = {}  # number of a task that has just ended -> number of its code


class Heard:
    """What happened between two gates, and the breakpoints that are to be asked about it."""

    __slots__ = ("points", "code", "task", "what", "error")

    def __init__(self, asked, code, task, what, error=None):
        self.points = asked
        self.code = code  # its number
        self.task = task  # its name
        self.what = what
        self.error = error


class Found:
    """What the breakpoints at one place say: their ids, and why they stop."""

    def __init__(self):
        self.ids = []
        self.error = None  # an exception that nobody awaits
        self.why = {}  # what was reached -> [condition or failure]

    def text(self):
        return "; ".join(", ".join([what] + why) for what, why in self.why.items())


def watch(given):
    """Replaces the breakpoints. From any thread."""
    global points, timers, handled, sources, slow_after, slow_during, stalls, unretrieved, unawaited
    given = tuple(given)

    def at(*names):
        return tuple(point for point in given if point.place in names)

    points = at("callback", "task", "exception")
    timers = tuple(point for point in at("timer") if point.on in ("due", "late"))
    handled = tuple(point for point in at("timer") if point.on in ("scheduled", "cancelled"))
    sources = at("io")
    slow_after = tuple(point for point in at("slow") if point.when == "after")
    slow_during = tuple(point for point in at("slow") if point.when == "during")
    stalls = at("stall")
    unretrieved = at("never-retrieved")
    unawaited = any(point.place == "exception" for point in points)
    before.clear()
    after.clear()
    definitions.forget = forget
    definitions.code_seen = _look_at_code if points else None
    definitions.task_seen = _look_at_task if points else None
    if points:
        for number in list(definitions.known):
            _look_at_code(number)
        for ref in list(definitions.refs.values()):
            _look_at_task(ref)


def forget(actor):
    """A task is gone."""
    before.discard(actor)
    after.discard(actor)
    _last.pop(actor, None)


def ended(ref):
    """A task has ended; `after_step` may be next."""
    before.discard(ref.actor)
    if unawaited:
        task = ref()
        if task is not None and not task.cancelled() and task._exception is not None:
            after.add(ref.actor)
    if ref.actor in after or slow_after:
        _last[ref.actor] = ref.code


def _look_at_code(number):
    if any(point.place == "callback" and point.task is None and _sees(point, number) for point in points):
        before.add(number)


def _look_at_task(ref):
    """Without its name: that may be given or changed until it first runs."""
    for point in points:
        if _sees(point, ref.code):
            if "before" in point.when:
                before.add(ref.actor)
            if "after" in point.when:
                after.add(ref.actor)


def _sees(point, code):
    seen = point.codes.get(code)
    if seen is None:
        name, path, _ = definitions.known.get(code, ("", "", 0))
        seen = point.codes[code] = point.sees(name, path)
    return seen


# ---- where the loops come by

def before_callback(loop, state, actor, found):
    """A callback is about to run; its handle is no longer in ready."""
    task = definitions.live_task(actor)
    if task is None:
        _reach(found, loop, state, ("callback",), actor, None, 1)
        return
    on = "started" if _unstarted(definitions.coroutine_of(task)) else "resumed"
    if not _reach(found, loop, state, ("callback", on), _code_of(actor), task, 1):
        before.discard(actor)


def after_step(loop, state, actor, task, found):
    """A task has just run."""
    code = _last[actor] if actor in _last else _code_of(actor)
    on = _outcome(task)
    if unawaited and "failed" in on and not _awaited(loop, task):
        on += ("exception",)
    concerned = _reach(found, loop, state, on, code, task, 0)
    if task.done():
        forget(actor)
    elif not concerned:
        after.discard(actor)


def created(state, ref, task, eager):
    """A task was made. Told at the next gate, when it has got its name. True: some breakpoint may want it."""
    events = ("created", "started") + _outcome(task) if eager else ("created",)
    if task.done():
        forget(ref.actor)
    if any(point.on in events and _sees(point, ref.code) for point in points):
        state.made.append((events, ref.code, task))
        return True
    return False


def made(loop, state, found):
    entries = state.made[:]
    del state.made[:]
    for entry in entries:
        if not isinstance(entry, Heard):
            _reach(found, loop, state, *entry, 0)
            continue
        names = names_of(loop, state, entry.code, entry.task)
        for point in entry.points:
            if _ask(found, state, point, names, None, entry.what) and entry.error is not None:
                found.error = entry.error


def names_of(loop, state, code, task):
    """`task`: the name of one, or None."""
    names = facts.TickNames(loop, state)
    names["task"] = task
    names["callback"] = definitions.known.get(code, (None,))[0]
    return names


def asked_about(loop, state, asked, code, task, what):
    """Asks breakpoints at once. Returns what they say."""
    found = Found()
    names = names_of(loop, state, code, task)
    for point in asked:
        _ask(found, state, point, names, None, what)
    return found


def who(actor, task=None):
    """(number of the code, name of the task or None, words) of who runs, by a number of either."""
    task = task or definitions.live_task(actor)
    if task is None and actor not in _last:
        return actor, None, "callback %s" % _who(actor, None, None)
    code = _last.get(actor) or _code_of(actor)
    name = None if task is None else _name_of(task)
    return code, name, "step %s" % _who(code, task, name)


def due(loop, state, found):
    """The timers that are due at this tick stand in ready and have not run."""
    clock = None
    for handle in list(loop._ready):
        when = getattr(handle, "_when", None)
        if when is None or handle._cancelled:
            continue
        if clock is None:
            clock = loops.loop_clock(loop, state, monotonic())
        task = _sleeper(handle)
        name = None if task is None else _name_of(task)
        code = definitions.callback_number(handle._callback) if task is None else _code_of(definitions.task_number(task, state))
        for point in timers:
            if not _sees(point, code) or not point.fits(name) or (point.late is not None and clock - when <= point.late):
                continue
            names = names_of(loop, state, code, name)
            what = "timer %s is due" % _who(code, task, name)
            if point.late is not None:
                what += " %.0f ms late" % ((clock - when) * 1000)
            _ask(found, state, point, names, None, what)


def timer_heard(loop, state, handle, on):
    """A timer was scheduled or cancelled; told at the next gate. True: some breakpoint wants it."""
    task = _sleeper(handle) if on == "cancelled" else None
    if task is None and handle._args and isinstance(handle._args[0], slow.events_future):
        task = slow.current_task(loop)
    name = None if task is None else _name_of(task)
    code = definitions.callback_number(handle._callback) if task is None else _code_of(definitions.task_number(task, state))
    asked = [point for point in handled if point.on == on and _sees(point, code) and point.fits(name)]
    if asked:
        state.made.append(Heard(asked, code, name, "timer %s was %s" % (_who(code, task, name), on)))
    return bool(asked)


def io_heard(loop, state, event_list):
    """The poll found file descriptors. True: some breakpoint wants one."""
    heard = False
    for key, mask in event_list:
        reader, writer = key.data
        handle = reader or writer
        if handle is None or getattr(handle._callback, "__name__", "") == "_read_from_self":
            continue
        sock = socket_of(loop, key.fd, handle._callback, handle._args)
        peer = peer_of(sock)
        asked = [point for point in sources if point.fits(key.fd, peer)]
        if not asked:
            continue
        heard = True
        what = "fd %d%s is ready to be %s" % (key.fd, " with %s" % peer if peer else "", MASKS[mask & 3])
        state.made.append(Heard(asked, definitions.callback_number(handle._callback), None, what))
    return heard


MASKS = {0: "closed", 1: "read", 2: "written", 3: "read and written"}


def unretrieved_heard(state, message, error, future):
    """asyncio reported an exception that nobody has asked for. Its future is being collected and must not be kept."""
    text = "%s: %s" % (message.rstrip("."), slow.error_text(error))
    get_name = getattr(future, "get_name", None)
    name = None if get_name is None else str(get_name())
    if name is not None:
        text += " of task %s" % name
    state.made.append(Heard(unretrieved, 0, name, text, error))


def _sleeper(handle):
    """The task that sleeps on a timer, None for a timer of another kind."""
    args = handle._args
    if not args or not isinstance(args[0], slow.events_future):
        return None
    for callback, _ in args[0]._callbacks or ():
        task = slow.stepped(callback, args)
        if task is not None:
            return task
    return None


def _awaited(loop, task):
    """Something was told that the task has ended which may ask for its result: its done callbacks are in ready now."""
    for handle in list(loop._ready):
        if handle._args and handle._args[0] is task and not isinstance(getattr(handle._callback, "__self__", None), HOLDERS):
            return True
    return False


# What only lets go of tasks when they end: `task.add_done_callback(background.discard)`.
HOLDERS = (set, list, dict)


def _outcome(task):
    if not task.done():
        return ("suspended",)
    if task.cancelled():
        return "done", "cancelled"
    return ("done",) if task._exception is None else ("done", "failed")


def _code_of(actor):
    ref = definitions.refs.get(actor)
    return 0 if ref is None else ref.code


def _unstarted(coro):
    frame = getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None)
    if frame is None:
        return False
    suspended = getattr(coro, "cr_suspended", getattr(coro, "gi_suspended", None))  # 3.11 and later
    return frame.f_lasti < 0 if suspended is None else not suspended


def _reach(found, loop, state, events, code, task, taken):
    """Asks every breakpoint that is at one of these events. False: none of them is for this task or code at all.

    `taken`: how many handles have been taken from ready to run and have not run.
    """
    name = None if task is None else _name_of(task)
    concerned = False
    names = None
    for point in points:
        if not _sees(point, code) or not point.fits(name):
            continue
        concerned = True
        if point.on not in events:
            continue
        if names is None:
            names = facts.TickNames(loop, state)
            names["task"] = name
            names["callback"] = definitions.known.get(code, (None,))[0]
            names["ready"] = len(loop._ready) + taken
        _ask(found, state, point, names, task, _what(point.on, code, task, name))
    return concerned


def _ask(found, state, point, names, task, what):
    stop_here, said, failure = point.reached(names)
    if said is not None:
        slow.connection.say({"type": "log", "loop": state.id, "breakpoint": point.id, "text": said})
    if stop_here:
        if point.id not in found.ids:
            found.ids.append(point.id)
        if point.place == "exception":
            found.error = task._exception
        why = found.why.setdefault(what, [])
        reason = failure or point.source.strip()
        if reason and reason not in why:
            why.append(reason)
    return stop_here


def _name_of(task):
    get_name = getattr(task, "get_name", None)
    return "" if get_name is None else str(get_name())


def _who(code, task, name):
    function, path, line = definitions.known.get(code, ("?", "", 0))
    place = "%s:%d" % (os.path.basename(path), line) if path else ""
    if task is not None:
        return "of task %s (%s)" % (name, ", ".join(part for part in (function, place) if part))
    return "%s (%s)" % (function, place) if place else function


def _what(on, code, task, name):
    function, path, line = definitions.known.get(code, ("?", "", 0))
    place = "%s:%d" % (os.path.basename(path), line) if path else ""
    if on == "callback":
        text = "callback %s" % function
        if place:
            text += " (%s)" % place
        return text if task is None else "%s of task %s" % (text, name)
    text = "task %s (%s)" % (name, ", ".join(part for part in (function, place) if part))
    if on == "exception":
        return "%s failed with %s, and nothing awaits it" % (text, slow.error_text(task._exception))
    if on == "failed":
        return "%s failed with %s" % (text, slow.error_text(task._exception))
    return text + SAID[on]


SAID = {
    "created": " was created",
    "started": " is about to start",
    "resumed": " is about to resume",
    "suspended": " was suspended",
    "done": " ended",
    "cancelled": " was cancelled",
}
