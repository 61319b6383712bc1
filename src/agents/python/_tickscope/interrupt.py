"""Breaking into a callback that runs for long: by a signal on the main thread, by sys.monitoring (3.12+) elsewhere."""
import signal
import sys
import threading
from time import monotonic
from signal import getsignal, signal as set_handler  # before somebody replaces them for a test

from . import clock, definitions, gate, loops
from .faults import fault
from .recorder import hot

SIGNAL = getattr(signal, "SIGURG", None)
_listening = {}  # thread -> how many loops run in it
TOOL_NAME = "tickscope"
_tool = None


def listen(state):
    """A loop begins to run in this thread: takes the signal if nobody wants it."""
    if SIGNAL is None or threading.get_ident() != threading.main_thread().ident:
        return
    _listening[state.thread] = _listening.get(state.thread, 0) + 1
    if getsignal(SIGNAL) is signal.SIG_DFL:
        set_handler(SIGNAL, _on_signal)


def unlisten(state):
    """The loop has ended: the signal is as it was."""
    if SIGNAL is None or state.thread not in _listening or threading.get_ident() != state.thread:
        return
    _listening[state.thread] -= 1
    if _listening[state.thread] <= 0:
        del _listening[state.thread]
        if getsignal(SIGNAL) is _on_signal:
            set_handler(SIGNAL, signal.SIG_DFL)


def forked():
    """In a forked child: the loops of its parent, which we listened for, will not end here."""
    _listening.clear()
    try:
        if SIGNAL is not None and getsignal(SIGNAL) is _on_signal:
            set_handler(SIGNAL, signal.SIG_DFL)
    except ValueError:
        pass  # another thread forked


def break_in(only=None):
    """Asks loops that are in the middle of a callback, or `only` one, to stop there. On the agent's thread."""
    for state in loops.all_states() if only is None else [only]:
        if not _may_run(state) or state.stop is not None:
            continue
        if SIGNAL is not None and state.thread in _listening and getsignal(SIGNAL) is _on_signal:
            state.signalled += 1
            signal.pthread_kill(state.thread, SIGNAL)
        elif sys.version_info >= (3, 12):
            _monitor()


def _on_signal(number, frame):
    try:
        stop_inside(frame)
    except Exception as error:
        fault(error)


def _may_run(state):
    """In the middle of a callback; of uvloop it is not known while it polls."""
    return state.phase == loops.RUNNING or (state.kept is not None and state.phase == loops.POLLING)


def _running_state(thread):
    for state in loops.all_states():
        if state.thread == thread and _may_run(state):
            return state
    return None


def callback_at(state, frame):
    """(actor, handle) of the callback in which a frame runs; None where it is the loop's or the agent's own."""
    if state.kept is not None:
        return state.kept.place(frame)
    innermost = frame
    run_once = hot["_run_once"].__code__ if "_run_once" in hot else None
    while frame is not None and frame.f_code is not run_once:
        if frame.f_code.co_filename.startswith(definitions.HOME) or frame.f_globals is hot:
            return None  # inside the agent; it comes by a gate at once
        frame = frame.f_back
    if frame is None or frame is innermost:
        return None
    names = frame.f_locals
    return names.get("actor") or 0, names.get("handle")


def stop_inside(frame):
    """Stops here if a callback of the program is running; else the next gate does it."""
    if gate.standing or not _wanted():
        return
    state = _running_state(threading.get_ident())
    if state is None or state.stop is not None or gate.connection.holder == threading.get_ident():
        return
    place = callback_at(state, frame)
    if place is None:
        return
    actor, handle = place
    found = slow_found(state, actor, handle)
    if found is not None and found.ids:
        text = "Paused inside a callback of tick %d: %s" % (state.tick, found.text())
        gate.stop(state.queues, state, "breakpoint", text, found.ids, "inside", actor, handle, frame)
    elif gate.pausing:
        text = "Paused inside a callback of tick %d" % state.tick
        gate.stop(state.queues, state, "pause", text, [], "inside", actor, handle, frame)


def _wanted():
    return gate.pausing or bool(gate.places.slow_during)


def slow_found(state, actor, handle):
    """What breakpoints say of a callback that still runs; None: none is for that, or they were asked already."""
    if not gate.places.slow_during:
        return None
    from .inspection import last_time

    # The tick's handles stood in ready together, so an id is one handle's.
    if state.slow_said == (state.tick, id(handle)):
        return None
    began = last_time(state)
    took = monotonic() - max(began, clock.resumed)
    asked = [point for point in gate.places.slow_during if took > point.seconds]
    if not asked:
        return None
    state.slow_said = (state.tick, id(handle))
    code, task, words = gate.places.who(actor)
    return gate.places.asked_about(state.queues, state, asked, code, task, "%s has run for %.0f ms" % (words, took * 1000))


def look_for_slow():
    """Breaks into callbacks that run for longer than some breakpoint allows. On the agent's thread."""
    from .inspection import last_time

    least = min(point.seconds for point in gate.places.slow_during)
    for state in loops.all_states():
        if state.phase != loops.RUNNING or state.stop is not None:
            continue
        began = last_time(state)
        if began and began != state.slow_signalled and monotonic() - max(began, clock.resumed) > least:
            state.slow_signalled = began
            break_in(state)


# ---- 3.12 and later, any thread

def _monitor():
    global _tool
    monitoring = sys.monitoring
    if _tool is not None:
        return
    for tool in (3, 4, 5, 1, 2):
        if monitoring.get_tool(tool) is None:
            break
    else:
        return
    _tool = tool
    monitoring.use_tool_id(tool, TOOL_NAME)
    events = monitoring.events.LINE | monitoring.events.JUMP
    monitoring.register_callback(tool, monitoring.events.LINE, _on_event)
    monitoring.register_callback(tool, monitoring.events.JUMP, _on_event)
    monitoring.set_events(tool, events)


def _unmonitor():
    global _tool
    monitoring = sys.monitoring
    tool, _tool = _tool, None
    if tool is None:
        return
    monitoring.set_events(tool, 0)
    for event in (monitoring.events.LINE, monitoring.events.JUMP):
        monitoring.register_callback(tool, event, None)
    monitoring.free_tool_id(tool)


def _on_event(code, *_):
    if not _wanted():
        _unmonitor()
        return
    state = _running_state(threading.get_ident())
    frame = sys._getframe(1)
    if code.co_filename.startswith(definitions.HOME) or state is None or callback_at(state, frame) is None:
        return
    _unmonitor()
    try:
        stop_inside(frame)
    except Exception as error:
        fault(error)
