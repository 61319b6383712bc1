"""Doing something right after a module was imported, unseen."""
import sys

wanted = {}


def on_import(name, act):
    """Calls `act` right after the module was executed; at once when it was imported already."""
    if name in sys.modules:
        act()
        return
    wanted[name] = act
    if not any(finder is _Finder for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder)


def cancel(name):
    wanted.pop(name, None)
    _leave_when_done()


def forget_all():
    wanted.clear()
    _leave_when_done()


def _leave_when_done():
    if not wanted and _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)


class _Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in wanted:
            _forget_bootstrap()
            return None
        for finder in sys.meta_path:
            if finder is cls or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, wanted.pop(name))
                return spec
        return None


class _Loader:
    """The module's own loader, and something to do after it."""

    def __init__(self, loader, act):
        self._loader = loader
        self._act = act

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._act()
        _leave_when_done()


def _forget_bootstrap():
    """Our sitecustomize had to stay until its own import was over."""
    module = sys.modules.get("sitecustomize")
    if module is not None and getattr(module, "_tickscope_bootstrap", False):
        del sys.modules["sitecustomize"]
