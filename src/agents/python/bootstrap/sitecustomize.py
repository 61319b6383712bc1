"""Loads the agent before the program's first line. Python imports this because the launcher put its folder first on
PYTHONPATH; afterwards neither the folder nor this module is to be seen. Must parse on any Python 3.
"""
import os
import sys


def _leave(folder):
    """Takes the folder away from where the program could see it, and loads the sitecustomize that it hid."""
    sys.path[:] = [entry for entry in sys.path if not entry or os.path.abspath(entry) != folder]
    sys.path_importer_cache.pop(folder, None)
    mine = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401  the user's own, if there is one
    except ImportError as error:
        if getattr(error, "name", None) != "sitecustomize":
            raise
    finally:
        # The import system wants to find the module that it is loading.
        sys.modules.setdefault("sitecustomize", mine)


def _start():
    folder = os.path.dirname(os.path.abspath(__file__))
    if sys.version_info >= (3, 8) and os.environ.get("TICKSCOPE_ADDRESS"):
        root = os.path.dirname(folder)
        sys.path.insert(0, root)
        try:
            from _tickscope import start
        finally:
            sys.path.remove(root)
            sys.path_importer_cache.pop(root, None)
        start.start(folder)
    _leave(folder)


_start()
# From now on it may be forgotten (hooks.py): nothing is imported here any more.
_tickscope_bootstrap = True
