"""Cancelled timers are swept out of the heap when they are most of it, which changes nothing of the others' order."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()
handles = [loop.call_at(1 + i % 7, log, "timer", i) for i in range(250)]
for i, handle in enumerate(handles):
    if i % 10:
        handle.cancel()
loop.call_soon(lambda: log("left", len(loop._scheduled)))
loop.call_at(8, loop.stop)
loop.run_forever()
log(len(loop._scheduled))
loop.close()
