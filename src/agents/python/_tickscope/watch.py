"""What the loops watch: file descriptors."""
import asyncio.selector_events as selector_events
import functools

from . import definitions, schema
from .faults import fault
from .loops import state_of, states

# (state number, fd, mask) of what is watched for no task
_unowned = set()


def put_in(replace):
    for name, mask in (("_add_reader", 1), ("_add_writer", 2)):
        _watching(replace, name, mask)
    for name, mask in (("_remove_reader", 1), ("_remove_writer", 2)):
        _unwatching(replace, name, mask)


def _watching(replace, name, mask):
    original = selector_events.BaseSelectorEventLoop.__dict__[name]

    @functools.wraps(original, updated=())
    def add(self, fd, callback, *args):
        result = original(self, fd, callback, *args)
        try:
            told(self, fd, mask, callback, args)
        except Exception as error:
            fault(error)
        return result

    add.__dict__.pop("__wrapped__", None)
    replace(selector_events.BaseSelectorEventLoop, name, add)


def _unwatching(replace, name, mask):
    original = selector_events.BaseSelectorEventLoop.__dict__[name]

    @functools.wraps(original, updated=())
    def remove(self, fd):
        removed = original(self, fd)
        try:
            if removed:
                number = fd if isinstance(fd, int) else fd.fileno()
                state = states.get(id(self))
                if state is not None:
                    _unowned.discard((state.id, number, mask))
                    state.records += (schema.UNWATCH, number, mask)
        except Exception as error:
            if not isinstance(error, (OSError, ValueError)):
                fault(error)
        return removed

    remove.__dict__.pop("__wrapped__", None)
    replace(selector_events.BaseSelectorEventLoop, name, remove)


def told(loop, fd, mask, callback, args):
    if getattr(callback, "__name__", "") == "_read_from_self":
        return  # the loop's own pipe
    number = fd if isinstance(fd, int) else fd.fileno()
    state = state_of(loop)
    owned = is_owned(loop, callback)
    key = (state.id, number, mask)
    if owned:
        _unowned.discard(key)
    else:
        _unowned.add(key)
    records = (
        schema.WATCH,
        number,
        mask,
        definitions.callback_number(callback),
        1 if owned else 0,
        addresses(socket_of(loop, number, callback, args)),
    )
    state.records += records


def is_owned(loop, callback):
    """Whether some task waits through it: sock_recv and its like, and streams."""
    owner = getattr(callback, "__self__", None)
    if owner is loop:
        return getattr(callback, "__name__", "").startswith("_sock_")
    protocol = getattr(owner, "_protocol", None)
    return protocol is not None and hasattr(protocol, "_stream_reader") or hasattr(protocol, "_stream_reader_wr")


def socket_of(loop, fd, callback, args):
    owner = getattr(callback, "__self__", None)
    found = getattr(owner, "_sock", None)
    if found is not None:
        return found
    for arg in args:
        if hasattr(arg, "getsockname"):
            return arg
    return None


def addresses(sock):
    """What is at both ends of a socket: "127.0.0.1:5000 - 127.0.0.1:80", "listens on 127.0.0.1:80", or ""."""
    if sock is None:
        return ""
    try:
        here = address(sock.getsockname())
    except (OSError, ValueError):
        return ""
    try:
        return "%s - %s" % (here, address(sock.getpeername()))
    except (OSError, ValueError):
        return "listens on %s" % here if here else ""


def peer_of(sock):
    """The other end of a socket: "127.0.0.1:80", or ''."""
    try:
        return "" if sock is None else address(sock.getpeername())
    except (OSError, ValueError, AttributeError):
        return ""


def address(name):
    if isinstance(name, tuple) and len(name) >= 2:
        host = "[%s]" % name[0] if ":" in str(name[0]) else name[0]
        return "%s:%s" % (host, name[1])
    if isinstance(name, bytes):
        return name.decode("utf-8", "replace").replace("\0", "@")
    return str(name)


def unowned(state):
    """How many things the loop watches for no task."""
    return sum(1 for key in list(_unowned) if key[0] == state.id)
