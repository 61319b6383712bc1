"""A condition may loop for ever. The agent's thread ends one that takes too long, by an exception in the thread that evaluates it.

What runs inside C without coming back to Python (sum(itertools.count())) cannot be ended so.
"""
import _thread
from _thread import get_ident
from time import monotonic

LONGEST = 1.0  # s
AGAIN = 0.25  # s; the program may have caught it
_lock = _thread.allocate_lock()
_running = {}  # thread -> since when, raw s
_sent = {}  # thread -> when it was thrown something, raw s


class TooLong(Exception):
    """What became of an expression; the message ends a sentence."""


class _Ended(BaseException):
    """Thrown into the evaluation."""


def run(act, *args):
    """What act(*args) returns. Raises what it raises, and TooLong. What is evaluated inside another shares its time."""
    thread = get_ident()
    if thread in _running:
        return act(*args)
    try:
        return _bounded(thread, act, args)
    except _Ended:
        _over(thread)
        raise _too_long()


def _bounded(thread, act, args):
    ended = False
    value = error = None
    try:
        _running[thread] = monotonic()
        value = act(*args)
    except _Ended:
        ended = True
    except BaseException as raised:
        error = raised
    # From here on none is thrown; the last one may still come.
    while True:
        try:
            _over(thread)
            break
        except _Ended:
            ended = True
    try:
        if ended:
            raise _too_long()
        if error is not None:
            raise error
        return value
    finally:
        error = value = None


def _too_long():
    return TooLong("ran for more than %g s and was ended" % LONGEST)


def _over(thread):
    with _lock:
        _running.pop(thread, None)
        sent = _sent.pop(thread, None) is not None
    if sent:
        _catch(thread)


def _catch(thread):
    """What was thrown may still be under way. Were it taken back, CPython would go on looking for it, and 3.11 would never get past
    that in a frame that is traced; so it is thrown once more, in place of that one, and arrives here."""
    try:
        _throw(thread)
        for _ in range(1000000):
            pass
    except _Ended:
        pass


def look():
    """Ends what takes too long. On the agent's thread. True: something is being evaluated."""
    if not _running:
        return False
    now = monotonic()
    for thread, since in list(_running.items()):
        if now - since > LONGEST and now - _sent.get(thread, 0) > AGAIN:
            with _lock:
                if _running.get(thread) == since:
                    _sent[thread] = now
                    _throw(thread)
    return True


def _throw(thread):
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_Ended))
