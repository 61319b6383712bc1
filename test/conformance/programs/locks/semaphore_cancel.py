"""Waiters of a semaphore that are cancelled lose no place: the next in line gets it."""
import asyncio
from support import log, run_virtual


async def worker(name, semaphore):
    try:
        await semaphore.acquire()
    except asyncio.CancelledError as error:
        log(name, error, semaphore.locked())
        raise
    log(name, "in")
    await asyncio.sleep(1)
    semaphore.release()


async def main():
    for cancelled in ([0], [1], [0, 1], [2], [0, 1, 2]):
        for order in ("release first", "cancel first"):
            semaphore = asyncio.Semaphore(1)
            await semaphore.acquire()
            tasks = [asyncio.create_task(worker(name, semaphore)) for name in "abc"]
            await asyncio.sleep(0)
            if order == "release first":
                semaphore.release()
            for i in cancelled:
                tasks[i].cancel()
            if order == "cancel first":
                semaphore.release()
            log(order, cancelled, semaphore.locked())
            await asyncio.wait(tasks)
            log([task.cancelled() for task in tasks], semaphore.locked())


run_virtual(main())
