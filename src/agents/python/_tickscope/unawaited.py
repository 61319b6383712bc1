"""Coroutines that were never awaited, heard of where Python warns of them (messages.ts Told)."""
import asyncio
import sys
import warnings
from time import monotonic

from . import definitions, loops, slow
from .faults import guarded
from .graft import graft, source_text_known


@guarded
def _heard(coro, frame):
    """`frame`: where its last reference went."""
    if sys.is_finalizing():
        return
    running = asyncio._get_running_loop()
    state = loops.states.get(id(running)) if running is not None else next(iter(loops.all_states()), None)
    if state is None:
        return
    path, line = definitions.path_of(frame.f_code), frame.f_lineno or 0
    code = getattr(coro, "cr_code", None)
    if not definitions.is_user(path) and code is not None:
        path, line = definitions.path_of(code), code.co_firstlineno
    if not definitions.is_user(path):
        path, line = "", 0
    slow.connection.say(
        {
            "type": "told",
            "loop": state.id,
            "what": "never-awaited",
            "task": 0,
            "text": "coroutine '%s' was never awaited" % coro.__qualname__,
            "path": path,
            "line": line,
            "t": monotonic(),
        }
    )


# Mirrors warnings._warn_unawaited_coroutine, statement by statement (3.8 to 3.13 have the same).
def _warn_unawaited_coroutine(coro, *, heard=_heard, frame_of=sys._getframe):
    heard(coro, frame_of(1))
    msg_lines = [f"coroutine '{coro.__qualname__}' was never awaited\n"]
    if coro.cr_origin is not None:
        import linecache, traceback  # noqa: E401

        def extract():
            for filename, lineno, funcname in reversed(coro.cr_origin):
                line = linecache.getline(filename, lineno)
                yield (filename, lineno, funcname, line)

        msg_lines.append("Coroutine created at (most recent call last)\n")
        msg_lines += traceback.format_list(list(extract()))
    msg = "".join(msg_lines).rstrip("\n")
    warn(msg, category=RuntimeWarning, stacklevel=2, source=coro)  # noqa: F821


def put_in(replace):
    original = getattr(warnings, "_warn_unawaited_coroutine", None)
    if original is not None and source_text_known(original):
        replace(warnings, original.__name__, graft(_warn_unawaited_coroutine, original, vars(warnings)))
