"""The parts of BaseEventLoop that cost on every callback, replaced by ones that do the same and record it.

The functions below mirror CPython's of the same names (3.8 to 3.14) with Handle._run inlined and call_soon, call_at,
call_later flattened, down to Handle.__init__ and an EpollSelector.select that does not wait, as long as these are
the stock ones: what the flattening saves pays for most of what the recording costs. `graft` gives them the file name and the positions of the originals, so that tracebacks read as
they would without the agent, and a namespace of their own, `hot`, in which the gates are switched.
"""
import asyncio.base_events as base_events
import asyncio.events as events
import asyncio.futures as futures
import asyncio.tasks as tasks_module
import heapq
from asyncio.base_events import _MIN_CANCELLED_TIMER_HANDLES_FRACTION, _MIN_SCHEDULED_TIMER_HANDLES, MAXIMUM_SELECT_TIMEOUT
from asyncio.events import Handle, TimerHandle
from contextvars import copy_context
from time import monotonic

from . import clock, definitions, schema, slow
from .loops import POLLING, RUNNING, state_of, states

BaseEventLoop = base_events.BaseEventLoop
heappop = heapq.heappop
heappush = heapq.heappush
heapify = heapq.heapify
now = monotonic
new = object.__new__
tasks = definitions.tasks
codes = definitions.codes
set_result_unless_cancelled = futures._set_result_unless_cancelled

original_run_once = BaseEventLoop._run_once
original_call_soon = BaseEventLoop.call_soon
original_call_at = BaseEventLoop.call_at
original_call_later = BaseEventLoop.call_later
original_create_task = BaseEventLoop.create_task
original_time = BaseEventLoop.time
original_timer_handle_cancelled = BaseEventLoop._timer_handle_cancelled
original_handle_run = Handle._run

# Values in a buffer before they are encoded: few enough to stay in the processor's cache.
FULL = 2400
# Switched in `hot`: something may have to stop before a callback, or before a tick's first callback.
# TICK_GATE is the first tick at which that may be.
# GATE has the numbers of the code and tasks concerned, AFTER those of tasks that may have to stop after a step.
GATE = ()
NO_TICK = TICK_GATE = 1 << 62
AFTER = ()
# Some breakpoint asks for timers scheduled or cancelled.
TIMERS = False
# The agent's thread looks at the buffers by itself every few ms; else it has to be poked.
AWAKE = False
# The loop that ran last, its state, and its methods select, time and call_at as far as they are the stock ones. A bound
# method equals another when object and function are the same: one comparison sees whatever was put in its place.
NOBODY = CURRENT = (None, None, None, None, None)
# Handles may be made without calling Handle.__init__.
STOCK_HANDLES = False
SLEEP_CODE = 0
# Types of the callbacks that step and wake a C task; STEP is known when the first one was seen.
STEP = None
WAKEUP = type(len)


def _run_once(self):
    last, state, stock_select, stock_time, _ = CURRENT
    if last is not self:
        state = slow.entered(self)
        if state is None:
            return original_run_once(self)
        _, _, stock_select, stock_time, _ = CURRENT
    records = state.records
    ready = self._ready
    try:
        scheduled = self._scheduled
        if scheduled:
            sched_count = len(scheduled)
            if (
                sched_count > _MIN_SCHEDULED_TIMER_HANDLES
                and self._timer_cancelled_count / sched_count > _MIN_CANCELLED_TIMER_HANDLES_FRACTION
            ):
                new_scheduled = []
                for handle in scheduled:
                    if handle._cancelled:
                        handle._scheduled = False
                    else:
                        new_scheduled.append(handle)
                heapify(new_scheduled)
                self._scheduled = scheduled = new_scheduled
                self._timer_cancelled_count = 0
            else:
                while scheduled and scheduled[0]._cancelled:
                    self._timer_cancelled_count -= 1
                    handle = heappop(scheduled)
                    handle._scheduled = False

        if len(records) > FULL:
            slow.encode(state)
        if ready or self._stopping:
            timeout = 0
            selector = self._selector
            if selector.select == stock_select:
                event_list = selector._selector.poll(0, len(selector._fd_to_key) or 1)
                if event_list:
                    event_list = slow.keyed(selector, event_list)
            else:
                event_list = selector.select(timeout)
        else:
            if not AWAKE:
                slow.poke()
            while True:
                if scheduled:
                    timeout = scheduled[0]._when - self.time()
                    if timeout > MAXIMUM_SELECT_TIMEOUT:
                        timeout = MAXIMUM_SELECT_TIMEOUT
                    elif timeout < 0:
                        timeout = 0
                else:
                    timeout = None
                state.phase = POLLING
                event_list = self._selector.select(timeout)
                state.phase = RUNNING
                if not AWAKE:
                    slow.poke()
                if (GATE or state.woken) and slow.polled(self, state, event_list):
                    continue
                break
            if timeout is None:
                timeout = -1
        if (event_list or state.processes) and not slow.process(self, state, event_list):
            before = len(ready)
            self._process_events(event_list)
            if event_list:
                slow.found(state, event_list, len(ready) - before)

        t = now()
        if scheduled:
            if self.time == stock_time:
                since, stood = clock.standing
                end_time = (t if since is None else since) - stood - state.stood + self._clock_resolution
            else:
                end_time = self.time() + self._clock_resolution
            while scheduled:
                handle = scheduled[0]
                if handle._when >= end_time:
                    break
                handle = heappop(scheduled)
                handle._scheduled = False
                ready.append(handle)
                records += (-5, id(handle))

        n = len(ready)
        tick = state.tick = state.tick + 1
        records += (-1, timeout, t, n)
        if state.handed:
            slow.tag_handed(state, ready)
        if tick >= TICK_GATE:
            slow.tick_gate(self, state)
        plainly = self._debug or state.plainly
        while n:
            n -= 1
            handle = ready.popleft()
            if handle._cancelled:
                records += (-6, len(ready))
                continue
            callback = handle._callback
            args = handle._args
            kind = type(callback)
            try:
                if kind is STEP or (kind is WAKEUP and args):
                    owner = callback.__self__
                    actor = tasks[id(owner)]
                else:
                    owner = None
                    actor = codes[id(callback.__code__)]
            except (KeyError, AttributeError):
                actor, owner = slow.identify(state, callback, args)
            if GATE and actor in GATE:
                slow.gate(self, state, handle, actor)
                if handle._cancelled:
                    records += (-6, len(ready))
                    continue
            try:
                if plainly:
                    slow.run_plainly(self, handle)
                elif not args:
                    handle._context.run(callback)
                elif len(args) == 1:  # every wake-up: a call with a star costs more
                    handle._context.run(callback, args[0])
                else:
                    handle._context.run(callback, *args)
            except (SystemExit, KeyboardInterrupt) as exc:
                slow.interrupted(self, state, actor, owner, exc, len(ready), plainly)
                raise
            except BaseException as exc:
                slow.run_failed(state, handle, actor, exc)
                if owner is None:
                    records += (actor, 2, now(), len(ready))
                    if AFTER and actor in AFTER:
                        slow.after_step(self, state, actor, None)
                    continue
            if owner is None:
                records += (actor, 1, now(), len(ready))
                if AFTER and actor in AFTER:
                    slow.after_step(self, state, actor, None)
                continue
            waiter = owner._fut_waiter
            if waiter is not None:
                records += (actor, id(waiter), now(), len(ready))
                waiter = None
            elif owner.done():
                records += (actor, slow.ended(state, owner, actor), now(), len(ready))
            else:
                records += (actor, 0, now(), len(ready))
            if AFTER and actor in AFTER:
                slow.after_step(self, state, actor, owner)
    except BaseException:
        slow.went_idle(self, state)
        raise
    finally:
        handle = callback = args = owner = waiter = event_list = None
        if self._stopping:
            slow.went_idle(self, state)


def call_soon(self, callback, *args, context=None):
    if self._closed:
        self._check_closed()
    if self._debug:
        handle = original_call_soon(self, callback, *args, context=context)
        if handle._source_traceback:
            del handle._source_traceback[-1]
        return handle
    if STOCK_HANDLES:
        handle = new(Handle)
        handle._context = copy_context() if context is None else context
        handle._loop = self
        handle._callback = callback
        handle._args = args
        handle._cancelled = False
        handle._repr = None
        handle._source_traceback = None
    else:
        handle = Handle(callback, args, self, context)
    self._ready.append(handle)
    return handle


def call_later(self, delay, callback, *args, context=None):
    last, state, _, stock_time, stock_call_at = CURRENT
    if last is not self:
        _, state, _, stock_time, stock_call_at = slow.current(self)
    if self._debug or delay is None or self.call_at != stock_call_at:
        timer = original_call_later(self, delay, callback, *args, context=context)
        if timer._source_traceback:
            del timer._source_traceback[-1]
        return timer
    if self._closed:
        self._check_closed()
    if self.time == stock_time:
        since, stood = clock.standing
        when = (now() if since is None else since) - stood - state.stood + delay
    else:
        when = self.time() + delay
    if STOCK_HANDLES:
        timer = new(TimerHandle)
        timer._context = copy_context() if context is None else context
        timer._loop = self
        timer._callback = callback
        timer._args = args
        timer._cancelled = False
        timer._repr = None
        timer._source_traceback = None
        timer._when = when
    else:
        timer = TimerHandle(when, callback, args, self, context)
    heappush(self._scheduled, timer)
    timer._scheduled = True
    if callback is set_result_unless_cancelled:
        state.records += (-3, id(timer), when, SLEEP_CODE, id(args[0]), 0)
        if TIMERS:
            slow.timer_heard(self, state, timer, "scheduled")
    else:
        slow.timer_scheduled(state, timer)
    return timer


def call_at(self, when, callback, *args, context=None):
    if self._debug or when is None:
        timer = original_call_at(self, when, callback, *args, context=context)
        if timer._source_traceback:
            del timer._source_traceback[-1]
    else:
        if self._closed:
            self._check_closed()
        timer = TimerHandle(when, callback, args, self, context)
        heappush(self._scheduled, timer)
        timer._scheduled = True
    slow.timer_scheduled(states.get(id(self)) or state_of(self), timer)
    return timer


def create_task_38(self, coro, *, name=None):
    if self._debug or self._task_factory is not None:
        task = original_create_task(self, coro, name=name)
        slow.forget_one_frame(task)
    else:
        if self._closed:
            self._check_closed()
        task = tasks_module.Task(coro, loop=self, name=name)
    slow.created(self, task, coro)
    return task


def create_task_311(self, coro, *, name=None, context=None):
    if self._debug or self._task_factory is not None:
        task = original_create_task(self, coro, name=name, context=context)
        slow.forget_one_frame(task)
    else:
        if self._closed:
            self._check_closed()
        task = tasks_module.Task(coro, loop=self, name=name, context=context)
    slow.created(self, task, coro)
    return task


def create_task_any(self, coro, **kwargs):
    task = original_create_task(self, coro, **kwargs)
    slow.forget_one_frame(task)
    slow.created(self, task, coro)
    return task


def _timer_handle_cancelled(self, handle):
    if handle._scheduled:
        self._timer_cancelled_count += 1
        state = states.get(id(self))
        if state is not None:
            state.records += (-4, id(handle))
            if TIMERS:
                slow.timer_heard(self, state, handle, "cancelled")


def time(self):
    state = states.get(id(self))
    if state is None:
        return monotonic() - clock.standing[1]
    since, stood = clock.standing
    return (monotonic() if since is None else since) - stood - state.stood


# What the functions above find as their globals. Theirs alone: the stdlib's name, our values.
hot = dict(globals())
hot["__name__"] = base_events.__name__
hot["__file__"] = base_events.__file__
hot["__spec__"] = base_events.__spec__
hot["__loader__"] = getattr(base_events, "__loader__", None)


def set_gates(callback, tick, after=()):
    hot["GATE"] = callback
    hot["TICK_GATE"] = tick
    hot["AFTER"] = after


def set_timers(heard):
    hot["TIMERS"] = heard


def set_awake(awake):
    hot["AWAKE"] = awake
