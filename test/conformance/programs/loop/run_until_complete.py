"""Results, errors and cancellation come out of `run_until_complete`; a loop stopped before says so; tasks live on between runs."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


async def work(seconds, result):
    log("begins", result)
    await asyncio.sleep(seconds)
    log("ends", result)
    return result


async def fail():
    raise ValueError("failed")


async def cancel():
    asyncio.current_task().cancel("enough")
    await asyncio.sleep(0)


log(loop.run_until_complete(work(1, "a")))
for coro in (fail(), cancel()):
    try:
        loop.run_until_complete(coro)
    except (ValueError, asyncio.CancelledError) as error:
        log(error)
long = loop.create_task(work(10, "long"))
log(loop.run_until_complete(work(2, "b")), long.done())
loop.call_later(1, loop.stop)
try:
    loop.run_until_complete(long)
except RuntimeError as error:
    log(error, long.done(), loop.time())
log(loop.run_until_complete(long), loop.time())
log(loop.run_until_complete(long), loop.time())
future = loop.create_future()
loop.call_later(1, future.set_result, "future")
log(loop.run_until_complete(future))
loop.close()
