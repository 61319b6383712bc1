"""Answers to questions about the program: chains, stacks, reasons, variables."""
import sys
from time import monotonic

from . import chains, definitions, evaluate, facts, reasons, schema
from .loops import all_states

connection = None
MOST_REASONS = 1000
AT_STOP = 200
ASLEEP = 200

NEEDS_STOP = "The program is running; pause it to see values."


class Sentence(Exception):
    """The answer is an error; the message is for the user."""


def answer(command):
    """On the thread of a loop that stands."""
    name, number, arguments = command
    try:
        body = _ANSWERS[name](arguments)
    except Sentence as error:
        connection.say({"type": "reply", "id": number, "error": str(error)})
    except KeyError as error:
        if name in _ANSWERS:
            connection.say({"type": "reply", "id": number, "error": "The agent failed: " + facts.describe(error)})
        else:
            connection.say({"type": "reply", "id": number, "error": "The agent does not know %r." % name})
    except (KeyboardInterrupt, SystemExit):
        connection.say({"type": "reply", "id": number, "error": "It was interrupted."})
        raise
    except BaseException as error:
        connection.say({"type": "reply", "id": number, "error": "The agent failed: " + facts.describe(error)})
    else:
        connection.say({"type": "reply", "id": number, "body": body})


def while_running(name, arguments):
    """On the agent's thread: nothing here may run the program's code."""
    if name in ("chain", "stack", "reasons", "waits"):
        try:
            return _ANSWERS[name](arguments)
        except Sentence as error:
            return {"error": str(error)}
    if name in _ANSWERS:
        return {"error": NEEDS_STOP}
    return {"error": "The agent does not know %r." % name}


def state_numbered(number):
    for state in all_states():
        if state.id == number:
            return state
    raise Sentence("There is no loop %s." % number)


def task_numbered(number):
    task = definitions.live_task(number)
    if task is None:
        raise Sentence("Task %s has ended, or there is none of that number." % number)
    return task


def _state_of_task(actor):
    ref = definitions.refs.get(actor)
    return None if ref is None else next((state for state in all_states() if state.id == ref.loop), None)


def _stands():
    return any(state.stop is not None for state in all_states())


# ---- frames

def _described(found, task):
    keep = _stands()
    return [chains.described(frame, evaluate.frame_number(frame, task) if keep else 0) for frame in found]


def chain(arguments):
    actor = arguments.get("task")
    task = task_numbered(actor)
    state = _state_of_task(actor)
    if state is not None and _runs_now(state, actor):
        live = _live_frames(state)
        if live:
            return {"frames": _described(live, task)}
    return {"frames": _described(chains.frames(task), task)}


def _runs_now(state, actor):
    if state.stop is not None:
        return state.stop.at == "inside" and state.stop.actor == actor
    return False


def _live_frames(state):
    if state.stop is not None:
        frame = state.stop.frame
    else:
        frame = sys._current_frames().get(state.thread)
    return chains.running_frames(frame, state.kept.base if state.kept is not None else 0)


def stack(arguments):
    state = state_numbered(arguments.get("loop"))
    stop = state.stop
    if stop is None:
        running = state.phase == 2
        body = {"frames": _described(_live_frames(state), None) if running else [], "running": running}
        if running:
            body["elapsed"] = max(0.0, monotonic() - last_time(state))
        return body
    if stop.at == "inside":
        return {"frames": _described(_live_frames(state), definitions.live_task(stop.actor)), "running": True}
    task = definitions.live_task(stop.actor)
    if task is not None:
        return {"frames": _described(chains.frames(task), task), "running": False}
    return {"frames": _callback_frame(state, stop), "running": False}


def _callback_frame(state, stop):
    handle = stop.handle
    if handle is None:
        handle = next((each for each in state.queues._ready if not each._cancelled), None)
    callback = None if handle is None else handle._callback
    while hasattr(callback, "func"):
        callback = callback.func
    if callback is None:
        return []
    code = getattr(callback, "__code__", None)
    name = getattr(callback, "__qualname__", None) or type(callback).__qualname__
    if code is None:
        return [{"id": 0, "name": name, "path": "", "line": 0, "user": False}]
    path = definitions.path_of(code)
    return [{"id": 0, "name": name, "path": path, "line": code.co_firstlineno, "user": definitions.is_user(path)}]


def last_time(state):
    """When the callback that runs now began: the end of the last one that was recorded. Raw seconds."""
    records = state.records[:]
    found = state.flushed
    at = 0
    while at < len(records):
        first = records[at]
        if first > 0:
            found = records[at + 2]
            at += 4
        else:
            if first == schema.TICK:
                found = records[at + 2]
            at += 1 + schema.FIELDS[first]
    return found


# ---- reasons

def told_reasons(arguments):
    wanted = arguments.get("tasks")
    if wanted is None:
        wanted = list(definitions.refs)
    count = 0
    for actor in wanted:
        task = definitions.live_task(actor)
        state = _state_of_task(actor)
        if task is None or state is None:
            continue
        try:
            count += reasons.tell(task, actor, state)
        except (RuntimeError, ReferenceError, AttributeError):
            continue  # it ran on while it was read
        if count >= MOST_REASONS:
            break
    for state in all_states():
        connection.flush(state)
    return {}


def _tell_new(state, most, still=lambda: True, again=False):
    """For tasks newly suspended; `again`: and for those whose reason holds a count, which may have changed."""
    count = 0
    for actor, ref in list(definitions.refs.items()):
        if ref.loop != state.id:
            continue
        task = ref()
        if task is None:
            continue
        waiter = task._fut_waiter
        if waiter is None:
            continue
        told, counts = state.explained.get(actor, (0, False))
        if told == id(waiter) and not (again and counts):
            continue
        if not still():
            return
        try:
            count += reasons.tell(task, actor, state)
        except (RuntimeError, ReferenceError, AttributeError):
            continue
        if count >= most:
            break
    if len(state.explained) > 2 * len(definitions.refs) + 1000:
        state.explained = {actor: told for actor, told in state.explained.items() if actor in definitions.refs}


def reasons_at_stop(loop, state):
    _tell_new(state, AT_STOP, again=True)


def reasons_asleep(state):
    """For tasks newly suspended, while the loop sleeps. On the agent's thread."""
    tick = state.tick
    _tell_new(state, ASLEEP, lambda: state.tick == tick and state.phase == 1)


# ---- values

def locals_of(arguments):
    frame, _task = evaluate.frame_numbered(arguments.get("frame"))
    return {"variables": [evaluate.variable(name, value) for name, value in list(frame.f_locals.items())]}


def inspect(arguments):
    if arguments.get("task") is not None:
        return {"variables": evaluate.task_facts(task_numbered(arguments["task"]))}
    state = state_numbered(arguments.get("loop"))
    return {"variables": evaluate.loop_facts(state)}


def variables(arguments):
    return {
        "variables": evaluate.children(
            arguments.get("ref"), arguments.get("start") or 0, arguments.get("count"), arguments.get("filter")
        )
    }


def evaluated(arguments):
    frame = task = None
    if arguments.get("frame"):
        frame, task = evaluate.frame_numbered(arguments["frame"])
    if arguments.get("task") is not None:
        task = task_numbered(arguments["task"])
        if frame is None:
            found = chains.frames(task)
            frame = next((each for each in reversed(found) if definitions.is_user(each.f_code.co_filename)), None)
    state = None
    if task is not None:
        state = _state_of_task(definitions.tasks.get(id(task), 0))
    return evaluate.run(arguments.get("expression") or "", frame, task, state, arguments.get("context"))


def exception(arguments):
    """The exception that the stop is about. Runs the program's __str__."""
    stop = state_numbered(arguments.get("loop")).stop
    error = None if stop is None else stop.error
    if error is None:
        raise Sentence("This stop is not about an exception.")
    import traceback

    text = facts.describe(error).partition(": ")[2]
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {"type": type(error).__qualname__, "message": text, "traceback": "".join(lines)}


def waits(arguments):
    from . import waits

    return waits.answer(arguments)


def forget(state):
    """The program runs on: numbers of frames and values are void."""
    if not _stands():
        evaluate.forget()


_ANSWERS = {
    "chain": chain,
    "stack": stack,
    "reasons": told_reasons,
    "locals": locals_of,
    "inspect": inspect,
    "variables": variables,
    "evaluate": evaluated,
    "exception": exception,
    "waits": waits,
}
evaluate.Sentence = Sentence
