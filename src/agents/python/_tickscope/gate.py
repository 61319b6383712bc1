"""Stopping, stepping, continuing. The loop's own thread stands here and does what it is asked meanwhile."""
import _thread
from time import monotonic

from . import breakpoints, clock, facts, loops, places, schema, slow
from .loops import POLLING, all_states, states
from .recorder import NO_TICK, hot, set_gates, set_timers

connection = None
agent = None
lock = _thread.allocate_lock()
points = []  # breakpoints.Breakpoint
at_ticks = ()  # those of them that are judged at ticks, enabled
entry = False  # stop at tick 1 of the first loop
pausing = False  # the user asked to stop, and nothing has stopped yet
stalled = set()  # states of loops that sleep for ever, woken so that breakpoints are asked
standing = []  # states of the loops that stand, the one that stopped first before the others
GO = object()
ended = places.ended
forget = places.forget


class Everybody:
    """Has every number in it."""

    def __contains__(self, actor):
        return True


EVERYBODY = Everybody()
EVERY_TICK = 1
# Kinds of plans for which every callback is a gate; and those that stop before the next callback or tick at the latest.
BY_CALLBACKS = ("callback", "task", "lineOver", "lineInto", "lineOut")
ENDS_AT_TICK = ("callback", "lineOver", "lineInto", "lineOut")


class Plan:
    """Where to stop next: before the next callback, the next tick, this task's next step, tick N, or at a line."""

    __slots__ = ("kind", "task", "tick", "frames")

    def __init__(self, kind, task=0, tick=0, frames=()):
        self.kind = kind
        self.task = task
        self.tick = tick
        self.frames = frames  # for steps by lines: where it stood, innermost first; none at a gate


class Stop:
    __slots__ = ("at", "actor", "frame", "handle", "untold", "error")

    def __init__(self, at, actor, frame=None, handle=None, error=None):
        self.at = at
        self.actor = actor
        self.frame = frame  # of the callback, when it stopped inside one
        self.handle = handle
        self.error = error  # the exception that it is about
        self.untold = _thread.allocate_lock()  # held until the adapter was told
        self.untold.acquire()


def own_time():
    return hot["time"]


def know_step(kind):
    hot["STEP"] = kind


def know_wakeup(kind):
    """Before 3.10."""
    hot["WAKEUP"] = kind


def rearm():
    """Switches the recorder's gates to what is wanted now."""
    plans = [state.plan for state in all_states() if state.plan is not None]
    before_callbacks = pausing or bool(standing) or any(plan.kind in BY_CALLBACKS for plan in plans)
    before_callbacks = before_callbacks or any(lines.untraced(state) for state in all_states())
    made = any(state.made for state in all_states())
    slow_after = bool(places.slow_after)
    set_gates(
        EVERYBODY if before_callbacks or made else places.before,
        EVERY_TICK if before_callbacks or made or entry or slow_after or places.timers else first_tick(plans),
        EVERYBODY if slow_after else places.after,
    )
    set_timers(bool(places.handled))
    lines.set_stepping(any(plan.kind in lines.STEPS for plan in plans))


def first_tick(plans):
    """The first tick from now on at which some breakpoint or plan asks for a stop."""
    now = min((state.tick for state in all_states() if state.phase != loops.IDLE), default=0)
    wanted = [plan.tick if plan.kind == "runTo" else EVERY_TICK for plan in plans]
    # The gate of the tick that is now may be still to come.
    wanted += [point.next_from(now) for point in at_ticks]
    return min((tick for tick in wanted if tick is not None), default=NO_TICK)


def heard():
    """Breakpoints are to be asked about something at the next gate. Where it happened: anywhere, with any lock held."""
    hot["GATE"] = EVERYBODY
    hot["TICK_GATE"] = EVERY_TICK


# ---- where the loops come by

def at_tick(loop, state):
    """After the poll, before a tick's first callback."""
    global entry
    state.begun = True
    if places.slow_after:
        state.slow_since = monotonic() - clock.total()
    if lines.untraced(state):
        trace(state)
    reasons = []
    ids = []
    tick = state.tick
    found = said_made(loop, state)
    if places.timers:
        found = found or places.Found()
        places.due(loop, state, found)
    if found is not None and found.ids:
        ids += found.ids
        reasons.append(found.text())
        if found.error is not None:
            text = "Paused on tick %d: %s" % (tick, found.text())
            return stop(loop, state, "exception", text, ids, "gate", error=found.error)
    if at_ticks:
        names = facts.TickNames(loop, state)
        for point in at_ticks:
            if not point.is_due(state, names):
                continue
            stop_here, said, failure = point.reached(names)
            if said is not None:
                connection.say({"type": "log", "loop": state.id, "breakpoint": point.id, "text": said})
            if stop_here:
                ids.append(point.id)
                reasons += [reason for reason in (point.why(names), failure or point.source) if reason]
    if standing and not ids and state not in standing:
        return also(loop, state, "gate")
    plan = state.plan
    if entry:
        entry = False
        return stop(loop, state, "entry", "Paused on entry, before the first callback of tick %d" % tick, ids, "gate")
    if ids:
        text = "Paused on tick %d" % tick
        if reasons:
            text += ": " + "; ".join(reasons)
        return stop(loop, state, "breakpoint", text, ids, "gate")
    if pausing:
        return stop(loop, state, "pause", "Paused before tick %d's first callback" % tick, [], "gate")
    if plan is not None and (
        plan.kind == "tick" or plan.kind in ENDS_AT_TICK or (plan.kind == "runTo" and tick >= plan.tick)
    ):
        return stop(loop, state, "step", "Paused on tick %d" % tick, [], "gate")
    if hot["TICK_GATE"] != EVERY_TICK:
        with lock:
            rearm()
    return None


def at_callback(loop, state, handle, actor):
    """Before a callback; its handle is no longer in ready."""
    first = state.begun
    state.begun = False
    if lines.untraced(state):
        trace(state)
    found = said_made(loop, state)
    if actor in places.before:
        found = found or places.Found()
        places.before_callback(loop, state, actor, found)
    if found is not None and found.ids:
        text = "Paused on tick %d: %s" % (state.tick, found.text())
        reason = "breakpoint" if found.error is None else "exception"
        return stop(loop, state, reason, text, found.ids, "gate", actor, handle, error=found.error)
    if standing and state not in standing:
        return also(loop, state, "gate", actor, handle)
    plan = state.plan
    if pausing:
        return stop(loop, state, "pause", "Paused before a callback of tick %d" % state.tick, [], "gate", actor, handle)
    if plan is None:
        return None
    if (plan.kind in ENDS_AT_TICK and not first) or (plan.kind == "task" and plan.task == actor):
        return stop(loop, state, "step", "Paused before a callback of tick %d" % state.tick, [], "gate", actor, handle)
    return None


def after_step(loop, state, actor, task):
    """After what some breakpoint is for has run: a task, or None for a plain callback."""
    found = places.Found()
    if places.slow_after:
        found = slow_step(loop, state, actor, task)
    if task is not None:
        places.after_step(loop, state, actor, task, found)
    if found.ids:
        state.begun = True  # a step from here is not to stop before the next callback, which is here
        reason = "breakpoint" if found.error is None else "exception"
        text = "Paused on tick %d: %s" % (state.tick, found.text())
        stop(loop, state, reason, text, found.ids, "gate", error=found.error)


def slow_step(loop, state, actor, task):
    """What breakpoints on slow callbacks say of the one that has just run."""
    ended = monotonic() - clock.total()
    took = ended - state.slow_since
    state.slow_since = ended
    asked = [point for point in places.slow_after if took > point.seconds]
    if not asked:
        return places.Found()
    code, name, words = places.who(actor, task)
    return places.asked_about(loop, state, asked, code, name, "%s took %.0f ms" % (words, took * 1000))


def trace(state):
    lines.trace_here(state)
    with lock:
        rearm()


def made(state, ref, task, eager):
    """A task was made while breakpoints are set on callbacks or tasks."""
    if places.created(state, ref, task, eager):
        with lock:
            rearm()


def said_made(loop, state):
    """What breakpoints say about the tasks made lately; None when they say nothing."""
    if not state.made:
        return None
    found = places.Found()
    places.made(loop, state, found)
    with lock:
        rearm()
    return found if found.ids else None


def after_poll(loop, state, event_list):
    """After select. True: nothing of the program's own has happened, poll again."""
    drained = state.woken > 0 and drain(loop, state, event_list)
    if event_list or loop._ready or loop._stopping:
        return False
    if standing and state not in standing:
        also(loop, state, "poll")
        return True
    if state in stalled:
        stalled.discard(state)
        found = places.asked_about(loop, state, places.stalls, 0, None, stalls.words(loop, state))
        if found.ids:
            stop(loop, state, "breakpoint", "Paused after tick %d: %s" % (state.tick, found.text()), found.ids, "poll")
            return True
    if pausing:
        stop(loop, state, "pause", "Paused while the loop slept, after tick %d" % state.tick, [], "poll")
        return True
    return drained


def drain(loop, state, event_list):
    """Takes back the byte that the agent put into the self-pipe to wake the loop, unless others wrote, too."""
    import socket

    pipe = getattr(loop, "_ssock", None)
    if pipe is None:
        state.woken = 0
        return False
    for index, (key, _mask) in enumerate(event_list):
        if key.fileobj == pipe.fileno() or key.fileobj is pipe:
            break
    else:
        return False
    try:
        waiting = pipe.recv(64, socket.MSG_PEEK)
        if waiting[:1] == b"\0":
            pipe.recv(1)
            state.woken = 0
            if len(waiting) == 1:
                del event_list[index]
                return True
    except OSError:
        pass
    return False


def wake(state):
    """Ends a loop's sleep in select; it will not count it as a tick. From any thread."""
    if state.kept is not None:
        state.kept.wake()
        return
    loop = state.loop
    pipe = getattr(loop, "_csock", None)
    if pipe is None or state.woken:
        return
    state.woken = 1
    try:
        pipe.send(b"\0")
    except OSError:
        state.woken = 0


def loop_runs(state):
    from . import interrupt

    interrupt.listen(state)
    lines.trace_here(state)
    recount()
    agent.attend()


def recount():
    """A loop begins to run; its ticks may be fewer than those of the others."""
    with lock:
        rearm()


def loop_rests(state):
    from . import interrupt

    interrupt.unlisten(state)
    lines.rest_here(state)


# ---- standing

def also(loop, state, at, actor=0, handle=None, frame=None):
    stop(loop, state, "pause", "Paused because another loop was", [], at, actor, handle, frame)


def stop(loop, state, reason, text, ids, at, actor=0, handle=None, frame=None, error=None):
    """Stands until the adapter lets the program go on. Runs on the loop's thread."""
    global pausing
    from . import inspection

    if not connection.open:
        return
    began = monotonic()
    with lock:
        first = standing[0].stop if standing else None
        second = first is not None
        if not second:
            clock.freeze(began)
            pausing = False
            for other in all_states():
                other.plan = None
        standing.append(state)
        state.plan = None
        state.stop = Stop(at, actor, frame, handle, error)
        rearm()
    if at != "gate":
        state.begun = False
    try:
        taken = handle is not None or at == "inside"
        if not taken and at == "gate":
            actor = state.stop.actor = next_actor(loop, state)
        tell_ready(loop, state, actor if taken else 0)
        inspection.reasons_at_stop(loop, state)
        for other in all_states():
            connection.flush(other)
        if first is not None:
            with first.untold:
                pass
        else:
            agent.meter.tell()
        connection.say(
            {
                "type": "stopped",
                "loop": state.id,
                "reason": reason,
                "text": text,
                "breakpoints": ids,
                "at": at,
                "actor": actor,
                "t": began,
                "also": second,
            }
        )
        state.stop.untold.release()
        agent.attend()
        while True:
            command = state.commands.get()
            if command is GO:
                break
            inspection.answer(command)
        lines.going(state)
    finally:
        if state.stop.untold.locked():
            state.stop.untold.release()
        state.stop = None
        inspection.forget(state)
        if state in standing:  # Ctrl-C, or a fault
            go_on()
            state.commands = loops.SimpleQueue()
        agent.attend()  # it may have looked while this loop still stood
        if connection.open:
            connection.say({"type": "resumed", "loop": state.id, "t": monotonic()})


def go_on(plan=None, state=None):
    """Lets every loop run on. `plan`: where `state` stops next."""
    global pausing
    with lock:
        pausing = False
        if plan is not None:
            state.plan = plan
        if not standing:
            rearm()
            return
        since, until = clock.thaw(monotonic())
        for each in all_states():
            if each.kept is None:
                each.records += (schema.PAUSED, since, until)
        agent.meter.reset()
        going = standing[:]
        del standing[:]
        rearm()
    for each in going:
        each.commands.put(GO)


def pause():
    global pausing
    with lock:
        if not standing:
            pausing = True
        rearm()


def next_actor(loop, state):
    """Who runs next: the number of a task or of code, 0 for nobody."""
    for handle in loop._ready:
        if not handle._cancelled:
            return actor_of(state, handle)
    return 0


def actor_of(state, handle):
    return slow.identify(state, handle._callback, handle._args)[0]


def tell_ready(loop, state, taken):
    """QUEUED for each handle in ready. `taken`: what was already taken from its head to run, 0 for nothing."""
    if taken:
        state.records += (schema.QUEUED, 0, taken)
    for index, handle in enumerate(list(loop._ready), 1 if taken else 0):
        if not handle._cancelled:
            state.records += (schema.QUEUED, index, actor_of(state, handle))


def primary():
    """The loop that stopped first, or None."""
    try:
        return standing[0]
    except IndexError:
        return None


def line_plan(kind, state):
    """At a gate there is no line to step from."""
    at = None if state.stop is None else state.stop.at
    if at == "inside":
        return Plan(kind, frames=lines.frames_from(state.stop.frame))
    return Plan(kind if kind == "lineInto" and at == "gate" else "callback")


def set_lines(path, given):
    answers = lines.set_lines(path, given)
    with lock:
        rearm()
    return answers


def set_points(given):
    global points, at_ticks
    with lock:
        points, answers = breakpoints.made(given, points)
        enabled = [point for point in points if point.enabled]
        at_ticks = tuple(point for point in enabled if point.place in breakpoints.AT_TICKS)
        places.watch(point for point in enabled if point.place not in breakpoints.AT_TICKS)
        rearm()
    return answers


from . import lines, stalls  # noqa: E402  they ask for what stands above
