"""What asyncio itself reports of a loop: exceptions that nobody retrieved, tasks destroyed while pending (messages.ts Told)."""
from time import monotonic

from . import definitions, slow

_ENDINGS = (("exception was never retrieved", "never-retrieved"), ("was destroyed but it is pending!", "destroyed-pending"))


def heard(state, context):
    """Before the loop's exception handler hears of it. The task is being collected: nothing of it is kept."""
    message = str(context.get("message", ""))
    what = next((kind for ending, kind in _ENDINGS if message.endswith(ending)), None)
    if what is None:
        return
    task = context.get("task") or context.get("future")
    error = context.get("exception")
    path, line = _place(task, error)
    text = message.rstrip(".!") if error is None else "%s: %s" % (message.rstrip("."), slow.error_text(error))
    slow.connection.say(
        {
            "type": "told",
            "loop": state.id,
            "what": what,
            "task": definitions.tasks.get(id(task)) or definitions.gone.get(id(task), 0),
            "text": text,
            "path": path,
            "line": line,
            "t": monotonic(),
        }
    )


def _place(task, error):
    """Where it was raised, or where its coroutine begins: the user's line."""
    found = "", 0
    trace = getattr(error, "__traceback__", None)
    while trace is not None:
        path = definitions.path_of(trace.tb_frame.f_code)
        if definitions.is_user(path):
            found = path, trace.tb_lineno
        trace = trace.tb_next
    if found[0] or not hasattr(task, "get_coro"):
        return found
    coro = definitions.coroutine_of(task)
    code = getattr(coro, "cr_code", None)
    if code is None:
        return found
    path = definitions.path_of(code)
    return (path, code.co_firstlineno) if definitions.is_user(path) else found
