"""A runner runs several coroutines in one loop, closes it at its end, and refuses what it cannot run."""
import asyncio
from support import VirtualLoop, log

ticks = []


async def work(name):
    log(name, asyncio.current_task().get_name())
    ticks.append(asyncio.get_running_loop())
    await asyncio.sleep(1)
    return name, asyncio.get_running_loop().time()


async def inside(runner):
    coro = work("never")
    for action in (lambda: runner.run(coro), lambda: asyncio.run(coro)):
        try:
            action()
        except RuntimeError as error:
            log(error)
    coro.close()


async def fails():
    raise ValueError("failed")


runner = asyncio.Runner(loop_factory=VirtualLoop)
log(runner.run(work("a")))
log(runner.run(work("b")), ticks[0] is ticks[1], runner.get_loop() is ticks[0])
runner.run(inside(runner))
try:
    runner.run(fails())
except ValueError as error:
    log(error)
runner.close()
runner.close()
log(ticks[0].is_closed())
coro = work("never")
for action in (lambda: runner.run(coro), runner.get_loop):
    try:
        action()
    except RuntimeError as error:
        log(error)
coro.close()
for bad in (3, None):
    try:
        asyncio.Runner(loop_factory=VirtualLoop).run(bad)
    except (ValueError, TypeError) as error:
        log("refused")
