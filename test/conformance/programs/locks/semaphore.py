"""A semaphore lets as many in as it has places, the others in their order; a bounded one refuses what was not taken."""
import asyncio
from support import log, run_virtual


async def worker(name, semaphore):
    await semaphore.acquire()
    log(name, "in", semaphore.locked(), asyncio.get_running_loop().time())
    await asyncio.sleep(1)
    semaphore.release()


async def main():
    semaphore = asyncio.Semaphore(2)
    tasks = [asyncio.create_task(worker(name, semaphore)) for name in "abcde"]
    await asyncio.sleep(1.5)
    semaphore.release()
    log("one more place", semaphore.locked())
    late = asyncio.create_task(worker("late", semaphore))
    await asyncio.wait([*tasks, late])
    log(semaphore.locked())
    bounded = asyncio.BoundedSemaphore(1)
    log(await bounded.acquire(), bounded.locked())
    bounded.release()
    for bad in (bounded.release, lambda: asyncio.Semaphore(-1)):
        try:
            bad()
        except ValueError as error:
            log(error)


run_virtual(main())
