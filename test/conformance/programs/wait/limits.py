"""`wait` with a time limit throws nothing; cancelling the waiter leaves the tasks alone; what it refuses."""
import asyncio
from support import log, run_virtual


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def waiter(tasks):
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError as error:
        log("waiter", error)


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(name, seconds), name=name) for name, seconds in (("a", 1), ("b", 2), ("c", 3))]
    for timeout in (0, 0.5, 1, 10):
        done, pending = await asyncio.wait(tasks, timeout=timeout)
        log(timeout, done, pending, loop.time())
    tasks = [asyncio.create_task(work("d", 2), name="d")]
    waiting = asyncio.create_task(waiter(tasks))
    await asyncio.sleep(1)
    waiting.cancel("only me")
    await waiting
    log(tasks[0].done(), await tasks[0])
    coro = work("e", 1)
    for bad, options in (([], {}), ([coro], {}), (tasks, {"return_when": "SOME"}), (tasks[0], {})):
        try:
            await asyncio.wait(bad, **options)
        except (ValueError, TypeError) as error:
            log(type(error).__name__)
    coro.close()


run_virtual(main())
