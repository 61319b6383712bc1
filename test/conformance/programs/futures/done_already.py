"""Awaiting what is done already gives its outcome without a tick, a future's as well as a task's."""
import asyncio
from support import log, run_virtual


async def quick():
    return "quick"


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result("there")
    loop.call_soon(log, "a tick")
    log(await future)
    log(await future)
    task = asyncio.create_task(quick())
    log("before", task.done())
    log(await task, "after a tick")
    loop.call_soon(log, "another tick")
    log(await task)
    log(await quick())
    failed = loop.create_future()
    failed.set_exception(ValueError("failed"))
    for _ in range(2):
        try:
            await failed
        except ValueError as error:
            log(error, error is failed.exception())
    await asyncio.sleep(0)


run_virtual(main())
