"""What is waited for may refuse to be cancelled, fail while it is, or be done in the tick of the limit; and the waiter may be cancelled."""
import asyncio
from support import log, run_virtual


async def stubborn(how):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        log(how, error)
        await asyncio.sleep(1)
        if how == "returns":
            return "returned"
        if how == "fails":
            raise ValueError("while cancelled")
        raise


async def waiter(awaitable, limit):
    try:
        log("waiter", await asyncio.wait_for(awaitable, limit))
    except (asyncio.CancelledError, TimeoutError, ValueError) as error:
        log("waiter", error, asyncio.current_task().cancelling())


async def main():
    loop = asyncio.get_running_loop()
    for how in ("returns", "fails", "cancels"):
        for make in (lambda: stubborn(how), lambda: asyncio.create_task(stubborn(how))):
            start = loop.time()
            await waiter(make(), 2)
            log(loop.time() - start)
    for set_first in (True, False):
        future = loop.create_future()
        if set_first:
            loop.call_at(loop.time() + 1, future.set_result, "just in time")
        task = asyncio.create_task(waiter(future, 1))
        await asyncio.sleep(0)
        if not set_first:
            loop.call_at(loop.time() + 1, lambda: future.done() or future.set_result("just too late"))
        await task
    for make in (lambda: stubborn("cancels"), lambda: asyncio.create_task(stubborn("cancels"))):
        task = asyncio.create_task(waiter(make(), 5))
        await asyncio.sleep(1)
        task.cancel("from outside")
        await task
    future = loop.create_future()
    task = asyncio.create_task(waiter(future, 5))
    await asyncio.sleep(1)
    future.set_result("and cancelled at once")
    task.cancel("race")
    await task


run_virtual(main())
