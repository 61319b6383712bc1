"""Await chains: from a task's outermost coroutine to the frame that suspended it."""
import gc
import types

from . import definitions

_LINKS = ("cr_await", "gi_yieldfrom", "ag_await")
_FRAMES = ("cr_frame", "gi_frame", "ag_frame")
_AWAITABLE = (types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType)
_link_of = {}  # type -> which of _LINKS its objects have, or None
# A chain longer than this is cut: a recursion of coroutines.
LONGEST = 2000


def links(coro):
    """The objects of the chain, outermost first; the last may be what is awaited without a frame (C code)."""
    found = []
    seen = set()
    while coro is not None and id(coro) not in seen and len(found) < LONGEST:
        seen.add(id(coro))
        if type(coro) is types.CoroutineType:
            found.append(coro)
            coro = coro.cr_await
            continue
        if hasattr(coro, "_asyncio_future_blocking"):
            break
        cls = type(coro)
        if cls in _link_of:
            attribute = _link_of[cls]
        else:
            attribute = next((name for name in _LINKS if hasattr(coro, name)), None)
            _link_of[cls] = attribute
        if attribute is not None:
            found.append(coro)
            coro = getattr(coro, attribute)
        else:
            # async_generator_asend, coroutine_wrapper and their like have no attribute for what they drive.
            inner = [each for each in gc.get_referents(coro) if isinstance(each, _AWAITABLE) or _is_cython(each)]
            coro = inner[0] if inner else None
    return found


def _is_cython(thing):
    return type(thing).__name__ == "coroutine" and hasattr(thing, "cr_frame")


def frame_of(link):
    if type(link) is types.CoroutineType:
        return link.cr_frame
    for name in _FRAMES:
        frame = getattr(link, name, None)
        if frame is not None:
            return frame
    return None


def frames(task):
    """Frames of a suspended task, outermost first."""
    coro = definitions.coroutine_of(task)
    return [frame for frame in map(frame_of, links(coro)) if frame is not None]


def running_frames(frame, base=0):
    """Live frames from the callback that the loop runs to `frame`, outermost first; without the agent's own.

    `base`: id of the frame that runs the loop, where that is not a _run_once.
    """
    found = []
    while frame is not None and id(frame) != base:
        code = frame.f_code
        if code.co_name == "_run_once" and code.co_filename.endswith("base_events.py"):
            break
        if code.co_name == "_run" and code.co_filename.endswith("events.py") and _in_asyncio(code):
            break
        if not code.co_filename.startswith(definitions.HOME):
            found.append(frame)
        frame = frame.f_back
    found.reverse()
    return found


def _in_asyncio(code):
    return "asyncio" in code.co_filename


def described(frame, number):
    """messages.ts ChainFrame."""
    code = frame.f_code
    path = definitions.path_of(code)
    name = getattr(code, "co_qualname", None) or definitions.name_of_code(code)
    return {
        "id": number,
        "name": name,
        "path": path,
        "line": frame.f_lineno or code.co_firstlineno,
        "user": definitions.is_user(path),
    }
