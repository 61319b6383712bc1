"""Sleeps end in the order of their times, equal ones as the heap gives them; a result comes through; NaN is refused."""
import asyncio
from support import log, run_virtual


async def sleeper(name, seconds):
    result = await asyncio.sleep(seconds, name)
    log(asyncio.get_running_loop().time(), result)
    return result


async def main():
    tasks = [asyncio.create_task(sleeper(i, (i * 7) % 4)) for i in range(16)]
    log(await asyncio.sleep(2.5, "main"), await asyncio.sleep(-1, "at once"))
    for task in tasks:
        await task
    try:
        await asyncio.sleep(float("nan"))
    except ValueError as error:
        log(type(error).__name__)


run_virtual(main())
