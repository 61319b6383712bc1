"""Child processes that are followed: what puts the agent into them, and when they come forward.

What does so lies in the process's own environment, which children inherit, and not in os.environ, where the program would
see it. A child is left in peace until it makes its first event loop; only then does it dial the adapter. A forked one
does so, too, and begins with the agent anew: what its parent recorded, and its parent's loops, are not its own.
"""
import os
import sys

from . import hooks

CHILD = "TICKSCOPE_CHILD"
_given = {}  # names and values of what children get, but for PYTHONPATH
_folder = ""  # what they get first on PYTHONPATH


def pass_on(names, folder):
    """Lets children have the agent. Before these names are hidden."""
    global _folder
    _folder = folder
    _given.update((name, os.environ[name]) for name in names if name in os.environ)
    _given[CHILD] = "1"
    os.putenv(CHILD, "1")
    os.putenv("PYTHONPATH", _with_us(os.environ.get("PYTHONPATH")))
    hooks.on_import("subprocess", _subprocess_imported)


def _with_us(path):
    entries = [entry for entry in (path or "").split(os.pathsep) if entry and os.path.abspath(entry) != _folder]
    return os.pathsep.join([_folder] + entries)


def forget(name, value=None):
    """Takes a variable out of os.environ, or changes it there, and leaves what children inherit as it is."""
    data = os.environ._data
    key = os.environ.encodekey(name)
    if value is None:
        data.pop(key, None)
    else:
        data[key] = os.environ.encodevalue(value)


def _subprocess_imported():
    """An environment that the program hands over itself has to be told, too."""
    import subprocess

    original = subprocess.Popen._execute_child
    if getattr(original, "__module__", None) == __name__:
        return

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest, **named):
        env = _environment(os.environ if env is None else env)
        return original(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest, **named)

    subprocess.Popen._execute_child = _execute_child


def _environment(env):
    try:
        told = {os.fsdecode(name): value for name, value in env.items()}
        chosen = "PYTHONUNBUFFERED" in told  # by the program: not ours to take back
        for name, value in _given.items():
            if not (chosen and name.endswith("UNBUFFERED")):
                told.setdefault(name, value)
        path = told.get("PYTHONPATH")
        told["PYTHONPATH"] = _with_us(None if path is None else os.fsdecode(path))
        return told
    except Exception:
        return env  # what is wrong with it is the program's to hear


def before_first_loop(act):
    """Calls `act` once, in this process or in one forked off it, right before a loop is made."""
    wanted = [act]

    def come():
        if wanted:
            wanted.pop()()

    def asyncio_there():
        from asyncio.base_events import BaseEventLoop

        original = BaseEventLoop.__init__

        def __init__(self):
            if BaseEventLoop.__init__ is not __init__:
                come()
                return original(self)  # whoever has put something around this one calls it
            BaseEventLoop.__init__ = original
            come()
            return BaseEventLoop.__init__(self)

        __init__.__qualname__ = original.__qualname__
        BaseEventLoop.__init__ = __init__

    hooks.on_import("asyncio", asyncio_there)
    hooks.on_import("uvloop", come)  # whose loops are made without it


def forked():
    """A fork of a process that was followed. The agent that its parent had was taken out of it."""
    hooks.forget_all()
    before_first_loop(_begin_anew)


def _begin_anew():
    """Our modules hold what the parent saw."""
    for name in list(sys.modules):
        if name == "_tickscope" or name.startswith("_tickscope."):
            del sys.modules[name]
    root = os.path.dirname(_folder)
    sys.path.insert(0, root)
    try:
        from _tickscope import children, start
    finally:
        sys.path.remove(root)
        sys.path_importer_cache.pop(root, None)
    children.inherit(_given, _folder)
    start.come_forward(_given)


def inherit(given, folder):
    """What the same process had before."""
    global _folder
    _folder = folder
    _given.update(given)
