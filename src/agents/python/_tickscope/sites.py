"""Level "stacks": on which line of the user's own callbacks and timers were scheduled and tasks created.

Off, it costs nothing: the code of call_soon and call_later is exchanged while the program runs.
"""
import sys
from _thread import get_ident
from time import perf_counter

from . import cost, definitions, recorder, schema, slow
from .faults import fault
from .graft import graft
from .loops import IDLE, RUNNING, states
from .recorder import hot

on = False
# Captures so far; one in 64 is timed and stands for all.
count = 0
# Seconds that one takes, lately. What takes longer than _INTERRUPTED was interrupted by another thread or process.
usual = 0.0
_INTERRUPTED = 0.0001

_DEEPEST = 100
_LIBRARY, _USER, _LOOP = range(3)
_kinds = {}  # id(code) -> kind; the code objects are kept
_kept = []
_places = {}  # (id(code), instruction) -> number


def _kind(code):
    kind = _kinds.get(id(code))
    if kind is None:
        path = definitions.path_of(code)
        kind = _USER if definitions.is_user(path) else _LIBRARY
        if code.co_name in ("_run_once", "_run") and definitions.is_stdlib(path):
            kind = _LOOP
        _kept.append(code)
        _kinds[id(code)] = kind
    return kind


def place(frame, base=0):
    """The number of the innermost line of the user's own, from this frame outwards to the loop's; 0: there is none."""
    for _ in range(_DEEPEST):
        if frame is None or id(frame) == base:
            return 0
        code = frame.f_code
        kind = _kind(code)
        if kind == _USER:
            key = (id(code), frame.f_lasti)
            number = _places.get(key)
            if number is None:
                number = _places[key] = definitions.place_number(code, frame.f_lineno or code.co_firstlineno)
            return number
        if kind == _LOOP:
            return 0
        frame = frame.f_back
    return 0


def _measured(tell):
    """A function that tells, and now and then times it."""

    def measured(*given):
        global count, usual
        count += 1
        try:
            if count & 63:
                tell(sys._getframe(1), *given)
                return
            began = perf_counter()
            tell(sys._getframe(1), *given)
            took = perf_counter() - began
            if took < _INTERRUPTED:
                usual += (took - usual) / 16
            cost.captured += 64 * usual
        except Exception as error:
            fault(error)

    return measured


def _line(frame, state):
    return place(frame, state.kept.base if state.kept is not None and state.phase != IDLE else 0)


@_measured
def soon(frame, loop, queues=None):
    """After a callback was put at the end of ready."""
    state = states.get(id(loop))
    if state is None or (state.phase != IDLE and state.thread != get_ident()):
        return
    number = _line(frame, state)
    if not number:
        return
    stop = state.stop
    # As in QUEUED: the callback that runs is 0, when one runs.
    runs = state.phase == RUNNING and (stop is None or stop.handle is not None or stop.at == "inside")
    index = len((queues or loop)._ready) - 1
    state.records += (schema.SITE, index + 1 if runs else index, number)


@_measured
def _timer_site(frame, state, timer):
    number = _line(frame, state)
    if number:
        state.records += (schema.TIMER_SITE, id(timer), number)


@_measured
def _task_site(frame, loop, task):
    state = states.get(id(loop))
    actor = definitions.tasks.get(id(task))
    number = _line(frame, state) if actor is not None and state is not None else 0
    if number:
        state.records += (schema.TASK_SITE, actor, number)


plain_timer_scheduled = slow.timer_scheduled
plain_created = slow.created


def timer_scheduled(state, timer):
    plain_timer_scheduled(state, timer)
    _timer_site(state, timer)


def created(loop, task, coro):
    plain_created(loop, task, coro)
    _task_site(loop, task)


# ---- in the recorder's place; its names are those of `hot`

def call_soon(self, callback, *args, context=None):
    if self._closed:
        self._check_closed()
    if self._debug:
        handle = original_call_soon(self, callback, *args, context=context)  # noqa: F821
        if handle._source_traceback:
            del handle._source_traceback[-1]
    else:
        handle = Handle(callback, args, self, context)  # noqa: F821
        self._ready.append(handle)
    sites.soon(self)  # noqa: F821
    return handle


def call_later(self, delay, callback, *args, context=None):
    if self._debug or delay is None or self.call_at.__func__ is not call_at:  # noqa: F821
        timer = original_call_later(self, delay, callback, *args, context=context)  # noqa: F821
        if timer._source_traceback:
            del timer._source_traceback[-1]
        return timer
    if self._closed:
        self._check_closed()
    when = self.time() + delay
    timer = TimerHandle(when, callback, args, self, context)  # noqa: F821
    heappush(self._scheduled, timer)  # noqa: F821
    timer._scheduled = True
    slow.timer_scheduled(states.get(id(self)) or state_of(self), timer)  # noqa: F821
    return timer


_codes = {}  # name -> (code without, code with)


def switch(wanted):
    global on
    if wanted == on:
        return
    if not _codes:
        hot["sites"] = sys.modules[__name__]
        for ours, original in ((call_soon, recorder.original_call_soon), (call_later, recorder.original_call_later)):
            name = ours.__name__
            _codes[name] = hot[name].__code__, graft(ours, original, hot, ()).__code__
    for name, codes in _codes.items():
        hot[name].__code__ = codes[wanted]
    slow.timer_scheduled = timer_scheduled if wanted else plain_timer_scheduled
    slow.created = created if wanted else plain_created
    on = wanted
