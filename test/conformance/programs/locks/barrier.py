"""A barrier lets a full party through at once, each with its number, and is then there for the next party."""
import asyncio
from support import log, run_virtual


async def walker(name, barrier, delay):
    for i in range(2):
        await asyncio.sleep(delay)
        place = await barrier.wait()
        log(name, i, place, barrier.n_waiting, barrier.broken, asyncio.get_running_loop().time())


async def main():
    barrier = asyncio.Barrier(3)
    log(barrier.parties, barrier.n_waiting)
    await asyncio.gather(*(walker(name, barrier, delay) for name, delay in (("a", 2), ("b", 1), ("c", 3))))
    log(await asyncio.Barrier(1).wait())
    try:
        asyncio.Barrier(0)
    except ValueError as error:
        log(type(error).__name__)


run_virtual(main())
