"""A group cancelled from outside cancels its tasks; with errors besides, they win; groups in one another; no tasks while it ends."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError as cancelled:
        log(name, cancelled)
        if error:
            raise error
        raise


async def group_of(name, *jobs):
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except BaseException as error:
        log(name, error, asyncio.current_task().cancelling())
        raise
    log(name, "ends")


async def main():
    for error in (None, ValueError("while cancelled")):
        task = asyncio.create_task(group_of("group", work("a", 5, error)))
        await asyncio.sleep(1)
        task.cancel("from outside")
        await asyncio.wait([task])
        log(task.cancelled() or task.exception())
    inner = group_of("inner", work("b", 1), work("c", 5))
    fails = asyncio.create_task(group_of("outer", inner, failing(2)))
    await asyncio.wait([fails])
    log(fails.exception())
    ends = asyncio.create_task(group_of("outer", group_of("inner", failing(1)), work("d", 5)))
    await asyncio.wait([ends])
    log(ends.exception())
    late = asyncio.create_task(too_late())
    await asyncio.wait([late])
    log(late.exception())


async def failing(seconds):
    await asyncio.sleep(seconds)
    raise ValueError("fails")


async def too_late():
    async with asyncio.TaskGroup() as group:
        group.create_task(failing(1))
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            coro = work("never", 1)
            try:
                group.create_task(coro)
            except RuntimeError as error:
                log(str(error).split(">", 1)[1])
            coro.close()
            raise


run_virtual(main())
