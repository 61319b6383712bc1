"""Which signals would end a wait: an event or a future that the handler of a signal was given or names."""
import functools
import signal
from types import BuiltinMethodType, CellType, FunctionType, MethodType

from . import naming

# Things that one handler leads to, at most.
MOST = 200


def ending(loop, thing):
    """Names of signals for which `loop.add_signal_handler` was called with something that leads to `thing`."""
    handlers = getattr(loop, "_signal_handlers", None)
    if not handlers or type(handlers) is not dict:
        return []
    names = []
    for number, handle in list(handlers.items()):
        given = [getattr(handle, "_callback", None)] + list(getattr(handle, "_args", None) or ())
        if any(each is thing for each in _all_of(given)):
            names.append(_name(number))
    return names


def _all_of(given):
    """
    What callables are made of: what they are bound to, their arguments, what functions close over or name, and attributes of
    all these that functions name. Runs none of the user's code.
    """
    from . import reasons  # which imports this

    found = list(given)
    named = set()
    for each in found:  # grows meanwhile
        if len(found) > MOST:
            break
        kind = type(each)
        if kind is MethodType:
            found += [each.__self__, each.__func__]
        elif issubclass(kind, BuiltinMethodType):
            found.append(each.__self__)
        elif kind is functools.partial:
            found += [each.func, *each.args, *each.keywords.values()]
        elif kind is FunctionType and naming.kind_of_file(each.__code__.co_filename) != naming.STDLIB:
            found += each.__closure__ or ()
            names = each.__code__.co_names
            named.update(names)
            found += [each.__globals__[name] for name in names if name in each.__globals__]
        elif kind is CellType:
            try:
                found.append(each.cell_contents)
            except ValueError:
                pass
    attributes = [part for each in found for suffix, part in reasons.parts(each) if suffix[1:] in named]
    return found + attributes


def _name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number
