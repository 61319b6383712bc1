"""Loops that sleep and that nothing can wake: looked for by the agent's thread while a breakpoint asks for it.

Said only where it is sure: the poll has no timeout, nothing but the loop's own pipe is watched, no other thread lives and
no signal has a handler in Python, so nobody is there who could hand something in.
"""
import asyncio.selector_events as selector_events
import signal
import sys
from _thread import get_ident

from . import definitions, gate
from .faults import guarded

_OURS = "_tickscope"


@guarded
def look():
    """On the agent's thread."""
    for state in gate.all_states():
        if state.phase != gate.POLLING or state.stop is not None or state.kept is not None or state.stalled_at == state.tick:
            continue
        loop = state.loop
        tick = state.tick
        if loop is None or not _is_alone(loop, state) or state.tick != tick or state.phase != gate.POLLING:
            continue
        state.stalled_at = tick
        gate.stalled.add(state)
        gate.wake(state)


def _is_alone(loop, state):
    if not isinstance(loop, selector_events.BaseSelectorEventLoop) or state.foreign is not None:
        return False
    if loop._ready or any(not timer._cancelled for timer in list(loop._scheduled)):
        return False
    own = loop._ssock
    if own is None or any(key.fileobj is not own and key.fd != own.fileno() for key in list(loop._selector.get_map().values())):
        return False
    if any(thread not in (state.thread, get_ident()) for thread in sys._current_frames()):
        return False
    return not _has_signal_handlers()


def _has_signal_handlers():
    """SIGINT aside: Ctrl-C ends a program."""
    for number in range(1, signal.NSIG):
        try:
            handler = signal.getsignal(number)
        except (ValueError, OSError):
            continue
        if number != signal.SIGINT and callable(handler) and not str(getattr(handler, "__module__", "")).startswith(_OURS):
            return True
    return False


def words(loop, state):
    count = sum(ref.loop == state.id for ref in list(definitions.refs.values()))
    return "nothing can wake the loop: it has no timer and watches no file descriptor, and %s" % (
        "its task waits for ever" if count == 1 else "its %d tasks wait for ever" % count
    )
