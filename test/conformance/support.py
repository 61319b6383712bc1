"""What the programs share: a log that reads the same from Python and from TypeScript, and a virtual clock."""

import asyncio
import selectors


def log(*values):
    print(*(text(value) for value in values), flush=True)


def text(value):
    """A value in words that both languages can say: a float without its needless `.0`, an error by type and message."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        rounded = round(value, 6)
        return str(int(rounded)) if rounded == int(rounded) else str(rounded)
    if isinstance(value, (bytes, bytearray)):
        return "b" + repr(value.decode("latin-1"))
    if isinstance(value, BaseException):
        return error_text(value)
    if isinstance(value, asyncio.Task):
        return value.get_name()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(item) for item in value) + "]"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(text(item) for item in value)) + "}"
    return str(value)


def error_text(error):
    name = "TimeoutError" if isinstance(error, asyncio.TimeoutError) else type(error).__name__
    if hasattr(error, "exceptions"):
        return f"{name}: {error.message} {text(error.exceptions)}"
    message = str(error)
    return f"{name}: {message}" if message else name


class VirtualSelector(selectors.DefaultSelector):
    """Never waits for time: it moves the loop's clock to the next timer, when no I/O is there."""

    loop = None

    def select(self, timeout=None):
        events = super().select(0)
        if events or timeout == 0:
            return events
        if timeout is None:
            return super().select(None)
        self.loop.now = max(self.loop.now, min(self.loop._scheduled[0]._when, self.loop.now + timeout))
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time begins at 0 and jumps to the next timer."""

    def __init__(self):
        self.now = 0.0
        selector = VirtualSelector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9

    def time(self):
        return self.now


def run_virtual(main):
    """`asyncio.run` on a virtual clock."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
