"""Timers of one deadline run in the order in which CPython's heap gives them, which is not always first in, first out."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()
for i in range(12):
    loop.call_at(1 + i % 3, log, "timer", i)
early = [loop.call_at(2, log, "never", i) for i in range(4)]
for handle in early[::2]:
    handle.cancel()
loop.call_at(0.5, early[1].cancel)
loop.call_at(2, loop.call_soon, log, "after the others of its time")
loop.call_at(4, loop.stop)
loop.run_forever()
loop.close()
