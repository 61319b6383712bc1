"""A lock goes to its waiters in their order; one that is free is had without a tick, unless others wait."""
import asyncio
from support import log, run_virtual


async def worker(name, lock, times):
    for i in range(times):
        await lock.acquire()
        try:
            log(name, i, lock.locked())
            await asyncio.sleep(1)
        finally:
            lock.release()
            log(name, "released", lock.locked())


async def main():
    lock = asyncio.Lock()
    log(lock.locked(), await lock.acquire(), lock.locked())
    lock.release()
    await asyncio.gather(*(worker(name, lock, times) for name, times in (("a", 2), ("b", 1), ("c", 2))))
    log(asyncio.get_running_loop().time())
    try:
        lock.release()
    except RuntimeError as error:
        log(error)


run_virtual(main())
