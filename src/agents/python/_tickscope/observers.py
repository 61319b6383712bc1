"""The observers of what is not on the hot path. Each wraps one method of asyncio and tells what it did."""
import asyncio.base_events as base_events
import asyncio.tasks as tasks_module
import functools
from _thread import get_ident

from . import definitions, foreign, locks, schema, slow, told, unawaited, watch
from .faults import fault, guarded
from .loops import state_of, states, thread_name

BaseEventLoop = base_events.BaseEventLoop
# True when this Python's own _run_once is not one that the recorder knows.
foreign_stock = False


def wrapped(original):
    """A decorator: the function takes the place of `original`, which it calls."""
    return functools.wraps(original, updated=())


def put_in(replace):
    _loops(replace)
    _names(replace)
    _unretrieved(replace)
    _threads(replace)
    _executors(replace)
    _subprocesses(replace)
    _signals(replace)
    watch.put_in(replace)
    locks.put_in(replace)
    unawaited.put_in(replace)


def _bare(function):
    """functools.wraps leaves a trace that the original has not."""
    function.__dict__.pop("__wrapped__", None)
    return function


def _loops(replace):
    init = BaseEventLoop.__init__
    close = BaseEventLoop.close

    @wrapped(init)
    def __init__(self):
        init(self)
        try:
            state = state_of(self)
            foreign.look_at(self, state, foreign_stock)
            slow.look_at_handles(self)
        except Exception as error:
            fault(error)

    @wrapped(close)
    def loop_close(self):
        was_closed = self._closed
        close(self)
        try:
            state = states.get(id(self))
            if state is not None and not was_closed:
                slow.connection.flush(state)
                state.changed("closed", slow.connection)
        except Exception as error:
            fault(error)

    replace(BaseEventLoop, "__init__", _bare(__init__))
    replace(BaseEventLoop, "close", _bare(loop_close))


def _names(replace):
    set_task_name = getattr(tasks_module, "_set_task_name", None)
    if set_task_name is None:
        return  # 3.13 and later: create_task is given the name

    @wrapped(set_task_name)
    def _set_task_name(task, name):
        set_task_name(task, name)
        if name is not None:
            slow.named(task)

    replace(tasks_module, "_set_task_name", _bare(_set_task_name))


def _unretrieved(replace):
    call_exception_handler = BaseEventLoop.call_exception_handler

    @wrapped(call_exception_handler)
    def handle(self, context):
        try:
            loop_state = states.get(id(self))
            if loop_state is not None:
                told.heard(loop_state, context)
            if slow.gates.places.unretrieved and str(context.get("message", "")).endswith("exception was never retrieved"):
                state = states.get(id(self))
                if state is not None and context.get("exception") is not None:
                    slow.gates.places.unretrieved_heard(
                        state, context["message"], context["exception"], context.get("future") or context.get("task")
                    )
                    slow.gates.heard()
        except Exception as error:
            fault(error)
        return call_exception_handler(self, context)

    replace(BaseEventLoop, "call_exception_handler", _bare(handle))


def _threads(replace):
    threadsafe = BaseEventLoop.call_soon_threadsafe

    @wrapped(threadsafe)
    def call_soon_threadsafe(self, callback, *args, context=None):
        thread = get_ident()
        state = states.get(id(self))
        if state is None or self._debug or self._thread_id is None or thread == self._thread_id:
            handle = threadsafe(self, callback, *args, context=context)
            if handle._source_traceback:
                del handle._source_traceback[-1]
            return handle
        # As the original, with the note made before the loop is woken.
        self._check_closed()
        handle = self._call_soon(callback, args, context)
        state.handed.append((id(handle), thread_name(thread)))
        self._write_to_self()
        return handle

    replace(BaseEventLoop, "call_soon_threadsafe", _bare(call_soon_threadsafe))


def _executors(replace):
    run_in_executor = BaseEventLoop.run_in_executor

    @wrapped(run_in_executor)
    def run(self, executor, func, *args):
        future = run_in_executor(self, executor, func, *args)
        job_began(self, func, future)
        return future

    replace(BaseEventLoop, "run_in_executor", _bare(run))


@guarded
def job_began(loop, func, future):
    state = state_of(loop)
    job = next(definitions.numbers)
    try:
        task = tasks_module.current_task(loop)
    except RuntimeError:
        task = None
    actor = 0 if task is None else definitions.task_number(task, state)
    while isinstance(func, functools.partial):
        func = func.func
    name = getattr(func, "__qualname__", None) or type(func).__qualname__
    state.records += (schema.JOB, job, str(name), id(future), actor)
    source = source_of(future)
    if source is None:
        return

    def ended(source):
        if source.cancelled():
            outcome = schema.RESULT_CANCELLED
        else:
            outcome = schema.RESULT_RETURNED if source._exception is None else schema.RESULT_RAISED
        state.records += (schema.JOB_ENDED, job, outcome)

    source.add_done_callback(ended)


def source_of(future):
    """The concurrent.futures.Future that an asyncio future was made from by wrap_future, or None."""
    from concurrent.futures import Future

    for entry in getattr(future, "_callbacks", None) or ():
        callback = entry[0] if isinstance(entry, tuple) else entry
        for cell in getattr(callback, "__closure__", None) or ():
            try:
                found = cell.cell_contents
            except ValueError:
                continue
            if isinstance(found, Future):
                return found
    return None


def _subprocesses(replace):
    try:
        from asyncio.base_subprocess import BaseSubprocessTransport as Transport
    except ImportError:
        return
    init = Transport.__init__
    exited = Transport._process_exited

    @wrapped(init)
    def __init__(self, loop, protocol, args, *rest, **kwargs):
        init(self, loop, protocol, args, *rest, **kwargs)
        try:
            text = args if isinstance(args, str) else " ".join(_text(arg) for arg in args)
            if isinstance(args, bytes):
                text = _text(args)
            state_of(loop).records += (schema.PROCESS, self._pid, text[:200])
        except Exception as error:
            fault(error)

    @wrapped(exited)
    def process_exited(self, returncode):
        try:
            state_of(self._loop).records += (schema.PROCESS_ENDED, self._pid, returncode)
        except Exception as error:
            fault(error)
        return exited(self, returncode)

    replace(Transport, "__init__", _bare(__init__))
    replace(Transport, "_process_exited", _bare(process_exited))


def _text(arg):
    return arg.decode("utf-8", "replace") if isinstance(arg, bytes) else str(arg)


def _signals(replace):
    try:
        from asyncio.unix_events import _UnixSelectorEventLoop as Loop
    except ImportError:
        return
    import signal

    handle_signal = Loop._handle_signal

    @wrapped(handle_signal)
    def _handle_signal(self, sig):
        before = len(self._ready)
        handle_signal(self, sig)
        try:
            if len(self._ready) > before:
                try:
                    name = signal.Signals(sig).name
                except ValueError:
                    name = "signal %d" % sig
                state_of(self).records += (schema.SIGNAL, name)
        except Exception as error:
            fault(error)

    replace(Loop, "_handle_signal", _bare(_handle_signal))
