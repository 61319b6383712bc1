"""Puts the observers into asyncio and takes them out again."""

from . import definitions, faults, gate, inspection, observers, reasons, recorder, slow
from .graft import graft, source_text_known
from .recorder import BaseEventLoop, hot

# (holder, name, original) of all that was replaced.
replaced = []


_ABSENT = object()


def replace(holder, name, value):
    """Puts a value in; what the holder only inherits is inherited again later."""
    original = holder.__dict__.get(name, _ABSENT)
    replaced.append((holder, name, original, value))
    setattr(holder, name, value)


def take_out():
    """Puts back the originals, except what somebody else has replaced meanwhile."""
    recorder.set_gates((), recorder.NO_TICK)
    recorder.set_timers(False)
    gate.lines.take_out()
    while replaced:
        holder, name, original, value = replaced.pop()
        if holder.__dict__.get(name) is not value:
            continue
        if original is _ABSENT:
            delattr(holder, name)
        else:
            setattr(holder, name, original)


def put_in(connection, agent):
    """Called once, right after asyncio was imported."""
    definitions.definitions = connection.definitions
    slow.connection = connection
    slow.agent = agent
    slow.gates = gate
    inspection.connection = connection
    faults.take_out = take_out
    definitions.set_roles()
    slow.know_stock()
    hot["SLEEP_CODE"] = definitions.code_number(recorder.set_result_unless_cancelled.__code__)

    names = [recorder.call_soon, recorder.call_later, recorder.call_at, recorder._timer_handle_cancelled, recorder.time]
    for ours in names:
        put(ours.__name__, ours)
    known = recorder.original_create_task.__code__
    wanted = known.co_varnames[known.co_argcount : known.co_argcount + known.co_kwonlyargcount]
    if known.co_flags & 0x08:
        put("create_task", recorder.create_task_any)
    elif wanted == ("name",):
        put("create_task", recorder.create_task_38)
    elif wanted == ("name", "context"):
        put("create_task", recorder.create_task_311)
    else:
        put("create_task", recorder.create_task_any)
    if source_text_known(recorder.original_run_once):
        put("_run_once", recorder._run_once, ALIKE)
    else:
        observers.foreign_stock = True
    observers.put_in(replace)
    reasons.fill()


ALIKE = (
    (
        "event_list = selector._selector.poll(0, len(selector._fd_to_key) or 1)",
        "event_list = self._selector.select(timeout)",
    ),
    ("event_list = selector.select(timeout)", "event_list = self._selector.select(timeout)"),
    ("handle._context.run(callback, *args)", "handle._run()"),
    ("handle._context.run(callback, args[0])", "handle._run()"),
    ("handle._context.run(callback)", "handle._run()"),
    ("slow.run_plainly(self, handle)", "handle._run()"),
)


def put(name, ours, alike=()):
    original = BaseEventLoop.__dict__[name]
    grafted = graft(ours, original, hot, alike)
    hot[name] = grafted
    replace(BaseEventLoop, name, grafted)
