"""Waiters of a lock that are cancelled: before they get it, in the very tick in which they get it, the first of several."""
import asyncio
from support import log, run_virtual


async def worker(name, lock):
    try:
        await lock.acquire()
    except asyncio.CancelledError as error:
        log(name, error, lock.locked())
        raise
    log(name, "has it")
    await asyncio.sleep(1)
    lock.release()


async def main():
    for when in ("before", "as it is released", "just after"):
        lock = asyncio.Lock()
        await lock.acquire()
        tasks = [asyncio.create_task(worker(name, lock)) for name in "abc"]
        await asyncio.sleep(1)
        if when == "before":
            tasks[0].cancel(when)
            await asyncio.sleep(1)
            lock.release()
        elif when == "as it is released":
            lock.release()
            tasks[0].cancel(when)
        else:
            tasks[0].cancel(when)
            tasks[1].cancel(when)
            lock.release()
        log(when, lock.locked())
        await asyncio.wait(tasks)
        log([task.cancelled() for task in tasks], lock.locked())


run_virtual(main())
