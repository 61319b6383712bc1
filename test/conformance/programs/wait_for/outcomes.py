"""Results and errors come through; a limit that passes cancels and throws TimeoutError; none, zero and negative limits."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError as cancelled:
        log(name, cancelled)
        raise
    if error:
        raise error
    return name


async def main():
    loop = asyncio.get_running_loop()

    async def attempt(awaitable, limit):
        start = loop.time()
        try:
            log(await asyncio.wait_for(awaitable, limit), loop.time() - start)
        except (ValueError, TimeoutError) as error:
            log(error, loop.time() - start)

    await attempt(work("in time", 1), 2)
    await attempt(work("no limit", 1), None)
    await attempt(work("error", 1, ValueError("failed")), 2)
    await attempt(work("late", 3), 2)
    await attempt(work("equal", 2), 2)
    await attempt(work("zero", 1), 0)
    await attempt(work("zero, no wait", 0), 0)
    await attempt(work("negative", 1), -1)
    task = asyncio.create_task(work("task", 3), name="task")
    await attempt(task, 1)
    log(task.cancelled())
    done = loop.create_future()
    done.set_result("done already")
    await attempt(done, 0)
    await attempt(done, 1)
    pending = loop.create_future()
    await attempt(pending, 1)
    log(pending.cancelled())


run_virtual(main())
