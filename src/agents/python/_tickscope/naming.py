"""Which of the program's objects a piece of code can get at by name, without having been given them."""
import dis
import os
import sys
from types import CodeType, ModuleType

from . import definitions

STDLIB, LIBRARY, USER, OURS = range(4)
# By these, code gets at tasks and objects that it was never given.
_EVERYTHING = frozenset(
    ("all_tasks", "_all_tasks", "_scheduled_tasks", "_eager_tasks", "_cancel_all_tasks", "get_objects", "get_referrers")
)
# By these as well; a library means its own globals with the first three.
_OWN_GLOBALS = frozenset(("globals", "eval", "exec"))
_DYNAMIC = _OWN_GLOBALS | {"__import__", "import_module", "__globals__", "f_globals"}

_places = {}  # file name -> kind
_known = {}  # id(code) -> (code, names, what it reaches everything by, whether it means all of its globals)
_MOST_KNOWN = 50_000


def kind_of_file(name):
    kind = _places.get(name)
    if kind is None:
        if name.startswith(definitions.HOME):
            kind = OURS
        elif definitions.is_stdlib(name):
            kind = STDLIB
        elif "site-packages" in name or "dist-packages" in name:
            kind = LIBRARY
        else:
            kind = USER
        _places[name] = kind
    return kind


def kind_of_module(module):
    names = module.__dict__
    path = names.get("__file__")
    if type(path) is str:
        return kind_of_file(path)
    # Built in, or the program itself where that has no file, or a folder without __init__.py.
    builtin = names.get("__name__") in sys.builtin_module_names or names.get("__path__") is None
    return STDLIB if builtin and names.get("__name__") != "__main__" else USER


def _module_of(cls):
    try:
        name = type.__getattribute__(cls, "__module__")
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def is_ours(cls):
    return _module_of(cls).partition(".")[0] == __package__


def kind_of_class(cls):
    name = _module_of(cls)
    if name == "builtins" or is_ours(cls):
        return STDLIB
    module = sys.modules.get(name)
    return kind_of_module(module) if type(module) is ModuleType else USER


def names_of(code):
    """(names, the one by which it can get at everything or None, whether it means all of its globals), nested code included."""
    known = _known.get(id(code))
    if known is not None and known[0] is code:
        return known[1:]
    names = set(code.co_names)
    everything, whole = _dangerous(code)
    for const in code.co_consts:
        if type(const) is CodeType:
            inner, by, all_of_them = names_of(const)
            names.update(inner)
            everything = everything or by
            whole = whole or all_of_them
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    _known[id(code)] = (code, frozenset(names), everything, whole)
    return _known[id(code)][1:]


def _dangerous(code):
    names = code.co_names
    kind = kind_of_file(code.co_filename)
    if kind in (STDLIB, OURS):
        return None, False
    for name in names:
        if name in _EVERYTHING:
            return name, False
    if kind == USER and "modules" in names and "sys" in names:
        return "sys.modules", False
    if _DYNAMIC.isdisjoint(names):
        return None, False
    for instruction in dis.get_instructions(code):
        name = instruction.argval
        if type(name) is not str or name not in _DYNAMIC:
            continue
        builtin = name in _OWN_GLOBALS or name == "__import__"
        # `model.eval()` is another.
        if builtin and instruction.opname not in ("LOAD_GLOBAL", "LOAD_NAME"):
            continue
        if kind == USER:
            return name, False
        if name in _OWN_GLOBALS:
            return None, True
    return None, False


def named(code, module):
    """The values that code can get at by the names in it, in these globals."""
    if kind_of_file(code.co_filename) in (STDLIB, OURS):
        return []
    names, _, whole = names_of(code)
    if whole:
        return list(module.values())
    found = []
    package = module.get("__package__")
    for name in names:
        value = module.get(name)
        if value is not None:
            if isinstance(value, ModuleType):
                _of_module(value, names, found)
            else:
                found.append(value)
        imported = sys.modules.get(name)
        if imported is None and type(package) is str and package:
            imported = _relative(package, name)
        if isinstance(imported, ModuleType):
            _of_module(imported, names, found)
    return found


def _relative(package, name):
    while package:
        module = sys.modules.get("%s.%s" % (package, name))
        if module is not None:
            return module
        package = package.rpartition(".")[0]
    return None


def _of_module(module, names, found):
    """What code with these names means that names this module."""
    kind = kind_of_module(module)
    values = module.__dict__
    if kind == USER:
        found.extend(values.values())
        return
    meant = [values[name] for name in names if name in values]
    for value in meant:
        if not isinstance(value, ModuleType) or kind_of_module(value) != USER:
            found.append(value)
        else:
            found.extend(value.__dict__.values())
    if not meant and kind == LIBRARY:
        found.extend(values.values())


def where(code):
    return os.path.basename(code.co_filename)
