"""What the agent costs: its share of the CPU time that the process takes, measured while the program runs.

What is written on every callback is counted, and what one record costs was timed once in this process, against what the
standard loop does in its place; encoding, the agent's own thread and the capturing of lines are timed as they happen.
Seconds of CPU time throughout.
"""
import contextvars
import marshal
import operator
from collections import deque
from time import monotonic, process_time, thread_time

from . import schema

POLLING = 1  # of loops

EVERY = 1.0
# With less CPU time than this between two looks the share would be noise.
LEAST = 0.02
# A program that takes less of the time than this rests: what the agent does beside it holds nothing up.
RESTS = 0.05

# CPU seconds that the capturing of lines took so far (sites.py).
captured = 0.0

# What it takes to read the clock, which is in all that is timed so.
clock = 0.0

_ROUNDS = 500
_TIMES = 5


class _Task(list):
    """Stands for a task; its __len__ for the callback that steps it."""

    def __init__(self):
        super().__init__()
        self._fut_waiter = self


class _Loop:
    def get_debug(self):
        return False


class _Timer:
    def __init__(self, callback):
        self._callback = callback
        self._args = ()
        self._when = 0.0


class _State:
    def __init__(self):
        self.records = []


def _timed(work):
    """Seconds for each of so many rounds; the least of some tries, so that nobody else's work is counted."""
    least = 1.0
    for _ in range(_TIMES):
        began = thread_time()
        work()
        least = min(least, thread_time() - began)
    return max(0.0, least - clock) / _ROUNDS


def _of_a_run():
    """Seconds that a task's step takes longer than in the standard loop: its record, without what the recorder saves."""
    from . import recorder

    owner = _Task()
    handle = recorder.Handle(owner.__len__, (), _Loop(), contextvars.copy_context())
    step = type(owner.__len__)
    wakeup = None
    gate = plainly = False
    tasks_get = {id(owner): 1}.get
    now = monotonic
    ready = deque()
    rounds = range(_ROUNDS)

    def ours():
        records = []
        for _ in rounds:
            if handle._cancelled:
                continue
            callback = handle._callback
            args = handle._args
            kind = type(callback)
            if kind is step or (kind is wakeup and args):
                owner = callback.__self__
                actor = tasks_get(id(owner))
            if gate:
                continue
            try:
                if plainly:
                    continue
                elif args:
                    handle._context.run(callback, *args)
                else:
                    handle._context.run(callback)
            except BaseException:
                raise
            waiter = owner._fut_waiter
            if waiter is not None:
                records += (actor, id(waiter), now(), len(ready))
                waiter = None

    def theirs():
        for _ in rounds:
            if handle._cancelled:
                continue
            if plainly:
                continue
            else:
                handle._run()

    return max(0.0, _timed(ours) - _timed(theirs))


def _of_another(record, *given):
    """Seconds for one of the functions that note what is rarer."""

    def work():
        for _ in range(_ROUNDS):
            record(*given)

    return _timed(work)


def _of_a_nameless(identify):
    """Seconds to find the number of a callable of C, which costs the program none."""
    from . import definitions, recorder

    name = type(_GETTER).__qualname__
    ours = name not in definitions.named
    definitions.named.setdefault(name, recorder.hot["SLEEP_CODE"])
    try:
        return _of_another(identify, _State(), _GETTER, ())
    finally:
        if ours:
            del definitions.named[name]


_GETTER = operator.attrgetter("records")

# What capturing these takes is timed as it happens.
_TIMED = (schema.SITE, schema.TIMER_SITE, schema.TASK_SITE)


class Meter:
    def __init__(self, connection):
        self.connection = connection
        self.run = self.other = self.nameless = 0.0
        self.calibrated = False
        self.thread = 0.0  # CPU seconds of the agent's thread, as it last said
        self.aside = 0.0  # of which it spent so many on questions while every loop slept: that held nothing up
        self.reset()

    def calibrate(self):
        """On the agent's thread."""
        global clock
        from . import recorder, sites, slow

        began = thread_time()
        for _ in range(_ROUNDS):
            thread_time()
        clock = (thread_time() - began) / _ROUNDS
        self.calibrated = True
        self.run = _of_a_run()
        self.other = _of_another(sites.plain_timer_scheduled, _State(), _Timer(recorder.set_result_unless_cancelled))
        self.nameless = _of_a_nameless(slow.identify)

    def reset(self):
        """Begins anew: while the program stood, what it took was not its own."""
        self.began = monotonic()
        self.since = self._now()

    def _now(self):
        spent = self.connection.spent + self.thread - self.aside + captured
        return process_time() - self.aside, self.connection.values, spent

    def _of_a_value(self):
        """Seconds per recorded value, by the mix of the records that were sent last."""
        from . import definitions

        nameless = set(definitions.named.values())  # callables of C, which have to be looked up by name
        last = self.connection.last
        values = marshal.loads(last) if last else ()
        if not values:
            return self.run / 4
        at = seconds = 0
        while at < len(values):
            first = values[at]
            if first > 0:
                at += 4
                seconds += self.run
                if first in nameless:
                    seconds += self.nameless
            else:
                at += 1 + schema.FIELDS[first]
                if first not in _TIMED:
                    seconds += self.run if first == schema.TICK else self.other
        return seconds / len(values)

    def share(self):
        """The agent's share since the last time; None: too little has run to say, or the program rests."""
        now = self._now()
        process, values, spent = (new - old for new, old in zip(now, self.since))
        if process < LEAST or not self.calibrated:
            return None
        lasted = monotonic() - self.began
        self.since = now
        self.began = monotonic()
        if process < RESTS * lasted:
            return None
        return min(1.0, (spent + values * self._of_a_value()) / process)

    def tell(self):
        from .loops import all_states

        # What is seen of loops that run their callbacks in a way of their own costs otherwise, and is not measured.
        if any(state.kept is not None or state.foreign is not None for state in all_states()):
            return
        share = self.share()
        if share is not None:
            self.connection.say({"type": "cost", "share": round(share, 4)})

    def answered(self, states, answer):
        """What `answer()` returns, to a question to the program. On the agent's thread."""
        ticks = [(state.phase, state.tick) for state in states]
        began = thread_time()
        body = answer()
        if all(phase == POLLING for phase, _ in ticks) and ticks == [(state.phase, state.tick) for state in states]:
            self.aside += thread_time() - began
        return body

    def look(self):
        """On the agent's thread, whenever it is awake."""
        self.thread = thread_time()
        if not self.calibrated:
            self.calibrate()
            self.thread = thread_time()
            self.reset()
        elif monotonic() - self.began >= EVERY:
            self.tell()
