"""Callbacks run first in, first out; what they schedule runs in the next tick."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


def again(name):
    log(name)
    loop.call_soon(log, name, "again")


for name in "abc":
    loop.call_soon(again, name)
loop.call_later(0, log, "timer due at once")
loop.call_soon(log, "d", 1, 2.5, None)
loop.call_later(1, loop.stop)
loop.run_forever()
log("time", loop.time())
loop.close()
