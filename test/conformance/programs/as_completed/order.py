"""Awaitables as they end: results, errors and a time limit."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise error
    return name


async def main():
    loop = asyncio.get_running_loop()
    jobs = [asyncio.create_task(work("a", 3)), asyncio.create_task(work("b", 1)), asyncio.create_task(work("c", 2, ValueError("c failed")))]
    for each in asyncio.as_completed(jobs):
        try:
            log(await each, loop.time())
        except ValueError as error:
            log(error, loop.time())
    jobs = [asyncio.create_task(work(name, seconds)) for name, seconds in (("d", 1), ("e", 5), ("f", 9))]
    for each in asyncio.as_completed(jobs, timeout=5):
        try:
            log(await each, loop.time())
        except TimeoutError as error:
            log(error, loop.time())
    log([job.done() for job in jobs])
    for each in asyncio.as_completed([]):
        log("never")
    iterator = asyncio.as_completed([asyncio.create_task(work("g", 1)), asyncio.create_task(work("h", 1))])
    first, second = next(iterator), next(iterator)
    log(await second, await first)


run_virtual(main())
