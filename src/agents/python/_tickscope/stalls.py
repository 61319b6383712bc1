"""Loops that sleep and that nothing can wake: looked for by the agent's thread while a breakpoint asks for it.

Said only where it is sure: the poll has no timeout, nothing but the loop's own pipe is watched, no other thread lives but idle workers, and
no signal has a handler in Python, so nobody is there who could hand something in.
"""
import asyncio.selector_events as selector_events
import sys
from _thread import get_ident

from . import alive, definitions, gate
from .faults import guarded


@guarded
def look():
    """On the agent's thread."""
    for state in gate.all_states():
        if state.phase != gate.POLLING or state.stop is not None or state.kept is not None or state.stalled_at == state.tick:
            continue
        loop = state.loop
        tick = state.tick
        if loop is None or not is_alone(loop, state) or state.tick != tick or state.phase != gate.POLLING:
            continue
        state.stalled_at = tick
        gate.stalled.add(state)
        gate.wake(state)


def is_alone(loop, state):
    """Nothing that lives can hand it anything. For a loop that sleeps."""
    if not isinstance(loop, selector_events.BaseSelectorEventLoop) or state.foreign is not None:
        return False
    if loop._ready or any(not timer._cancelled for timer in list(loop._scheduled)):
        return False
    own = loop._ssock
    if own is None or any(key.fileobj is not own and key.fd != own.fileno() for key in list(loop._selector.get_map().values())):
        return False
    for thread, frame in sys._current_frames().items():
        if thread not in (state.thread, get_ident()) and not alive.is_harmless(frame):
            return False
    return not (alive.has_handlers() or getattr(loop, "_signal_handlers", None))


def words(loop, state):
    count = sum(ref.loop == state.id for ref in list(definitions.refs.values()))
    return "nothing can wake the loop: it has no timer and watches no file descriptor, and %s" % (
        "its task waits for ever" if count == 1 else "its %d tasks wait for ever" % count
    )
