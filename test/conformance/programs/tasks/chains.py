"""Cancelling a task that awaits a task that awaits a task cancels the innermost, and comes back level by level."""
import asyncio
from support import log, run_virtual


async def level(n, leaf):
    try:
        if n == 0:
            return await leaf
        return await asyncio.create_task(level(n - 1, leaf), name=f"level {n - 1}")
    except asyncio.CancelledError as error:
        log(asyncio.current_task().get_name(), error, asyncio.current_task().cancelling())
        raise
    except ValueError as error:
        log(asyncio.current_task().get_name(), error)
        raise


async def main():
    loop = asyncio.get_running_loop()
    for how in ("cancel", "fail", "result"):
        leaf = loop.create_future()
        task = asyncio.create_task(level(3, leaf), name="top")
        await asyncio.sleep(1)
        if how == "cancel":
            log(task.cancel("from above"), leaf.cancelled())
        elif how == "fail":
            leaf.set_exception(ValueError("from below"))
        else:
            leaf.set_result("result")
        ticks = 0
        while not task.done():
            await asyncio.sleep(0)
            ticks += 1
        log("ticks", ticks)
        try:
            log(await task)
        except (asyncio.CancelledError, ValueError) as error:
            log(error)


run_virtual(main())
