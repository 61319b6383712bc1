"""Coroutines without the wrapper: an async function is given as a function that is called at its first step."""
import asyncio
from support import log, run_virtual


async def worker(name, n):
    log(name, "begins")
    for i in range(n):
        await asyncio.sleep(0)
        log(name, i)
    return name


async def twice(name):
    return [await worker(name, 1), await worker(name + "'", 1)]


async def main():
    log(await asyncio.gather(worker("a", 2), worker("b", 1), twice("c")))
    task = asyncio.create_task(worker("d", 3), name="d")
    log("made", task)
    log(await task)
    try:
        log(await asyncio.wait_for(asyncio.sleep(5), 1))
    except TimeoutError as error:
        log(error)
    late = asyncio.create_task(worker("never", 1))
    late.cancel()
    await asyncio.wait([late])
    log(late.cancelled())


run_virtual(main())
