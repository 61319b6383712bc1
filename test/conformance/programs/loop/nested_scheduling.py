"""A tick runs only what was ready when it began, so timers get their turn beside callbacks that schedule themselves."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()
count = 0


def forever():
    global count
    count += 1
    if count <= 4:
        log("turn", count)
    if count < 1000:
        loop.call_soon(forever)
    else:
        log("turns", count)
        loop.call_later(1, loop.stop)


def timer(n):
    log("timer", n)
    if n:
        loop.call_later(0, timer, n - 1)


loop.call_soon(forever)
loop.call_soon(log, "beside")
loop.call_later(0, timer, 3)
loop.run_forever()
log(loop.time())
loop.close()
