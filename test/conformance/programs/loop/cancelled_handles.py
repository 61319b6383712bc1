"""A cancelled handle does not run, whether it waits in ready or for its time; cancelling twice or too late does nothing."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()
first = loop.call_soon(log, "first")
second = loop.call_soon(log, "never: cancelled in ready")
timer = loop.call_later(1, log, "never: cancelled before its time")
both = [loop.call_later(2, lambda: (log("cancels the other"), both[1].cancel())), loop.call_later(2, log, "never: same time")]


def cancel_all():
    for handle in (first, second, timer, timer):
        handle.cancel()
        log(handle.cancelled())


loop.call_soon(lambda: log("runs"))
second.cancel()
loop.call_soon(cancel_all)
loop.call_later(3, loop.stop)
loop.run_forever()
log(first.cancelled(), second.cancelled(), both[0].cancelled(), both[1].cancelled())
loop.close()
