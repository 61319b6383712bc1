"""A barrier aborted, reset, or left by one who is cancelled."""
import asyncio
from support import log, run_virtual


async def waiter(name, barrier):
    try:
        log(name, await barrier.wait())
    except asyncio.BrokenBarrierError as error:
        log(name, error, barrier.broken)
    except asyncio.CancelledError as error:
        log(name, error)


async def main():
    for how in ("abort", "reset", "cancel"):
        barrier = asyncio.Barrier(3)
        tasks = [asyncio.create_task(waiter(name, barrier)) for name in "ab"]
        await asyncio.sleep(1)
        log(how, barrier.n_waiting)
        if how == "abort":
            await barrier.abort()
            tasks.append(asyncio.create_task(waiter("late", barrier)))
        elif how == "reset":
            await barrier.reset()
        else:
            tasks[0].cancel("leaves")
            await asyncio.sleep(0)
            log(barrier.n_waiting)
            tasks += [asyncio.create_task(waiter(name, barrier)) for name in "cd"]
        await asyncio.wait(tasks)
        log(barrier.broken, barrier.n_waiting)
        await barrier.reset()
        log(barrier.broken)
        log(await asyncio.gather(barrier.wait(), barrier.wait(), barrier.wait()))


run_virtual(main())
