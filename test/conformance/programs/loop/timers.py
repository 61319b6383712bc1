"""Delays: in order of their deadlines, zero and negative ones in the next tick, times of `call_at` in the past, too."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


def due(name):
    log(loop.time(), name)


def second():
    due("second")
    loop.call_later(-5, due, "negative")
    loop.call_later(0, due, "zero")
    loop.call_at(0.5, due, "in the past")
    loop.call_soon(due, "soon")


loop.call_later(3, due, "third")
loop.call_later(2, second)
handle = loop.call_later(1.25, due, "first")
log(handle.when(), handle.cancelled())
for bad in (loop.call_later, loop.call_at):
    try:
        bad(None, due, "never")
    except TypeError as error:
        log(type(error).__name__)
loop.call_later(100000, loop.stop)
loop.run_forever()
log(loop.time())
loop.close()
